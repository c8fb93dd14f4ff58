/** `run gtm what-if down OBJECT`: the answers that would change, and the load that would move. Pure. */
import { changedAnswers, type AnswerChange } from '../decision/what-if.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import type { Locate } from '../geography/location.ts';
import { sumOf } from '../health/limits.ts';
import type { MergedHealth } from '../health/merge.ts';
import type { GtmObjects } from '../health/words.ts';

export interface Situation {
  readonly objects: GtmObjects;
  readonly health: MergedHealth;
}

/** What an object of that name takes along when it goes down. */
interface Fallen {
  readonly kind: string;
  /** Keys of virtual servers. */
  readonly virtualServers: readonly string[];
  readonly pools: ReadonlySet<string>;
}

export interface Supposition {
  readonly fallen: Fallen;
  readonly situation: Situation;
}

/** Undefined: there is no such object. */
export function suppose(situation: Situation, written: string): Supposition | undefined {
  const fallen = findFallen(situation.objects, written);
  if (fallen === undefined) return undefined;
  const { health, objects } = situation;
  const virtualServers = new Map(health.virtualServers);
  for (const key of fallen.virtualServers) {
    const said = virtualServers.get(key);
    if (said === undefined) continue;
    const reason = `supposed to be down with ${written}`;
    virtualServers.set(key, { ...said, availability: 'offline', usable: false, reason });
  }
  const pools = objects.pools.map((pool) =>
    fallen.pools.has(pool.name) ? { ...pool, enabled: false } : pool,
  );
  return {
    fallen,
    situation: { objects: { ...objects, pools }, health: { ...health, virtualServers } },
  };
}

function findFallen(objects: GtmObjects, written: string): Fallen | undefined {
  const name = written.startsWith('/') ? written : `/Common/${written}`;
  const keysOf = (servers: typeof objects.servers): readonly string[] =>
    servers.flatMap((server) => server.virtualServers.map(({ key }) => key));
  const none: ReadonlySet<string> = new Set();
  if (objects.datacenters.some((center) => center.name === name)) {
    const within = objects.servers.filter(({ datacenter }) => datacenter === name);
    return { kind: 'data center', virtualServers: keysOf(within), pools: none };
  }
  const server = objects.servers.find((candidate) => candidate.name === name);
  if (server !== undefined)
    return { kind: 'server', virtualServers: keysOf([server]), pools: none };
  const virtual = keysOf(objects.servers).find((key) => key === name);
  if (virtual !== undefined) {
    return { kind: 'virtual server', virtualServers: [virtual], pools: none };
  }
  if (objects.pools.some((pool) => pool.name === name)) {
    return { kind: 'pool', virtualServers: [], pools: new Set([name]) };
  }
  return undefined;
}

/** Wide IPs that are told one by one; the others are counted. */
const mostTold = 500;

export function tellSupposition(
  written: string,
  before: { readonly snapshot: GtmSnapshot; readonly health: MergedHealth },
  after: GtmSnapshot,
  { fallen }: Supposition,
  client: string | undefined,
  locate: Locate,
): string {
  const changes = changedAnswers(before.snapshot, after, client, locate);
  const count = fallen.virtualServers.length;
  const what =
    fallen.pools.size > 0 ? '' : ` with ${count} virtual server${count === 1 ? '' : 's'}`;
  const total = before.snapshot.wideIps.length;
  const lines = [
    `If ${fallen.kind} ${written}${what} were down, ${changes.length} of ${total} wide IPs would answer otherwise:`,
    ...changes.slice(0, mostTold).flatMap(tellChange),
  ];
  if (changes.length > mostTold) lines.push(`  and ${changes.length - mostTold} more`);
  const loads = fallen.virtualServers.flatMap(
    (key) => before.health.virtualServers.get(key)?.load ?? [],
  );
  const load = sumOf(loads);
  lines.push(
    `Load that would move: ${load.connections} connections, ${load.bitsPerSecond} bits/s, ${load.packetsPerSecond} packets/s`,
  );
  return lines.join('\n');
}

function tellChange({ shares, wideIp }: AnswerChange): readonly string[] {
  return [
    `  ${wideIp.name} ${wideIp.type.toUpperCase()}`,
    ...shares.map(
      ({ after, answer, before }) => `    ${percent(before)} -> ${percent(after)}  ${answer}`,
    ),
  ];
}

function percent(share: number): string {
  return `${Math.round(share)}%`.padStart(4);
}
