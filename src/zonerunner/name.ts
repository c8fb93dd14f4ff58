/** Domain names in zones: always absolute, lower case (RFC 1034 3.1, RFC 1035 2.3.4). Pure. */

export type NameResult = { readonly name: string } | { readonly problem: string };

/** "/" is of reverse zones without classes (RFC 2317). */
const label = /^[a-z0-9_](?:[a-z0-9_/-]{0,61}[a-z0-9_])?$/;

/** `*` is allowed as first label where `wildcards` says so. */
export function parseName(input: string, wildcards = false): NameResult {
  const name = input.toLowerCase();
  if (name === '.') return { name };
  if (!name.endsWith('.')) {
    return { problem: `"${input}" has no dot at its end; write "${input}."` };
  }
  if (name.includes('@')) return { problem: `"${input}" has an "@", which is no part of a name` };
  if (name.length > 254) return { problem: `"${input}" is longer than 253 characters` };
  const labels = name.slice(0, -1).split('.');
  for (const [index, part] of labels.entries()) {
    if (part === '*' && index === 0 && wildcards) continue;
    if (part.length > 63) return { problem: `"${part}" is longer than 63 characters` };
    if (!label.test(part)) return { problem: `"${input}" has a bad label "${part}"` };
  }
  return { name };
}

export function isWithin(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

/** `a.b.c.` → `b.c.`; `.` has none. */
export function parentOf(name: string): string | undefined {
  if (name === '.') return undefined;
  const parent = name.slice(name.indexOf('.') + 1);
  return parent === '' ? '.' : parent;
}
