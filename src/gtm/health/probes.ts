/**
 * What is probed without iQuery: virtual servers of hosts that speak no iQuery, by the monitors of their
 * server, of themselves, of pools and of members; and what the answers come to. Pure.
 */
import { printAddress } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import type { InstanceStatus } from '../../monitor/health.ts';
import type { InstancePlan } from '../../monitor/instance-plan.ts';
import { instanceFor, settingsOf } from '../../monitor/plan.ts';
import { combineStates, parseMonitorRule, type MonitorRule } from '../../monitor/rule.ts';
import { monitorTypes } from '../../monitor/types/index.ts';
import type { GtmPool, GtmServer, GtmVirtualServer } from '../objects.ts';
import { numberOf, textOf } from '../values.ts';
import { type MergedHealth, type VirtualServerHealth, type Words } from './merge.ts';
import { memberKey } from './words.ts';

/** Monitors that one target has to pass. */
interface ProbeUse {
  readonly rule: MonitorRule;
  /** As long as the rule; undefined: a monitor that is only kept, or cannot be applied. */
  readonly instances: readonly (InstancePlan | undefined)[];
}

export interface ProbePlan {
  readonly instances: readonly InstancePlan[];
  readonly virtualServers: ReadonlyMap<string, readonly ProbeUse[]>;
  readonly members: ReadonlyMap<string, readonly ProbeUse[]>;
  /** Server whose host an instance probes, by its id. */
  readonly serverOf: ReadonlyMap<string, string>;
}

export interface ProbedObjects {
  readonly servers: readonly GtmServer[];
  readonly pools: readonly GtmPool[];
}

export const probeOwner = 'gtm';

export function planProbes(view: ConfigView, { pools, servers }: ProbedObjects): ProbePlan {
  const settings = createSettings(view);
  const virtualServers = new Map<string, readonly ProbeUse[]>();
  const members = new Map<string, readonly ProbeUse[]>();
  const serverOf = new Map<string, string>();
  const note = (server: string, uses: readonly ProbeUse[]): void => {
    for (const plan of uses.flatMap((use) => use.instances)) {
      if (plan !== undefined && !serverOf.has(plan.id)) serverOf.set(plan.id, server);
    }
  };
  const found = new Map<string, { virtual: GtmVirtualServer; server: GtmServer }>();
  for (const server of servers) {
    for (const virtual of server.virtualServers) {
      const { key } = virtual;
      found.set(key, { virtual, server });
      const rules = [server.isBigip ? '' : server.monitorRule, virtual.monitorRule];
      const uses = rules.flatMap((rule) => applyRule(rule, virtual, settings));
      if (uses.length > 0) virtualServers.set(key, uses);
      note(server.name, uses);
    }
  }
  for (const pool of pools) {
    for (const member of pool.members) {
      const target = found.get(member.virtualKey);
      const rule = member.monitorRule === 'default' ? pool.monitorRule : member.monitorRule;
      const uses = target === undefined ? [] : applyRule(rule, target.virtual, settings);
      if (uses.length > 0) members.set(memberKey(pool, member.name), uses);
      note(member.server, uses);
    }
  }
  const instances = new Map<string, InstancePlan>();
  for (const uses of [...virtualServers.values(), ...members.values()]) {
    for (const plan of uses.flatMap((use) => use.instances)) {
      if (plan !== undefined) instances.set(plan.id, plan);
    }
  }
  return { instances: [...instances.values()], virtualServers, members, serverOf };
}

type Settings = (name: string) => ReturnType<typeof settingsOf> | 'iquery' | undefined;

function createSettings(view: ConfigView): Settings {
  const known = new Map<string, ReturnType<Settings>>();
  return (name) => {
    if (known.has(name)) return known.get(name);
    const found = ((): ReturnType<Settings> => {
      if (view.get('gtm monitor bigip', name) !== undefined) return 'iquery';
      // Of a link: what its device would say is whether the router answers.
      const ofLink = view.get('gtm monitor bigip-link', name);
      if (ofLink !== undefined) return settingsOf(view, name, 'gateway-icmp', ofLink.properties);
      const bySnmp = view.get('gtm monitor snmp-link', name)?.properties;
      if (bySnmp !== undefined) {
        return settingsOf(view, name, 'snmp-link', { ...bySnmp, destination: aliasOf(bySnmp) });
      }
      for (const type of monitorTypes.keys()) {
        const object = view.get(`gtm monitor ${type}`, name);
        if (object !== undefined) return settingsOf(view, name, type, object.properties);
      }
      return undefined;
    })();
    known.set(name, found);
    return found;
  };
}

/** Address and port, which this type has apart. */
function aliasOf(properties: Properties): string {
  const destination = textOf(properties, 'destination', '*');
  return `${destination}${destination.includes(':') ? '.' : ':'}${numberOf(properties, 'port', 161)}`;
}

