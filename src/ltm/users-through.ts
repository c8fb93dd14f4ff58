/** Which virtual servers a changed object concerns. Pure. */
import type { ComponentId } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';

const prefixes = ['ltm profile ', 'ltm persistence '];
const parts = new Set([
  'ltm cipher group',
  'ltm cipher rule',
  'ltm data-group internal',
  'ltm data-group external',
  'ltm policy',
  'ltm policy-strategy',
  'ltm rule',
  'ltm snatpool',
  'sys file data-group',
  'sys file ssl-cert',
  'sys file ssl-key',
]);

/** Plans of virtual servers take these in: virtual servers name them, or others of these that virtual servers name. */
export function isTakenThrough(component: ComponentId): boolean {
  return parts.has(component) || prefixes.some((prefix) => component.startsWith(prefix));
}

/** Profiles inherit from profiles, which may be that deep (validate.ts), with a policy and a data group before. */
const deepest = 40;

/** Virtual servers whose plans may be others when the object is. */
export function usersThrough(
  view: ConfigView,
  component: ComponentId,
  name: string,
): ReadonlySet<string> {
  const virtuals = new Set<string>();
  // A certificate may be its own issuer.
  const seen = new Set<string>();
  let steps: readonly { readonly component: ComponentId; readonly name: string }[] = [
    { component, name },
  ];
  for (let depth = 0; depth < deepest && steps.length > 0; depth += 1) {
    const users = steps.flatMap((step) => view.referrers(step.component, step.name));
    for (const user of depth === 0 && component === 'ltm pool' ? [] : users) {
      if (user.component === 'ltm virtual') virtuals.add(user.name);
    }
    steps = users.filter((user) => {
      if (!isTakenThrough(user.component) || seen.has(`${user.component} ${user.name}`))
        return false;
      seen.add(`${user.component} ${user.name}`);
      return true;
    });
  }
  return virtuals;
}
