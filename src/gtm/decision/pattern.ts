/**
 * Names of wide IPs with wildcards: `*` stands for any characters, dots among them, `?` for exactly one
 * (BIG-IP's rule, not that of RFC 4592). Pure.
 */

export function isWildcard(name: string): boolean {
  return name.includes('*') || name.includes('?');
}

/** Linear in practice: on a mismatch only the last `*` is tried again. */
export function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (pattern[at] === '?' || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      resume += 1;
      index = resume;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** More literal characters first, then by name, so that the same pattern wins on every device. */
export function comparePatterns(a: string, b: string): number {
  const literals = (text: string): number => text.replaceAll(/[*?]/g, '').length;
  return literals(b) - literals(a) || (a < b ? -1 : a > b ? 1 : 0);
}