function applyRule(
  text: string,
  virtual: GtmVirtualServer,
  settings: Settings,
): readonly ProbeUse[] {
  const written = text === 'default' ? undefined : parseMonitorRule(text);
  const { endpoint } = virtual;
  if (written === undefined || endpoint === undefined) return [];
  // Its own device tells what a bigip monitor would.
  const monitors = written.monitors.filter((name) => settings(name) !== 'iquery');
  if (monitors.length === 0) return [];
  const rule = { monitors, minimum: Math.min(written.minimum, monitors.length) };
  const target = { address: printAddress(endpoint.address), port: endpoint.port };
  const instances = monitors.map((name) => {
    const found = settings(name);
    if (found === undefined || found === 'iquery') return undefined;
    const plan = instanceFor(found, target);
    return plan && { ...plan, id: `${probeOwner} ${plan.id}` };
  });
  return [{ rule, instances }];
}

/** `device`: who saw it, when it was not this one. */
export type Lookup = (id: string) => (InstanceStatus & { readonly device?: string }) | undefined;

export interface Verdict {
  readonly availability: Words;
  readonly reason: string;
}

/** Statuses of virtual servers that are probed here, in place of what nobody reports. */
export function withProbes(
  health: MergedHealth,
  servers: readonly GtmServer[],
  plan: ProbePlan,
  lookup: Lookup,
  ownName: string,
): MergedHealth {
  const { servers: serverStates, virtualServers } = withServerProbes(
    health,
    servers,
    plan,
    lookup,
    ownName,
  );
  const memberProbes = probedMembers(plan, lookup, ownName);
  return { ...health, servers: serverStates, virtualServers, memberProbes };
}

/** The same, without members of pools. */
export function withServerProbes(
  health: MergedHealth,
  servers: readonly GtmServer[],
  plan: ProbePlan,
  lookup: Lookup,
  ownName: string,
): MergedHealth {
  const virtualServers = new Map(health.virtualServers);
  const serverStates = new Map(health.servers);
  for (const server of servers) {
    const words: Verdict[] = [];
    for (const virtual of server.virtualServers) {
      const { key } = virtual;
      const said = virtualServers.get(key);
      const verdict = verdictOf(plan.virtualServers.get(key), lookup, ownName);
      if (verdict === undefined || said === undefined) continue;
      virtualServers.set(key, joined(said, verdict));
      words.push(verdict);
    }
    if (server.isBigip || words.length === 0) continue;
    const best =
      words.find(({ availability }) => availability === 'available') ??
      words.find(({ availability }) => availability === 'unknown') ??
      words[0];
    if (best !== undefined) serverStates.set(server.name, best);
  }
  return { ...health, servers: serverStates, virtualServers };
}

/** What probes of pools say of their members, by `memberKey`. */
export function probedMembers(
  plan: ProbePlan,
  lookup: Lookup,
  ownName: string,
): ReadonlyMap<string, Verdict> {
  const members = new Map<string, Verdict>();
  for (const [key, uses] of plan.members) {
    const verdict = verdictOf(uses, lookup, ownName);
    if (verdict !== undefined) members.set(key, verdict);
  }
  return members;
}

/** What is down already stays so; unknown gives way to what was seen. */
export function joined(said: VirtualServerHealth, verdict: Verdict): VirtualServerHealth {
  const isDown = !said.usable && said.availability !== 'unknown';
  if (isDown) return said;
  // Not probed yet is no reason to take it out: changing a monitor does not stop traffic.
  return { ...said, ...verdict, usable: verdict.availability !== 'offline' };
}

function verdictOf(
  uses: readonly ProbeUse[] | undefined,
  lookup: Lookup,
  ownName: string,
): Verdict | undefined {
  if (uses === undefined || uses.length === 0) return undefined;
  const verdicts = uses.map((use) => verdictOfUse(use, lookup, ownName));
  return (
    verdicts.find(({ availability }) => availability === 'offline') ??
    verdicts.find(({ availability }) => availability === 'unknown') ??
    verdicts[0]
  );
}

/** In BIG-IP's words: ` Monitor /Common/tcp from 172.16.100.17 : state: connect failed`. */
function verdictOfUse(use: ProbeUse, lookup: Lookup, ownName: string): Verdict {
  const told = use.instances.map((plan) => (plan === undefined ? undefined : lookup(plan.id)));
  const state = combineStates(
    use.rule,
    told.map((status) => status?.state),
  );
  const index = told.findIndex((status) => status?.state === 'down');
  const monitor = use.rule.monitors[Math.max(0, index)] ?? '';
  const seenBy = told[Math.max(0, index)]?.device ?? ownName;
  const text = ` Monitor ${monitor} from ${seenBy} :`;
  switch (state) {
    case 'up':
      return { availability: 'available', reason: `${text} UP` };
    case 'down': {
      const last = told[index]?.probes.findLast((probe) => !probe.ok)?.detail;
      const why = last ?? told[index]?.reason ?? 'no answer';
      return { availability: 'offline', reason: `${text} state: ${why}` };
    }
    case 'checking':
      return { availability: 'unknown', reason: 'Checking' };
  }
}
