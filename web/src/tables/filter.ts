/** Rows of which every word stands somewhere in them; sorted as people count: 2 before 10. Pure. */
export interface Row {
  /** Full name of the object. */
  readonly name: string;
  /** What its columns show, in their order. */
  readonly cells: readonly string[];
  /** Does the word, in lower case, stand in it? */
  has(word: string): boolean;
  /** The `sortKey` of a column; -1: of the name. */
  key(column: number): string;
}

export interface Sort {
  /** -1: by name. */
  readonly column: number;
  readonly isDescending: boolean;
}

/** `word` or `-word`: with it, without it. */
export function filterRows(rows: readonly Row[], text: string): readonly Row[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const wanted = words.filter((word) => !word.startsWith('-') || word === '-');
  const unwanted = words
    .filter((word) => word.startsWith('-') && word !== '-')
    .map((word) => word.slice(1));
  return rows.filter(
    (row) => wanted.every((word) => row.has(word)) && !unwanted.some((word) => row.has(word)),
  );
}

const zero = 48;
/** More digits than that are as long as the longest number that anybody lists. */
const shortDigits = 9;
const longDigits = 40;

function isDigit(code: number): boolean {
  return code >= zero && code < zero + 10;
}

/**
 * A text whose order as code units is that of people: numbers by value, letters without regard to case. A collator that
 * counts takes ten times as long for a table of ten thousand rows.
 */
export function sortKey(text: string): string {
  const lower = text.toLowerCase();
  let key = '';
  let from = 0;
  for (let at = 0; at < lower.length;) {
    if (!isDigit(lower.charCodeAt(at))) {
      at += 1;
      continue;
    }
    key += lower.slice(from, at);
    let end = at + 1;
    while (isDigit(lower.charCodeAt(end))) end += 1;
    while (at < end - 1 && lower.charCodeAt(at) === zero) at += 1;
    const digits = lower.slice(at, end);
    const isLong = digits.length > shortDigits;
    key += isLong ? `:${digits.padStart(longDigits, '0')}` : `${digits.length}${digits}`;
    at = end;
    from = end;
  }
  return key + lower.slice(from);
}

export function sortRows(rows: readonly Row[], { column, isDescending }: Sort): readonly Row[] {
  if (column < 0 && !isDescending) return rows;
  const less = isDescending ? 1 : -1;
  const keyed = rows.map((row) => ({ row, key: row.key(column) }));
  // What is equal stays as the device lists it.
  keyed.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? less : -less));
  return keyed.map(({ row }) => row);
}
