/** Rows of which every word stands somewhere in them; sorted as people count: 2 before 10. Pure. */
export interface Row {
  /** Full name of the object. */
  readonly name: string;
  /** What its columns show, in their order. */
  readonly cells: readonly string[];
  /** Everything in it, in lower case. */
  readonly text: string;
}

export interface Sort {
  /** -1: by name. */
  readonly column: number;
  readonly isDescending: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** `word` or `-word`: with it, without it. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const wanted = words.filter((word) => !word.startsWith('-') || word === '-');
  const unwanted = words
    .filter((word) => word.startsWith('-') && word !== '-')
    .map((word) => word.slice(1));
  return rows.filter(
    (row) =>
      wanted.every((word) => row.text.includes(word)) &&
      !unwanted.some((word) => row.text.includes(word)),
  );
}

export function sortRows(rows: readonly Row[], { column, isDescending }: Sort): readonly Row[] {
  if (column < 0 && !isDescending) return rows;
  const valueOf = (row: Row): string => (column < 0 ? row.name : (row.cells[column] ?? ''));
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => sign * collator.compare(valueOf(a), valueOf(b)));
}
