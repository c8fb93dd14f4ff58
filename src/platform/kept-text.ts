/** A text that takes time to make is kept, with the marks of the files that it is made from. */
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What `make` makes of the files below `folders` whose names end in `.ts`, kept in `file`. It is made anew whenever one
 * of them was touched, however little: the system's time of a change cannot be set back, unlike that of writing.
 */
export async function keptText(
  file: string,
  folders: readonly string[],
  make: () => Promise<string>,
): Promise<string> {
  // Before they are read: what changes meanwhile has another mark at the next start.
  const marks = folders.map(marksBelow).join();
  try {
    const kept = readFileSync(file, 'utf8');
    const end = kept.indexOf('\n');
    if (kept.slice(0, end) === marks) return kept.slice(end + 1);
  } catch {
    // None yet.
  }
  const text = await make();
  try {
    // Renamed in one step: nobody reads half of it.
    writeFileSync(`${file}.${process.pid}`, `${marks}\n${text}`, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // Who cannot write goes on without.
  }
  return text;
}

/** In one line. */
function marksBelow(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const { ctimeNs, ino, size } = statSync(join(folder, path), { bigint: true });
      return `${encodeURI(path)} ${ino} ${size} ${ctimeNs}`;
    })
    .join();
}
