/** Why connections of a virtual server went where they went: in words, from what the engines say. Pure. */
import type { HealthEntry, HealthKey } from '../monitor/health.ts';
import { type Weights, isMeasured } from './balance.ts';
import type { ProxiedSession, SessionEnd } from './haproxy/sessions.ts';
import type { MemberState } from './member-state.ts';
import type { Flow } from './nftables/flows.ts';
import { tightestLimit } from './plan-pool.ts';
import type {
  BackendPlan,
  MemberPlan,
  PacketVirtual,
  PersistencePlan,
  PoolPlan,
  VirtualPlan,
} from './types.ts';

export interface Explained {
  readonly virtual: VirtualPlan | PacketVirtual;
  readonly pool: PoolPlan | undefined;
  /** Of full proxies. */
  readonly backend: BackendPlan | undefined;
  /** BIG-IP's name of the method. */
  readonly mode: string;
  readonly states: ReadonlyMap<string, MemberState>;
  readonly weights: Weights | undefined;
  readonly health: (key: HealthKey) => HealthEntry | undefined;
  /** Connections that a member has now. */
  readonly loadOf: (member: MemberPlan) => number;
  readonly picks: readonly Picked[];
  readonly lookedSeconds: number;
}

/** A connection that was seen, and how it got its member. */
export interface Picked {
  readonly client: SessionEnd;
  readonly member: string | undefined;
  readonly why: string;
}

export function explain(facts: Explained): string {
  const { virtual, pool, picks, lookedSeconds } = facts;
  const engine = 'mode' in virtual ? 'full proxy' : 'packet path';
  const seen = `Connections seen in ${lookedSeconds} s: ${picks.length}`;
  return `${[
    `Ltm::Explain: ${virtual.name}`,
    `  Carried by   ${engine}${virtual.isEnabled ? '' : ', disabled: new connections are refused'}`,
    ...(pool === undefined ? ['  Pool         none'] : poolLines(facts, pool)),
    `  ${seen}`,
    ...picks.map(
      ({ client, member, why }) =>
        `    ${client.address} port ${client.port} -> ${member ?? 'no member yet'}: ${why}`,
    ),
  ].join('\n')}\n`;
}

function poolLines(facts: Explained, pool: PoolPlan): readonly string[] {
  const { virtual, backend, mode } = facts;
  const isPacket = !('mode' in virtual);
  const measured = isMeasured(pool, isPacket) ? ', by weights that are measured each second' : '';
  const held = isPacket
    ? [virtual.persistsBySource ? 'source-address, by a hash of the address' : 'none']
    : [backend?.persistence, backend?.fallbackPersistence].flatMap((one) =>
        one === undefined ? [] : persistenceText(one),
      );
  return [
    `  Pool         ${pool.name}`,
    `  Method       ${mode}${measured}`,
    `  Persistence  ${held.join(', then ')}`,
    ...(pool.queueMilliseconds > 0 && !isPacket
      ? [
          `  Queue        up to ${pool.queueMilliseconds} ms, ${pool.queueDepth || 'any number'} at once`,
        ]
      : []),
    '  Members',
    ...pool.members.map((member) => `    ${memberText(facts, pool, member)}`),
  ];
}

const stateTexts: Readonly<Record<MemberState, string>> = {
  ready: 'takes new connections',
  drain: 'keeps open and persistent ones only',
  down: 'takes none',
};

function memberText(facts: Explained, pool: PoolPlan, member: MemberPlan): string {
  const entry = facts.health(`member ${pool.name} ${member.name}`);
  const state = facts.states.get(member.name) ?? 'down';
  const weight = facts.weights?.get(member.name);
  const probe = entry?.probes.at(-1);
  const most = tightestLimit(member);
  const limit = most > 0 ? ` of ${most}` : '';
  return [
    `${member.name}: ${stateTexts[state]}`,
    `${facts.loadOf(member)}${limit} connections`,
    `ratio ${member.ratio}`,
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(pool.minActiveMembers > 0 ? [`priority group ${member.priorityGroup}`] : []),
    ...(member.operator === 'enabled' ? [] : [member.operator]),
    `monitor ${entry?.monitorStatus ?? 'unchecked'}${probe === undefined ? '' : ` (${probe.detail})`}`,
  ].join('; ');
}

function persistenceText(plan: PersistencePlan): string {
  return plan.kind === 'cookie' || plan.kind === 'cookie-hash'
    ? `${plan.kind} ${plan.name}`
    : plan.kind;
}

/** From HAProxy's own marks of a session. */
export function pickOfSession(
  session: ProxiedSession,
  member: string | undefined,
  mode: string,
): Picked {
  const how = session.isPersistent ? 'persistence named it' : `chosen by ${mode}`;
  const parts = [
    ...(member === undefined ? [] : [how]),
    ...(session.isWaiting
      ? ['waits in the queue: all that could take it are at their limits']
      : []),
    ...(session.retries > 0 ? [`${session.retries} tries failed before`] : []),
    ...(session.isRedispatched ? ['another member than the first: that one did not answer'] : []),
  ];
  return {
    client: session.client,
    member,
    why: parts.join('; ') || 'its request is not there yet',
  };
}

export function pickOfFlow(
  flow: Flow,
  member: string | undefined,
  virtual: PacketVirtual,
  mode: string,
): Picked {
  const why = virtual.persistsBySource
    ? "the hash of the client's address points to it"
    : `its turn, by ${mode}`;
  return { client: flow.client, member, why };
}
