/** BIND's `$GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA`. Pure. */

const maximumLines = 65_536;

export type Generated =
  | { readonly lines: readonly (readonly string[])[] }
  | { readonly problem: string };

export function generateLines(words: readonly string[]): Generated {
  const [range = '', ...rest] = words;
  const match = /^(\d{1,9})-(\d{1,9})(?:\/(\d{1,9}))?$/.exec(range);
  const [from = 0, to = -1, step = 1] = [match?.[1], match?.[2], match?.[3] ?? '1'].map(Number);
  if (match === null || from > to || step < 1) return { problem: `"${range}" is no range` };
  if (rest.length < 3) return { problem: 'it has no owner, type and data' };
  if ((to - from) / step >= maximumLines) return { problem: `"${range}" makes too many lines` };
  const lines: string[][] = [];
  for (let number = from; number <= to; number += step) {
    lines.push(rest.map((word) => filled(word, number)));
  }
  return { lines };
}

/** `$` is the number, `${OFFSET,WIDTH,BASE}` a form of it, `\$` and `$$` a dollar. */
function filled(word: string, number: number): string {
  return word.replaceAll(
    /\\\$|\$\$|\$\{(-?\d{1,9})(?:,(\d{1,3})(?:,([doxX]))?)?\}|\$/g,
    (found, offset?: string, width?: string, base?: string) => {
      if (found === '\\$' || found === '$$') return '$';
      const value = number + Number(offset ?? 0);
      const radix = base === 'o' ? 8 : base === 'x' || base === 'X' ? 16 : 10;
      const text = value.toString(radix).padStart(Number(width ?? 0), '0');
      return base === 'X' ? text.toUpperCase() : text;
    },
  );
}
