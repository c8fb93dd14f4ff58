/** `run ltm explain virtual NAME`: looks at connections for a while and says how they got their members. */
import type { Outcome } from '../base/fault.ts';
import type { Properties } from '../catalogue/types.ts';
import { numberValue, textValue } from '../config/property-values.ts';
import { refuse } from '../config/runtime-state.ts';
import type { ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { type Clock, sleep } from '../platform/clock.ts';
import type { ConnectionSource } from './connection-book.ts';
import { engineName } from './engine-names.ts';
import { type Explained, type Picked, explain, pickOfFlow, pickOfSession } from './explain.ts';
import { isSharedFrontend } from './haproxy/render-shared.ts';
import type { ProxiedSession } from './haproxy/sessions.ts';
import type { TrafficState } from './traffic-state.ts';
import type { MemberPlan, PacketVirtual, PoolPlan, VirtualPlan } from './types.ts';

const lookMilliseconds = 50;
const mostSeconds = 10;
/** So many are told. */
const mostPicks = 100;

export interface ExplainSources {
  readonly view: () => ConfigView;
  readonly traffic: () => TrafficState;
  readonly connections: Pick<ConnectionSource, 'sessions' | 'flows'>;
  readonly health: () => Pick<HealthTable, 'get'>;
  /** The member that a session of HAProxy has, and its pool. */
  readonly memberOf: (session: ProxiedSession) => { pool: string; member: string } | undefined;
  readonly loadOf: (pool: PoolPlan, member: MemberPlan) => number;
  readonly clock: Clock;
}

export async function explainVirtual(
  sources: ExplainSources,
  parameters: Properties,
): Promise<Outcome<{ commandResult: string }>> {
  const written = textValue(parameters, 'virtual') ?? '';
  const name = written.startsWith('/') ? written : `/Common/${written}`;
  const client = textValue(parameters, 'client');
  const seconds = Math.min(mostSeconds, numberValue(parameters, 'seconds', 1));
  const virtual = sources.traffic().plans.virtual(name);
  if (virtual === undefined) {
    const refusal = sources.traffic().refusals.find((one) => one.virtual === name);
    return refusal === undefined
      ? refuse(`The requested Virtual Server (${name}) was not found.`, 404, '01020036')
      : refuse(`Virtual Server ${name} carries no traffic: ${refusal.reason}`);
  }
  const picks = await look(sources, virtual, client, seconds);
  return { ok: true, value: { commandResult: explain(factsOf(sources, virtual, picks, seconds)) } };
}

function factsOf(
  { view, traffic, health, loadOf }: ExplainSources,
  virtual: VirtualPlan | PacketVirtual,
  picks: readonly Picked[],
  lookedSeconds: number,
): Explained {
  const { plans, states } = traffic();
  const pool = virtual.pool === undefined ? undefined : plans.pools.get(virtual.pool);
  const backend = 'mode' in virtual ? plans.backendOf(virtual.name) : undefined;
  const entries = health();
  return {
    virtual,
    pool,
    backend,
    mode: modeOf(view(), virtual.pool),
    states: states.get(virtual.pool ?? '') ?? new Map(),
    weights: traffic().weightsOf(virtual.pool ?? ''),
    health: (key) => entries.get(key),
    loadOf: (member) => (pool === undefined ? 0 : loadOf(pool, member)),
    picks,
    lookedSeconds,
  };
}

function modeOf(view: ConfigView, pool: string | undefined): string {
  const object = pool === undefined ? undefined : view.get('ltm pool', pool);
  return (object && textValue(object.properties, 'load-balancing-mode')) ?? 'round-robin';
}

/** Those that are open when it looks: short ones are met by chance, which makes it a sample. */
async function look(
  sources: ExplainSources,
  virtual: VirtualPlan | PacketVirtual,
  client: string | undefined,
  seconds: number,
): Promise<readonly Picked[]> {
  const { clock } = sources;
  const found = new Map<string, Picked>();
  const until = clock.monotonicMilliseconds() + seconds * 1000;
  for (;;) {
    for (const [key, pick] of await picksNow(sources, virtual)) {
      if (client !== undefined && pick.client.address !== client) continue;
      if (found.size < mostPicks || found.has(key)) found.set(key, pick);
    }
    if (clock.monotonicMilliseconds() >= until || found.size >= mostPicks) break;
    await sleep(clock, lookMilliseconds);
  }
  return [...found.values()];
}

async function picksNow(
  { traffic, view, connections, memberOf }: ExplainSources,
  virtual: VirtualPlan | PacketVirtual,
): Promise<readonly (readonly [string, Picked])[]> {
  if (!('mode' in virtual)) {
    const pool = traffic().plans.pools.get(virtual.pool ?? '');
    const flows = (await connections.flows()).filter(({ mark }) => mark === virtual.mark);
    return flows.map((flow) => {
      const member = pool?.members.find(
        ({ address, port }) =>
          address.text === flow.server.address && (port === 0 || port === flow.server.port),
      );
      const pick = pickOfFlow(flow, member?.name, virtual, modeOf(view(), virtual.pool));
      return [`${flow.client.address} ${flow.client.port}`, pick] as const;
    });
  }
  const sessions = (await connections.sessions()).filter((one) => isOf(one, virtual));
  return sessions.map((session) => {
    const found = memberOf(session);
    const pick = pickOfSession(session, found?.member, modeOf(view(), found?.pool));
    return [`${session.id} ${session.client.port} ${found?.member}`, pick] as const;
  });
}

/** By its frontend; where that is shared, by what the client asked for. */
function isOf({ frontend, asked }: ProxiedSession, virtual: VirtualPlan): boolean {
  if (frontend === engineName(virtual.name)) return true;
  if (!isSharedFrontend(frontend)) return false;
  return asked.address === virtual.address.text && asked.port === virtual.port;
}
