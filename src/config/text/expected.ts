/** What would have been right, for whoever wrote something else. Pure. */
import type { PropertyType } from '../../catalogue/types.ts';

/** More words than that are no help. */
const maximumWords = 40;

/** The words that fit, those that look like what was written first: `did you mean "monitor"?` */
export function oneOf(words: Iterable<string>, written = ''): string {
  const all = [...new Set(words)].toSorted();
  const [only] = all;
  if (all.length === 1 && only !== undefined) return `expected "${only}"`;
  const near = nearest(all, written);
  const more = all.length - maximumWords;
  const shown = all.slice(0, maximumWords).join(', ') + (more > 0 ? `, … (${more} more)` : '');
  const question = near === undefined ? '' : `did you mean "${near}"? `;
  return `${question}expected one of the following: ${shown}`;
}

/** So many letters may be wrong, missing, too many or in each other's place. */
const maximumSlips = 2;
const longestWord = 40;

function nearest(words: readonly string[], written: string): string | undefined {
  if (written.length < 3 || written.length > longestWord) return undefined;
  let best: string | undefined;
  let fewest = maximumSlips + 1;
  for (const word of words) {
    if (Math.abs(word.length - written.length) > maximumSlips) continue;
    const slips = slipsBetween(word, written);
    if (slips < fewest) [best, fewest] = [word, slips];
  }
  return best;
}

/** Edit distance by rows. */
function slipsBetween(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= right.length; index += 1) {
      const change = left[at - 1] === right[index - 1] ? 0 : 1;
      const above = row[index] ?? 0;
      next.push(Math.min(above + 1, (next[index - 1] ?? 0) + 1, (row[index - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** Of a value that is missing, or is a block where it should be a word. */
export function expectedOf(type: PropertyType): string {
  switch (type.kind) {
    case 'enum':
      return oneOf(type.values.filter(({ echo }) => echo !== true).map(({ value }) => value));
    case 'flags':
      return oneOf(type.flags.map(({ flag }) => flag));
    case 'integer': {
      const words = type.words === undefined ? '' : `, or ${type.words.join(', ')}`;
      return `expected a number from ${type.minimum} to ${type.maximum}${words}`;
    }
    case 'port':
      return 'expected a port or the name of a service';
    case 'address':
      return 'expected an IP address';
    case 'prefix':
      return 'expected an address and length such as 10.0.0.0/8';
    case 'endpoint':
      return 'expected an address and port such as 10.0.0.1:80';
    case 'reference':
      return `expected the name of a ${type.to.join(', or of a ')}`;
    case 'monitor-rule':
      return 'expected names of monitors with "and" between them, or "min N of { … }"';
    case 'list':
    case 'items':
      return 'expected "{", add, delete, modify or replace-all-with';
    case 'struct':
      return 'expected "{"';
    case 'blob':
    case 'string':
      return 'expected a text, in quotes where it has blanks';
  }
}
