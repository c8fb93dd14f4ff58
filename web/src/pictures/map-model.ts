/** Who leads to whom: virtual server → policies (→ pools, virtual servers), rules, pool → members → nodes; wide IP → pool → virtual server → server → data center. Pure. */
import type { JsonObject } from '../../../src/config/text/json.ts';
import { type State, type States, nameOf } from '../api/queries.ts';
import { isObject, itemName } from '../catalogue/shape.ts';

export interface MapNode {
  /** Component and name. */
  readonly id: string;
  readonly component: string;
  readonly name: string;
  /** Undefined: the device has not said. */
  readonly state: State | undefined;
  /** What it leads to. */
  readonly next: readonly string[];
}

export type MapNodes = ReadonlyMap<string, MapNode>;

export interface LocalSources {
  readonly virtuals: readonly JsonObject[];
  readonly pools: readonly JsonObject[];
  /** With their rules. */
  readonly policies: readonly JsonObject[];
  readonly states: {
    readonly virtual: States;
    readonly pool: States;
    readonly member: States;
    readonly node: States;
  };
}

export function localMap({ virtuals, pools, policies, states }: LocalSources): MapNodes {
  const nodes = new Map<string, MapNode>();
  const add = (
    component: string,
    name: string,
    state: State | undefined,
    next: readonly string[],
  ): string => {
    const id = `${component} ${name}`;
    nodes.set(id, { id, component, name, state, next });
    return id;
  };
  for (const pool of pools) {
    const name = nameOf(pool);
    const members = below(pool, 'members').map((member) => {
      const full = itemName(member);
      const node = full.slice(0, Math.max(full.lastIndexOf(':'), full.lastIndexOf('.')));
      const known = add(
        'ltm node',
        nodeOf(full, node),
        states.node[`node ${nodeOf(full, node)}`],
        [],
      );
      return add('ltm pool member', `${name} ${full}`, states.member[`member ${name} ${full}`], [
        known,
      ]);
    });
    add('ltm pool', name, states.pool[`pool ${name}`], members);
  }
  const leads = new Map(policies.map((policy) => [nameOf(policy), forwardsTo(policy)]));
  for (const virtual of virtuals) {
    const name = nameOf(virtual);
    const rules = texts(virtual['rules']).map((rule) => add('ltm rule', rule, undefined, []));
    const used = below(virtual, 'policies').map((policy) => {
      const full = itemName(policy);
      return add('ltm policy', full, undefined, leads.get(full) ?? []);
    });
    const pool = typeof virtual['pool'] === 'string' ? [`ltm pool ${virtual['pool']}`] : [];
    add('ltm virtual', name, states.virtual[`virtual ${name}`], [...used, ...rules, ...pool]);
  }
  return nodes;
}

/** Pools and virtual servers to which a policy's rules forward. */
function forwardsTo(policy: JsonObject): readonly string[] {
  const places = below(policy, 'rules')
    .flatMap((rule) => below(rule, 'actions'))
    .flatMap(({ pool, virtual }) => [
      ...(typeof pool === 'string' ? [`ltm pool ${pool}`] : []),
      ...(typeof virtual === 'string' ? [`ltm virtual ${virtual}`] : []),
    ]);
  return [...new Set(places)];
}

/** "/Common/10.0.0.1:80" → "/Common/10.0.0.1"; IPv6 has its port behind a dot. */
function nodeOf(member: string, otherwise: string): string {
  const colons = member.split(':').length - 1;
  return colons === 1 ? member.slice(0, member.lastIndexOf(':')) : otherwise;
}

export interface GlobalSources {
  /** "a", "aaaa", … → its wide IPs and pools. */
  readonly types: readonly {
    readonly type: string;
    readonly wideIps: readonly JsonObject[];
    readonly pools: readonly JsonObject[];
  }[];
  readonly servers: readonly JsonObject[];
  /** Keyed by component and name; of virtual servers by "served SERVER NAME". */
  readonly states: States;
}

export function globalMap({ types, servers, states }: GlobalSources): MapNodes {
  const nodes = new Map<string, MapNode>();
  const add = (component: string, name: string, next: readonly string[], state?: State): string => {
    const id = `${component} ${name}`;
    nodes.set(id, { id, component, name, state: state ?? states[id], next });
    return id;
  };
  const home = new Map<string, readonly string[]>();
  for (const server of servers) {
    const center = server['datacenter'];
    const to = typeof center === 'string' ? [add('gtm datacenter', center, [])] : [];
    home.set(nameOf(server), [add('gtm server', nameOf(server), to)]);
  }
  for (const { type, wideIps, pools } of types) {
    for (const pool of pools) {
      const members = below(pool, 'members').map((member) => {
        const name = itemName(member);
        const [server, served] = partsOf(name);
        const to = home.get(server);
        // Of a pool of names a member is no virtual server.
        if (to === undefined) return add(`gtm pool ${type} member`, `${nameOf(pool)} ${name}`, []);
        return add('gtm virtual server', name, to, states[`served ${server} ${served}`]);
      });
      add(`gtm pool ${type}`, nameOf(pool), members);
    }
    for (const wideIp of wideIps) {
      const to = below(wideIp, 'pools').map((pool) => `gtm pool ${type} ${itemName(pool)}`);
      add(`gtm wideip ${type}`, nameOf(wideIp), to);
    }
  }
  return nodes;
}

