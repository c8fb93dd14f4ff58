/**
 * `node web/build.ts --out FOLDER`: the GUI as static files, each also made small, put in place at once when all of it is
 * there. Fails when a page would have to load more than is good for it.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { settings } from './settings.ts';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = resolve(values.out ?? join(import.meta.dirname, '..', '.cache', 'gui'));
const building = `${out}.${process.pid}`;

/** Kilobytes of JavaScript, gzipped. */
const firstLoadLimit = 300;
const routeLimit = 80;

await build({
  ...settings,
  logLevel: 'warn',
  build: { ...settings.build, outDir: building, emptyOutDir: true },
});

const files = readdirSync(join(building, 'assets'));
const page = readFileSync(join(building, 'index.html'), 'utf8');
let firstLoad = 0;
for (const name of files) {
  const path = join(building, 'assets', name);
  const bytes = readFileSync(path);
  if (/\.(js|css|svg)$/.test(name)) {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
  }
  if (!name.endsWith('.js')) continue;
  const kilobytes = gzipSync(bytes).length / 1000;
  if (page.includes(name)) firstLoad += kilobytes;
  else if (kilobytes > routeLimit) fail(`${name} has ${kilobytes} kB, more than ${routeLimit}`);
}
if (firstLoad > firstLoadLimit)
  fail(`the first page has ${firstLoad} kB, more than ${firstLoadLimit}`);
rmSync(out, { recursive: true, force: true });
renameSync(building, out);
process.stdout.write(`${out}: first page ${firstLoad.toFixed(1)} kB of JavaScript, gzipped\n`);

function fail(message: string): never {
  rmSync(building, { recursive: true, force: true });
  process.stderr.write(`web/build: ${message}\n`);
  process.exit(1);
}
