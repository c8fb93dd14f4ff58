/**
 * A regular expression that ignores the case of ASCII letters by itself, without the flag: V8's engine for
 * linear time knows no flag `i`. Pure.
 */

/** What stays as it is: escapes, names of groups, `(?:` and their like, beginnings of classes. */
const token =
  /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|k<\w+>|[\s\S])|\(\?<\w+>|\((?:\?<?[:=!]?)?|\[\^?|[\s\S]/giy;
const rangeOrOne =
  /(\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|[\s\S])|[^\\])(?:-(\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|[\s\S])|[^\\]))?/giy;

export function inAnyCase(source: string): string {
  let result = '';
  for (let at = 0; at < source.length;) {
    token.lastIndex = at;
    const [text = ''] = token.exec(source) ?? [];
    at += text.length || 1;
    if (!text.startsWith('[')) {
      result += /^[a-z]$/i.test(text) ? `[${text.toLowerCase()}${text.toUpperCase()}]` : text;
      continue;
    }
    const end = endOfClass(source, at);
    result += `${text}${classInAnyCase(source.slice(at, end))}`;
    at = end;
  }
  return result;
}

/** Where the `]` is that ends the class whose inside begins at `start`. */
function endOfClass(source: string, start: number): number {
  for (let at = start; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === ']') return at;
  }
  return source.length;
}

function classInAnyCase(inside: string): string {
  return inside.replaceAll(rangeOrOne, (whole, first: string, last: string = first) => {
    // `[\d-x]` is no range, and of one that begins with an escape the other case is not needed.
    if (first.length > 1) return last.length > 1 ? whole : `${whole}${otherCase(last, last)}`;
    if (last.length > 1) return whole;
    return `${whole}${otherCase(first, last)}`;
  });
}

const caseBit = 0x20;

/** The parts of `first`-`last` that are letters, in the other case. */
function otherCase(first: string, last: string): string {
  return ['az', 'AZ']
    .map(([lowest = '', highest = '']) => {
      const from = first > lowest ? first : lowest;
      const to = last < highest ? last : highest;
      if (from > to) return '';
      const [start, end] = [from, to].map((one) =>
        String.fromCharCode(one.charCodeAt(0) ^ caseBit),
      );
      return start === end ? start : `${start}-${end}`;
    })
    .join('');
}