/** "/Common/nyc:/Common/web" → its server, and what that serves; '' when it names none. */
export function partsOf(member: string): readonly [string, string] {
  const colon = member.search(/:\//) < 0 ? member.indexOf(':') : member.search(/:\//);
  return colon < 0 ? ['', member] : [member.slice(0, colon), member.slice(colon + 1)];
}

/** Items inline or below, whichever REST gave. */
function below(
  object: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const inline = object[name];
  const reference = object[`${name}Reference`];
  const items = Array.isArray(inline) ? inline : isObject(reference) ? reference['items'] : [];
  return Array.isArray(items) ? items.filter(isObject) : [];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Roots (of these components) that contain the text, or lead to something that does. */
export function rootsOf(
  nodes: MapNodes,
  components: readonly string[],
  text: string,
): readonly MapNode[] {
  const wanted = text.trim().toLowerCase();
  const found = wanted === '' ? undefined : leadingTo(nodes, wanted);
  return [...nodes.values()]
    .filter(({ component }) => components.some((one) => component.startsWith(one)))
    .filter(({ id }) => found?.has(id) ?? true)
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** Whatever contains the text, and all before it: from there backwards, because policies can lead in a circle. */
function leadingTo(nodes: MapNodes, wanted: string): ReadonlySet<string> {
  const before = new Map<string, string[]>();
  const open: string[] = [];
  for (const { id, state, next } of nodes.values()) {
    for (const one of next) {
      const those = before.get(one);
      if (those === undefined) before.set(one, [id]);
      else those.push(id);
    }
    const words = `${id} ${state?.availability ?? ''} ${state?.enabled ?? ''}`;
    if (words.toLowerCase().includes(wanted)) open.push(id);
  }
  const found = new Set(open);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const one of before.get(id) ?? []) {
      if (!found.has(one)) open.push(one);
      found.add(one);
    }
  }
  return found;
}

/** A virtual server can lead to others, and those to others; further than that nobody looks. */
export const maximumDepth = 12;

export interface Spot {
  readonly column: number;
  readonly row: number;
}

export interface Laid extends Spot {
  readonly node: MapNode;
}

/** From one to another, past the boxes between them. */
export interface Way {
  readonly from: Laid;
  readonly to: Laid;
  /** Empty spots of the columns between; all ways to the same box share them. */
  readonly through: readonly Spot[];
}

export interface Layout {
  readonly places: ReadonlyMap<string, Laid>;
  readonly ways: readonly Way[];
  readonly columns: number;
  readonly rows: number;
}

/** Columns by distance from the roots (the longest way counts), rows in the order in which they are met. */
export function layOut(nodes: MapNodes, roots: readonly MapNode[]): Layout {
  const depth = new Map<string, number>();
  const order: string[] = [];
  const way = new Set<string>();
  const walk = (id: string, at: number): void => {
    // Back to where it came from is no further column.
    if (!nodes.has(id) || at > maximumDepth || way.has(id)) return;
    const before = depth.get(id);
    if (before === undefined) order.push(id);
    if (before !== undefined && before >= at) return;
    depth.set(id, at);
    way.add(id);
    for (const next of nodes.get(id)?.next ?? []) walk(next, at + 1);
    way.delete(id);
  };
  for (const root of roots) walk(root.id, 0);
  const used = new Map<number, number>();
  const spotIn = (column: number): Spot => {
    const row = used.get(column) ?? 0;
    used.set(column, row + 1);
    return { column, row };
  };
  const places = new Map<string, Laid>();
  const between = new Map<string, Spot>();
  for (const id of order) {
    const node = nodes.get(id);
    const column = depth.get(id) ?? 0;
    if (node === undefined) continue;
    places.set(id, { node, ...spotIn(column) });
    for (const next of node.next)
      for (let passed = column + 1; passed < (depth.get(next) ?? 0); passed += 1) {
        const key = `${passed} ${next}`;
        if (!between.has(key)) between.set(key, spotIn(passed));
      }
  }
  return {
    places,
    ways: waysOf(places, between),
    columns: Math.max(0, ...used.keys()) + 1,
    rows: Math.max(1, ...used.values()),
  };
}

function waysOf(
  places: ReadonlyMap<string, Laid>,
  between: ReadonlyMap<string, Spot>,
): readonly Way[] {
  return [...places.values()].flatMap((from) =>
    from.node.next.flatMap((id) => {
      const to = places.get(id);
      if (to === undefined) return [];
      const through: Spot[] = [];
      for (let column = from.column + 1; column < to.column; column += 1) {
        const spot = between.get(`${column} ${id}`);
        if (spot !== undefined) through.push(spot);
      }
      return [{ from, to, through }];
    }),
  );
}
