/** What would be answered if something were down: shares of answers before and after. Pure. */
import type { Locate } from '../geography/location.ts';
import { compileSnapshot, type CompiledSnapshot } from './compile.ts';
import { decide } from './decide.ts';
import { describe } from './describe.ts';
import type { GtmSnapshot, SnapshotWideIp } from './snapshot-types.ts';

export interface AnswerChange {
  readonly wideIp: SnapshotWideIp;
  /** By answer; shares in percent. */
  readonly shares: readonly {
    readonly answer: string;
    readonly before: number;
    readonly after: number;
  }[];
}

/** So many queries make a share; each comes from another client where none is given. */
const rounds = 100;

export function changedAnswers(
  before: GtmSnapshot,
  after: GtmSnapshot,
  client: string | undefined,
  locate: Locate,
): readonly AnswerChange[] {
  const affected = affectedWideIps(before, after);
  if (affected.length === 0) return [];
  const compiled = [before, after].map((snapshot) =>
    compileSnapshot(withoutMemory(snapshot), undefined, locate),
  );
  const [was, is] = compiled;
  if (was === undefined || is === undefined) return [];
  return affected.flatMap((wideIp) => {
    const shares = [sharesOf(was, wideIp, client), sharesOf(is, wideIp, client)];
    const answers = [...new Set(shares.flatMap((share) => [...share.keys()]))].toSorted();
    const rows = answers.map((answer) => ({
      answer,
      before: shares[0]?.get(answer) ?? 0,
      after: shares[1]?.get(answer) ?? 0,
    }));
    return rows.some((row) => row.before !== row.after) ? [{ wideIp, shares: rows }] : [];
  });
}

/** Records of persistence would hide what newcomers get. */
function withoutMemory(snapshot: GtmSnapshot): GtmSnapshot {
  return {
    ...snapshot,
    wideIps: snapshot.wideIps.map((wideIp) => {
      const { persistence, ...rest } = wideIp;
      return persistence === undefined ? wideIp : rest;
    }),
  };
}

/** Those with a pool that is not what it was. */
function affectedWideIps(before: GtmSnapshot, after: GtmSnapshot): readonly SnapshotWideIp[] {
  const changed = new Set<number>();
  for (const [index, pool] of before.pools.entries()) {
    const other = after.pools[index];
    if (JSON.stringify(pool) !== JSON.stringify(other)) changed.add(index);
  }
  return before.wideIps.filter(
    ({ enabled, lastResort, pools }) =>
      enabled &&
      (pools.some(({ pool }) => changed.has(pool)) ||
        (lastResort !== undefined && changed.has(lastResort))),
  );
}

function sharesOf(
  compiled: CompiledSnapshot,
  wideIp: SnapshotWideIp,
  client: string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const key = wideIp.domain.replaceAll('*', 'x').replaceAll('?', 'x');
  for (let round = 0; round < rounds; round += 1) {
    const from = client ?? someClient(round);
    const decision = decide(compiled, { key, type: wideIp.type, client: from, now: round });
    const answer = describe(decision);
    counts.set(answer, (counts.get(answer) ?? 0) + 100 / rounds);
  }
  return counts;
}

/** Spread over the address space, the same each time. */
function someClient(round: number): string {
  const mixed = Math.imul(round + 1, 0x9e3779b1) >>> 0;
  return [(mixed >>> 24) % 223 || 1, (mixed >>> 16) & 255, (mixed >>> 8) & 255, mixed & 255].join(
    '.',
  );
}
