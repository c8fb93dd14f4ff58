/** What a table shows, for others to read. */
import type { Row } from './filter.ts';

/** RFC 4180; a leading sign that a spreadsheet would take for a formula is made a text. */
export function csvText(titles: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map(({ name, cells }) => [name, ...cells]);
  return [['Name', ...titles], ...lines]
    .map((line) => `${line.map(csvField).join(',')}\r\n`)
    .join('');
}

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
