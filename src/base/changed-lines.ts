/**
 * What differs between two configuration texts, for people: texts are made of sections (a line at the margin
 * and the indented lines below it, or up to a closing brace at the margin). Order of lines within a section
 * matters to the reader only, so they are compared as a bag. Pure.
 */

import { type Sliced, finishAtOnce } from './slices.ts';

/** `- line` and `+ line` under the head of their section; whole sections come and go with all their lines. */
export function changedLines(before: string, after: string): readonly string[] {
  return finishAtOnce(changingLines([before], [after]));
}

/** The same of long texts, in parts of one or more whole sections. */
export function* changingLines(
  before: Iterable<string>,
  after: Iterable<string>,
): Sliced<readonly string[]> {
  const old = yield* sectionsOf(before);
  const wanted = yield* sectionsOf(after);
  const lines: string[] = [];
  for (const [head, held] of old) {
    if (!wanted.has(head)) lines.push(`- ${head}`, ...held.map((line) => `- ${line}`));
    yield;
  }
  for (const [head, present] of wanted) {
    yield;
    const held = old.get(head);
    if (held === undefined) {
      lines.push(`+ ${head}`, ...present.map((line) => `+ ${line}`));
      continue;
    }
    const gone = without(held, present);
    const added = without(present, held);
    if (gone.length + added.length === 0) continue;
    lines.push(
      `  ${head}`,
      ...gone.map((line) => `- ${line}`),
      ...added.map((line) => `+ ${line}`),
    );
  }
  return lines;
}

function* sectionsOf(texts: Iterable<string>): Sliced<ReadonlyMap<string, readonly string[]>> {
  const sections = new Map<string, string[]>();
  for (const text of texts) {
    putSections(sections, text);
    yield;
  }
  return sections;
}

function putSections(sections: Map<string, string[]>, text: string): void {
  let current: string[] | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const isInside = /^\s/.test(line) || line.startsWith('}');
    if (isInside && current !== undefined) {
      if (!line.startsWith('}')) current.push(line);
      continue;
    }
    current = sections.get(line) ?? [];
    sections.set(line, current);
  }
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
