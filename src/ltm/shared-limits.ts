/**
 * Connection limits that hold for more than HAProxy counts: a member's for all ways in which virtual servers use its
 * pool, a node's for its members in all pools, and for connections that go elsewhere (the packet path, processes that
 * are leaving). Each server gets a share, and shares together are the limit: it is never passed, and moves to those
 * that need it each second. Pure.
 */

export interface LimitedServer {
  /** HAProxy's server, by the plan's name of its backend. */
  readonly key: string;
  /** Member of a pool. */
  readonly member: string;
  readonly node: string;
  /** 0: unlimited. */
  readonly memberLimit: number;
  readonly nodeLimit: number;
  /** That the process that serves has. */
  readonly current: number;
}

/** By key of the server; those that are unlimited are not there. */
export type Limits = ReadonlyMap<string, number>;

interface Claim {
  readonly current: number;
  /** Shares below that would be none: HAProxy takes 0 for unlimited. */
  readonly least: number;
  readonly most: number;
  readonly isFull: boolean;
}

/**
 * `elsewhere`: connections by member that are not among those of the servers. `before`: shares of a second ago, kept
 * while they suffice. Where more servers share a limit than it has connections, each gets one all the same.
 */
export function shareLimits(
  servers: readonly LimitedServer[],
  elsewhere: ReadonlyMap<string, number>,
  before: Limits,
): Limits {
  const shares = new Map<string, number>();
  const scopes = Map.groupBy(servers, ({ node, member, nodeLimit }) =>
    nodeLimit > 0 ? `node ${node}` : `member ${member}`,
  );
  for (const scope of scopes.values()) {
    const dealt = shareScope(scope, elsewhere, before);
    const held = new Map(scope.flatMap(({ key }) => entryOf(key, before.get(key))));
    const kept = suffices(scope, held, dealt) ? held : dealt;
    for (const [key, share] of kept) shares.set(key, share);
  }
  return shares;
}

function entryOf(key: string, share: number | undefined): readonly (readonly [string, number])[] {
  return share === undefined ? [] : [[key, share]];
}

/** They keep the limits as the new ones do, and nobody is at its end. */
function suffices(scope: readonly LimitedServer[], held: Limits, dealt: Limits): boolean {
  if (held.size !== dealt.size) return false;
  const byMember = Map.groupBy(scope, ({ member }) => member);
  const sum = (servers: readonly LimitedServer[], shares: Limits): number =>
    servers.reduce((total, { key }) => total + (shares.get(key) ?? 0), 0);
  return (
    sum(scope, held) === sum(scope, dealt) &&
    [...byMember.values()].every(
      (one) => sum(one, held) <= Math.max(sum(one, dealt), least(one)),
    ) &&
    scope.every(({ key, current }) => current < (held.get(key) ?? 0))
  );
}

function least(servers: readonly LimitedServer[]): number {
  const limit = servers[0]?.memberLimit ?? 0;
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

/** First among members, then among the servers of each. */
function shareScope(
  scope: readonly LimitedServer[],
  elsewhere: ReadonlyMap<string, number>,
  before: Limits,
): Limits {
  const members = [...Map.groupBy(scope, ({ member }) => member)];
  const isFull = ({ key, current }: LimitedServer): boolean => current >= (before.get(key) ?? 1);
  const claims = members.map(([name, servers]): Claim => {
    const limit = servers[0]?.memberLimit ?? 0;
    const current = servers.reduce((sum, one) => sum + one.current, 0);
    return {
      current,
      least: servers.length,
      most: limit === 0 ? Number.POSITIVE_INFINITY : limit - (elsewhere.get(name) ?? 0),
      isFull: servers.some(isFull),
    };
  });
  const nodeLimit = scope[0]?.nodeLimit ?? 0;
  const away = members.reduce((sum, [name]) => sum + (elsewhere.get(name) ?? 0), 0);
  const amounts =
    nodeLimit === 0 ? claims.map(({ most }) => most) : share(nodeLimit - away, claims);
  const shares = new Map<string, number>();
  for (const [index, [, servers]] of members.entries()) {
    const own = servers.map((one): Claim => ({
      current: one.current,
      least: 1,
      most: Number.POSITIVE_INFINITY,
      isFull: isFull(one),
    }));
    const dealt = share(amounts[index] ?? 0, own);
    for (const [at, { key }] of servers.entries()) shares.set(key, dealt[at] ?? 1);
  }
  return shares;
}

/** Each keeps what it has; what is left goes by what they have, and twice to those that are at their end. */
function share(amount: number, claims: readonly Claim[]): readonly number[] {
  const shares = claims.map(({ current, least: low, most }) =>
    Math.max(low, Math.min(current, most)),
  );
  const wishes = claims.map(({ current, isFull }) => (isFull ? 2 : 1) * (current + 1));
  // Each round either gives all that is left, or fills somebody up.
  for (let round = 0; round <= claims.length; round += 1) {
    const open = claims.flatMap(({ most }, index) => ((shares[index] ?? 0) < most ? [index] : []));
    const spare = amount - shares.reduce((sum, one) => sum + one, 0);
    if (spare <= 0 || open.length === 0) break;
    const total = open.reduce((sum, index) => sum + (wishes[index] ?? 0), 0);
    let rest = spare;
    for (const [place, index] of open.entries()) {
      const fair = Math.floor((spare * (wishes[index] ?? 0)) / total);
      const isLast = place === open.length - 1;
      const room = (claims[index]?.most ?? 0) - (shares[index] ?? 0);
      const given = Math.min(room, isLast ? rest : Math.min(rest, Math.max(fair, 1)));
      shares[index] = (shares[index] ?? 0) + given;
      rest -= given;
    }
  }
  return shares;
}
