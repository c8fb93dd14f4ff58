/**
 * Members, pools and wide IPs as they stand, carried along: only what hangs on a virtual server of which another thing is said
 * is looked at again. Pure but for its own tables.
 */
import { present } from '../../base/assert.ts';
import { memberOf, needsLoad, poolWords } from '../decision/snapshot.ts';
import { patchPools, type MemberPatch, type PoolPatch } from '../decision/snapshot-patch.ts';
import type { GtmSnapshot, SnapshotPool } from '../decision/snapshot-types.ts';
import type { GtmPool, GtmWideIp } from '../objects.ts';
import type { VirtualLoad } from './merge.ts';
import {
  createFinder,
  leadsToNames,
  nameStatuses,
  poolSummary,
  targetsOf,
  type Finder,
} from './names.ts';
import {
  enabledState,
  memberKey,
  typedKey,
  type GtmObjects,
  type GtmStatus,
  type GtmStatuses,
  type MemberSource,
  type MemberStatus,
} from './words.ts';

/** Statuses that became others, as they were and as they are. */
export interface Noted {
  readonly before: Tables;
  readonly after: Tables;
}

export interface Tables extends GtmStatuses {
  readonly datacenters: Map<string, GtmStatus>;
  readonly servers: Map<string, GtmStatus>;
  readonly virtualServers: Map<string, GtmStatus>;
  readonly members: Map<string, MemberStatus>;
  readonly pools: Map<string, GtmStatus>;
  readonly wideIps: Map<string, GtmStatus>;
}

export interface MemberPlace {
  /** Among the pools. */
  readonly pool: number;
  /** Among the members of it. */
  readonly member: number;
}

/** The pool, and its members as they stand. */
interface Standing {
  readonly pool: GtmPool;
  readonly key: string;
  readonly needsLoad: boolean;
  readonly isLimited: boolean;
  readonly members: MemberStatus[];
  /** Of each member: made once, for it costs more than all the rest. */
  readonly keys: readonly string[];
}

/** What one step touches. */
interface Touched {
  /** Pools whose status may be another. */
  readonly pools: Set<number>;
  /** Members that are others in the snapshot. */
  readonly members: Map<number, Map<number, MemberPatch>>;
}

export class RunningNames {
  readonly #tables: Tables;
  readonly #source: MemberSource;
  readonly #standing: readonly Standing[];
  readonly #snapshot: GtmSnapshot & { readonly pools: SnapshotPool[] };
  readonly #byVirtual = new Map<string, MemberPlace[]>();
  readonly #byMember = new Map<string, MemberPlace>();
  readonly #wideIpsOf = new Map<string, GtmWideIp[]>();
  /** By wide IP: pools of names with a member that leads to it. */
  readonly #namedBy = new Map<GtmWideIp, Set<number>>();
  readonly #find: Finder;

