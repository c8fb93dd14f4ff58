/** Which virtual servers a changed object concerns. Pure. */
import type { ComponentId } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';

const profiles = 'ltm profile ';
const parts = new Set([
  'ltm data-group internal',
  'ltm data-group external',
  'ltm policy',
  'ltm policy-strategy',
]);

/** Plans of virtual servers take these in: virtual servers name them, or policies and profiles that virtual servers name. */
export function isTakenThrough(component: ComponentId): boolean {
  return parts.has(component) || component.startsWith(profiles);
}

function isBetween(component: ComponentId): boolean {
  return component === 'ltm policy' || component.startsWith(profiles);
}

/** Profiles inherit from profiles, which may be that deep (validate.ts), with a policy or data group before. */
const deepest = 40;

/** Virtual servers whose plans may be others when the object is. */
export function usersThrough(
  view: ConfigView,
  component: ComponentId,
  name: string,
): ReadonlySet<string> {
  const virtuals = new Set<string>();
  let steps = [{ component, name }];
  for (let depth = 0; depth < deepest && steps.length > 0; depth += 1) {
    const users = steps.flatMap((step) => view.referrers(step.component, step.name));
    for (const user of depth === 0 && component === 'ltm pool' ? [] : users) {
      if (user.component === 'ltm virtual') virtuals.add(user.name);
    }
    steps = users.filter((user) => isBetween(user.component));
  }
  return virtuals;
}
