/**
 * Local traffic's say in every commit: a policy that cannot be carried out as a whole is not attached, nor changed
 * so while it is. Looks only at what a commit touches.
 */
import type { Fault } from '../base/fault.ts';
import { itemsValue } from '../config/property-values.ts';
import type {
  Change,
  CommitCheck,
  ConfigView,
  EffectiveObject,
  ObjectKey,
} from '../config/types.ts';
import { planPolicies } from './plan-policies.ts';
import { profilesOf } from './kind.ts';
import { virtualsAlong } from './plan-hop.ts';
import type { BackendPlan } from './types.ts';

export const policyCheck: CommitCheck = (changes, after) =>
  virtualsTouched(changes, after).flatMap((name) => {
    const virtual = after.get('ltm virtual', name);
    const reason = virtual && problemOf(after, virtual);
    if (reason === undefined) return [];
    const message = `Configuration error: In Virtual Server (${name}) ${reason}`;
    const path = `ltm virtual ${name} policies`;
    return [{ status: 400, apiError: 3, code: '01070734', message, path } satisfies Fault];
  });

/** What a policy is made of, from the file of a data group on. */
const partsOfPolicies: readonly string[] = [
  'sys file data-group',
  'ltm data-group external',
  'ltm policy',
];

function virtualsTouched(changes: readonly Change[], view: ConfigView): readonly string[] {
  const names = new Set<string>();
  const follow = ({ component, name }: ObjectKey): void => {
    if (component === 'ltm virtual') names.add(name);
    if (!partsOfPolicies.includes(component)) return;
    const above = partsOfPolicies.slice(partsOfPolicies.indexOf(component) + 1);
    for (const user of view.referrers(component, name)) {
      if (user.component === 'ltm virtual' || above.includes(user.component)) follow(user);
    }
  };
  for (const change of changes) {
    if (change.after === undefined) continue;
    follow(change);
    // One that others lead to has to stay one that they can.
    if (change.component === 'ltm virtual')
      for (const name of virtualsAlong(view, change)) names.add(name);
  }
  return [...names];
}

function problemOf(view: ConfigView, virtual: EffectiveObject): string | undefined {
  if (itemsValue(virtual.properties, 'policies').length === 0) return undefined;
  const kinds = new Set(profilesOf(view, virtual).map((profile) => profile.component));
  const planned = planPolicies(view, virtual, {
    isHttp: kinds.has('ltm profile http'),
    isTls: kinds.has('ltm profile client-ssl'),
    pool: '',
    trafficGroup: '',
    toPool: plainWay,
  });
  return typeof planned === 'string' ? planned : undefined;
}

/** Whether a rule can be carried does not depend on how servers are reached. */
function plainWay(pool: string): Omit<BackendPlan, 'way'> {
  return {
    pool,
    mode: 'http',
    idleSeconds: 0,
    source: { kind: 'client' },
    persistence: { kind: 'none' },
    recordMirror: undefined,
    reusesConnections: false,
    serverTls: undefined,
    fallback: undefined,
    translatesPort: true,
  };
}
