/** REST's nestedStats as a tree; what `show` prints and the prompt reads. Pure. */
import type { JsonObject } from '../config/text/json.ts';

/** One level of statistics: leaves in order, and levels below by the last part of their key. */
export interface StatisticsTree {
  readonly leaves: ReadonlyMap<string, string | number>;
  readonly children: readonly (readonly [string, StatisticsTree])[];
}

export function treeOf(json: JsonObject): StatisticsTree {
  const leaves = new Map<string, string | number>();
  const children: (readonly [string, StatisticsTree])[] = [];
  const entries = json['entries'];
  for (const [key, entry] of Object.entries(isObject(entries) ? entries : {})) {
    if (!isObject(entry)) continue;
    const nested = entry['nestedStats'];
    if (isObject(nested)) children.push([nameOfKey(key), treeOf(nested)]);
    else {
      const value = entry['value'] ?? entry['description'];
      if (typeof value === 'number' || typeof value === 'string') leaves.set(key, value);
    }
  }
  return { leaves, children };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** "https://localhost/mgmt/tm/ltm/pool/~Common~web/stats" → "/Common/web". */
function nameOfKey(key: string): string {
  const parts = key.split('/').filter((part) => part !== 'stats');
  return decoded(parts.at(-1) ?? '').replaceAll('~', '/');
}

/** A name may hold a percent sign that encodes nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Scalars of a configuration object as leaves, its arrays of scalars joined: what `cm device` shows. */
export function treeOfProperties(json: JsonObject): StatisticsTree {
  const leaves = new Map<string, string | number>();
  for (const [name, value] of Object.entries(json)) {
    const text = textOf(value);
    if (text !== undefined) leaves.set(name, text);
  }
  return { leaves, children: [] };
}

function textOf(value: unknown): string | number | undefined {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  // The first scalar of a block speaks for it: the ip of a failover address.
  const texts = (value as readonly unknown[]).map((element) =>
    isObject(element) ? (element['ip'] ?? Object.values(element)[0]) : element,
  );
  return texts.map(String).join(', ');
}

/** The leaf of that name on the first level that has it. */
export function findLeaf(tree: StatisticsTree, name: string): string | number | undefined {
  const own = tree.leaves.get(name);
  if (own !== undefined) return own;
  for (const [, inner] of tree.children) {
    const found = findLeaf(inner, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Levels on the way from one down, with their keys; `*` is any key. */
export function levelsAt(
  tree: StatisticsTree,
  way: readonly string[],
): readonly { readonly name: string; readonly tree: StatisticsTree }[] {
  const [first, ...rest] = way;
  if (first === undefined) return [{ name: '', tree }];
  return tree.children
    .filter(([key]) => first === '*' || key === first)
    .flatMap(([name, inner]) =>
      rest.length === 0 ? [{ name, tree: inner }] : levelsAt(inner, rest),
    );
}
