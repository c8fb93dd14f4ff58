/** Which virtual servers a changed object concerns. Pure. */
import type { ComponentId } from '../catalogue/types.ts';
import type { ConfigView } from '../config/types.ts';

/** What plans of virtual servers take in of these: they are named by policies, or by profiles, which virtual servers name. */
export const takenThrough = new Set([
  'ltm data-group internal',
  'ltm data-group external',
  'ltm policy',
  'ltm policy-strategy',
]);
const between = new Set(['ltm policy', 'ltm profile request-log']);
/** Profiles inherit from profiles, no deeper than this. */
const deepest = 8;

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
    steps = users.filter((user) => between.has(user.component));
  }
  return virtuals;
}
