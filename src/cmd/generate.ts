/** Writes what is drawn from the catalogue into files: `node src/cmd/generate.ts`. */
import { join } from 'node:path';
import { makeFolder, writeFileDurably } from '../platform/files.ts';
import { components } from '../catalogue/index.ts';
import { referencePages } from '../catalogue/reference-pages.ts';
import { typesText } from '../catalogue/type-text.ts';
import { endpoints } from '../icontrol/endpoints.ts';
import { openApiDocuments, openApiText } from '../icontrol/openapi/openapi.ts';

const readable = 0o644;
const root = join(import.meta.dirname, '..', '..');

writeFileDurably(join(root, 'src', 'catalogue', 'generated', 'types.ts'), typesText(), readable);
makeFolder(join(root, 'docs', 'reference'), 0o755);
for (const [name, page] of referencePages(components)) {
  writeFileDurably(join(root, 'docs', 'reference', name), page, readable);
}
makeFolder(join(root, 'docs', 'reference', 'openapi'), 0o755);
for (const [name, document] of openApiDocuments(components, endpoints)) {
  const path = join(root, 'docs', 'reference', 'openapi', `${name}.json`);
  writeFileDurably(path, openApiText(document), readable);
}
