/** What may come next, as Tab and `?` print it: by kind, as BIG-IP does. Pure. */
import type { Choice, Completion } from './complete.ts';

/** In the order of printing. */
const headings = [
  ['Commands', 'Commands'],
  ['Options', 'Options'],
  ['Modules', 'Modules'],
  ['Components', 'Components'],
  ['Properties', 'Properties'],
  ['Items', 'Configuration Items'],
  ['Values', 'Values'],
] as const;

type Group = readonly [heading: string, choices: readonly Choice[]];

function grouped(choices: readonly Choice[]): readonly Group[] {
  return headings.flatMap(([group, heading]) => {
    const own = choices.filter((choice) => (choice.group ?? 'Values') === group);
    const sorted = own.toSorted((a, b) => (a.word < b.word ? -1 : Number(a.word > b.word)));
    return own.length === 0 ? [] : [[`${heading}:`, sorted] as const];
  });
}

function longestOf(choices: readonly Choice[]): number {
  return Math.max(0, ...choices.map(({ word }) => word.length));
}

/** `?`: every choice with a word about it, which goes on below itself where the line ends. */
export function explanation({ choices, hint }: Completion, columns: number): string {
  const width = longestOf(choices);
  const lines = grouped(choices).flatMap(([heading, own]) => [
    heading,
    ...own.flatMap(({ word, help }) => hung(`  ${word.padEnd(width)}  `, help, columns)),
  ]);
  const all = [...(hint === undefined ? [] : [`  ${hint}`]), ...lines];
  return all.length === 0 ? '  <Enter>' : all.join('\n');
}

/** Less room than that is no use for a text. */
const leastText = 20;

function hung(beginning: string, text: string, columns: number): readonly string[] {
  const room = Math.max(leastText, columns - beginning.length - 1);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  const margin = ' '.repeat(beginning.length);
  return lines.map((line, index) => `${index === 0 ? beginning : margin}${line}`.trimEnd());
}

const gap = 3;
const margin = 2;

/** Tab: the words alone, from top to bottom, then to the right; columns of all groups are as wide. */
export function columnsText(choices: readonly Choice[], columns: number): string {
  const width = longestOf(choices) + gap;
  const across = Math.max(1, Math.floor((columns - margin + gap - 1) / width));
  return grouped(choices)
    .flatMap(([heading, own]) => {
      const height = Math.ceil(own.length / across);
      const rows = Array.from({ length: height }, (_, row) =>
        own
          .filter((_choice, index) => index % height === row)
          .map(({ word }) => word.padEnd(width))
          .join('')
          .trimEnd(),
      );
      return [heading, ...rows.map((row) => `${' '.repeat(margin)}${row}`)];
    })
    .join('\n');
}