  constructor(
    objects: GtmObjects,
    tables: Tables,
    source: MemberSource,
    snapshot: GtmSnapshot & { readonly pools: SnapshotPool[] },
  ) {
    this.#tables = tables;
    this.#source = source;
    this.#snapshot = snapshot;
    this.#find = createFinder(objects.wideIps);
    this.#standing = objects.pools.map((pool, place) => this.#stand(pool, place));
    for (const wideIp of objects.wideIps) {
      for (const pool of wideIp.pools) push(this.#wideIpsOf, keyOf(pool), wideIp);
    }
  }

  #stand(pool: GtmPool, place: number): Standing {
    const isName = leadsToNames(pool);
    const keys = pool.members.map(({ name }) => memberKey(pool, name));
    const members = pool.members.map((member, index) => {
      const key = present(keys[index], member.name);
      const at = { pool: place, member: index };
      if (isName) {
        for (const wideIp of targetsOf(pool, member, this.#find)) {
          this.#namedBy.set(wideIp, (this.#namedBy.get(wideIp) ?? new Set()).add(place));
        }
      } else {
        this.#byMember.set(key, at);
        push(this.#byVirtual, member.virtualKey, at);
      }
      return present(this.#tables.members.get(key), key);
    });
    const isLimited = Object.values(pool.limits).some((limit) => limit !== undefined);
    return { pool, key: keyOf(pool), needsLoad: needsLoad(pool), isLimited, members, keys };
  }

  /** Of `virtualServers` (keys) and `members` (by `memberKey`) another thing is said. */
  step(
    virtualServers: Iterable<string>,
    members: Iterable<string>,
    noted: Noted,
  ): readonly PoolPatch[] {
    const touched: Touched = { pools: new Set(), members: new Map() };
    for (const key of virtualServers) {
      for (const at of this.#byVirtual.get(key) ?? []) this.#look(at, touched, noted);
    }
    for (const key of members) {
      const at = this.#byMember.get(key);
      if (at !== undefined) this.#look(at, touched, noted);
    }
    const names = new Set<GtmWideIp>();
    for (const place of touched.pools) {
      const { key, members: standing, pool } = this.#at(place);
      const status = {
        ...poolSummary(pool, standing),
        enabled: enabledState(pool.enabled, false),
      };
      if (!note('pools', key, status, this.#tables, noted)) continue;
      for (const wideIp of this.#wideIpsOf.get(key) ?? []) names.add(wideIp);
    }
    if (names.size > 0) this.#takeNames(names, touched, noted);
    return this.#patch(touched);
  }

  #at(place: number): Standing {
    return present(this.#standing[place], `pool ${place}`);
  }

  #look({ member, pool: place }: MemberPlace, touched: Touched, noted: Noted): void {
    const { pool } = this.#at(place);
    const configured = present(pool.members[member], `member ${member} of ${pool.name}`);
    this.#take(place, member, this.#source(pool, configured), touched, noted);
  }

  #take(place: number, index: number, status: MemberStatus, touched: Touched, noted: Noted): void {
    const { isLimited, keys, members, needsLoad: withLoad, pool } = this.#at(place);
    const member = present(pool.members[index], `member ${index} of ${pool.name}`);
    const former = present(members[index], member.name);
    members[index] = status;
    const key = present(keys[index], member.name);
    const isOther = note('members', key, status, this.#tables, noted);
    const hasMoved = isOther || former.usable !== status.usable;
    const hasOtherLoad = !isSameLoad(former.load, status.load);
    if (hasMoved || (isLimited && hasOtherLoad)) touched.pools.add(place);
    if (!hasMoved && !(withLoad && hasOtherLoad)) return;
    const of = touched.members.get(place) ?? new Map<number, MemberPatch>();
    touched.members.set(place, of);
    of.set(index, { place: index, member: memberOf(pool, member, status, withLoad) });
  }

  /** Wide IPs, what leads to them by name, and so on; names may lead round in a circle, so all at once. */
  #takeNames(wideIps: Set<GtmWideIp>, touched: Touched, noted: Noted): void {
    const places = new Set<number>();
    // A set that grows while it is gone through is gone through to its end.
    for (const wideIp of wideIps) {
      for (const place of this.#namedBy.get(wideIp) ?? []) {
        if (places.has(place)) continue;
        places.add(place);
        for (const other of this.#wideIpsOf.get(this.#at(place).key) ?? []) wideIps.add(other);
      }
    }
    // In their order: that is how a circle is broken.
    const sorted = [...places].toSorted((a, b) => a - b);
    const pools = sorted.map((place) => this.#at(place).pool);
    const objects = { pools, wideIps: [...wideIps] };
    const names = nameStatuses(objects, this.#source, this.#find, this.#tables.pools);
    for (const place of sorted) {
      const { key, pool } = this.#at(place);
      for (const [index, { name }] of pool.members.entries()) {
        const status = names.members.get(memberKey(pool, name));
        if (status !== undefined) this.#take(place, index, status, touched, noted);
      }
      const status = names.pools.get(key);
      if (status !== undefined && note('pools', key, status, this.#tables, noted)) {
        touched.pools.add(place);
      }
    }
    for (const { name, type } of wideIps) {
      const key = typedKey(type, name);
      const status = names.wideIps.get(key);
      if (status !== undefined) note('wideIps', key, status, this.#tables, noted);
    }
  }

  #patch({ members, pools }: Touched): readonly PoolPatch[] {
    const patches: PoolPatch[] = [];
    for (const place of new Set([...pools, ...members.keys()])) {
      const { key, members: standing } = this.#at(place);
      const former = present(this.#snapshot.pools[place], key);
      const words = poolWords(this.#tables.pools.get(key), standing);
      const changed = [...(members.get(place)?.values() ?? [])].filter(
        ({ member, place: at }) => !isEqual(former.members[at], member),
      );
      const isSame = former.available === words.available && former.reason === words.reason;
      if (!isSame || changed.length > 0) patches.push({ place, ...words, members: changed });
    }
    patchPools(this.#snapshot.pools, patches);
    return patches;
  }
}

/** False: it is what it was. */
export function note<Kind extends keyof GtmStatuses>(
  kind: Kind,
  key: string,
  status: Kind extends 'members' ? MemberStatus : GtmStatus,
  tables: Tables,
  { after, before }: Noted,
): boolean {
  // The tables of one kind hold the same; TypeScript does not follow that through the name.
  const table = tables[kind] as Map<string, typeof status>;
  const former = table.get(key);
  table.set(key, status);
  if (former !== undefined && isSameStatus(former, status)) return false;
  if (former !== undefined) (before[kind] as Map<string, GtmStatus>).set(key, former);
  (after[kind] as Map<string, GtmStatus>).set(key, status);
  return true;
}

function isSameStatus(a: GtmStatus, b: GtmStatus): boolean {
  return a.availability === b.availability && a.enabled === b.enabled && a.reason === b.reason;
}

export function isSameLoad(a: VirtualLoad | undefined, b: VirtualLoad | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.connections === b.connections &&
    a.bitsPerSecond === b.bitsPerSecond &&
    a.packetsPerSecond === b.packetsPerSecond &&
    a.membersUp === b.membersUp &&
    a.score === b.score &&
    a.cpuPercent === b.cpuPercent &&
    a.bitsIn === b.bitsIn &&
    a.bitsOut === b.bitsOut &&
    a.linkCapacity === b.linkCapacity
  );
}

/** Plain data on both sides. */
function isEqual(a: object | undefined, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function keyOf({ name, type }: { readonly name: string; readonly type: string }): string {
  return typedKey(type, name);
}

function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
