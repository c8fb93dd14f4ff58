/** Patterns of names: `*` and `?` stay within a folder. Pure. */

/** In time that is at worst length times length, whatever the pattern: everybody may send one. */
export function matchesGlob(pattern: string, name: string): boolean {
  const patterns = pattern.split('/');
  const parts = name.split('/');
  return (
    patterns.length === parts.length &&
    patterns.every((one, index) => matchesPart(one, parts[index] ?? ''))
  );
}

function matchesPart(pattern: string, text: string): boolean {
  let at = 0;
  let here = 0;
  // Only the last `*` ever has to take more: what those before it took was the least.
  let star = -1;
  let taken = 0;
  while (here < text.length) {
    const one = pattern[at];
    if (one === '*') {
      star = at;
      taken = here;
      at += 1;
    } else if (one === '?' || (one !== undefined && one === text[here])) {
      at += 1;
      here += 1;
    } else if (star >= 0) {
      taken += 1;
      here = taken;
      at = star + 1;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
