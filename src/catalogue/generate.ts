/** Writes what is drawn from the catalogue into files: `node src/catalogue/generate.ts`. */
import { join } from 'node:path';
import { makeFolder, writeFileDurably } from '../platform/files.ts';
import { components } from './index.ts';
import { referencePages } from './reference-pages.ts';
import { typesText } from './type-text.ts';

const readable = 0o644;
const root = join(import.meta.dirname, '..', '..');

writeFileDurably(join(import.meta.dirname, 'generated', 'types.ts'), typesText(), readable);
makeFolder(join(root, 'docs', 'reference'), 0o755);
for (const [name, page] of referencePages(components)) {
  writeFileDurably(join(root, 'docs', 'reference', name), page, readable);
}
