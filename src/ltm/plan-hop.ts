/**
 * Policies that send requests to another virtual server (`forward select virtual`). It does with them what it does with
 * its own: its profiles, policies, persistence and limits act, and it sees the client's address. Pure.
 */
import type { Properties } from '../catalogue/types.ts';
import { itemsValue, textValue } from '../config/property-values.ts';
import type { Change, ConfigView, EffectiveObject } from '../config/types.ts';
import { withWay } from './backend-way.ts';
import { isFullProxy } from './kind.ts';
import type { Read } from './policy/tcl.ts';
import type { BackendPlan } from './types.ts';

/** Some policy names it, attached or not: attaching one does not move its listener then. */
export function takesHops(view: ConfigView, virtual: string): boolean {
  return view.referrers('ltm virtual', virtual).some((user) => user.component === 'ltm policy');
}

/**
 * Virtual servers whose plans may be others: those that a policy leads to, or led to, and those that lead to a virtual
 * server by their policies.
 */
export function virtualsAlong(view: ConfigView, change: Change): readonly string[] {
  const { component, name, before, after } = change;
  switch (component) {
    case 'ltm policy':
      return [before, after].flatMap((one) => virtualsNamed(one?.properties ?? {}));
    case 'ltm virtual':
      return view
        .referrers('ltm virtual', name)
        .filter((user) => user.component === 'ltm policy')
        .flatMap((policy) => view.referrers('ltm policy', policy.name))
        .flatMap((user) => (user.component === 'ltm virtual' ? [user.name] : []));
    default:
      return [];
  }
}

/** Virtual servers that the rules of a policy lead to. */
function virtualsNamed(policy: Properties): readonly string[] {
  return itemsValue(policy, 'rules')
    .flatMap((rule) => itemsValue(rule.properties, 'actions'))
    .flatMap((action) => textValue(action.properties, 'virtual') ?? []);
}

/** The way from one virtual server to another, or why there is none. */
export function hopTo(
  view: ConfigView,
  from: string,
  to: string,
  place: { readonly toPool: (pool: string) => Omit<BackendPlan, 'way'> },
): Read<BackendPlan> {
  const target = view.get('ltm virtual', to);
  if (target === undefined) return refuse(`there is no virtual server ${to}`);
  if (!isFullProxy(view, target)) return refuse(`${to} is no standard virtual server of TCP`);
  if (leadsTo(view, target, from)) return refuse(`${to} leads back to ${from}`);
  const { mode, idleSeconds, serverTls, reusesConnections } = place.toPool('');
  const isOpen = textValue(target.properties, 'enabled') !== 'disabled';
  return {
    ok: true,
    value: withWay({
      // Not a name that a pool can have.
      pool: `//virtual${to}`,
      hop: { virtual: to, isOpen },
      mode,
      idleSeconds,
      // The other chooses: with the address of the client in hand.
      source: { kind: 'automap', floating: [] },
      persistence: { kind: 'none' },
      recordMirror: undefined,
      reusesConnections,
      serverTls,
      fallback: undefined,
      translatesPort: true,
    }),
  };
}

function leadsTo(view: ConfigView, start: EffectiveObject, wanted: string): boolean {
  const seen = new Set<string>();
  let steps: readonly EffectiveObject[] = [start];
  while (steps.length > 0) {
    if (steps.some(({ name }) => name === wanted)) return true;
    for (const { name } of steps) seen.add(name);
    const next = new Set(
      steps
        .flatMap(({ properties }) => itemsValue(properties, 'policies'))
        .flatMap(({ name }) => virtualsNamed(view.get('ltm policy', name)?.properties ?? {})),
    );
    steps = [...next]
      .filter((name) => !seen.has(name))
      .flatMap((name) => view.get('ltm virtual', name) ?? []);
  }
  return false;
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}
