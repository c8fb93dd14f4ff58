/**
 * Golden pairs: `NAME.in.json` (a command, and what REST answers to the requests that it makes) gives `NAME.out`.
 * The answers are those of a lab's devices. `UPDATE_GOLDENS=1` writes the outputs anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { componentById, components } from '../../../src/catalogue/index.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { createShell } from '../../../src/tmsh/shell.ts';

interface Input {
  readonly command: string;
  /** Of the terminal; absent where there is none. */
  readonly columns?: number;
  /** "GET /mgmt/tm/ltm/pool/stats" → body. */
  readonly answers: Readonly<Record<string, JsonObject>>;
}

const folder = import.meta.dirname;
const isUpdating = process.env['UPDATE_GOLDENS'] === '1';

async function outputOf({ command, columns, answers }: Input): Promise<string> {
  const lines: string[] = [];
  const shell = createShell({
    rest: {
      request(method, path) {
        const json = answers[`${method} ${path}`];
        const message = json === undefined ? `nobody asked for ${path} before` : '';
        const isOk = json !== undefined;
        return Promise.resolve({ isOk, status: isOk ? 200 : 404, json: json ?? {}, message });
      },
    },
    components,
    component: componentById,
    columns: () => columns,
    print: (text) => lines.push(text),
    printError: (text) => lines.push(`error: ${text}`),
  });
  await shell.run(command, true);
  return `${lines.join('\n')}\n`;
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.in.json'))) {
  const name = basename(file, '.in.json');
  test(`tmsh prints ${name}`, async () => {
    // Written by the recorder in this shape.
    const input = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Input;
    const output = await outputOf(input);
    const path = join(folder, `${name}.out`);
    if (isUpdating) writeFileSync(path, output);
    else assert.equal(output, readFileSync(path, 'utf8'));
  });
}

/** What users' scripts look for (gtm-dns-zonerunner.md 1.7). */
test("scripts' expressions find what they look for", () => {
  const text = (name: string): string => readFileSync(join(folder, `${name}.out`), 'utf8');
  const wideIp = /Gtm::WideIp::\S+ (\S+)\s+-*\s*Status\s+Availability\s+:\s+(\S+)/.exec(
    text('gtm-wideip'),
  );
  assert.deepEqual(wideIp?.slice(1), ['www.gslb.example.com', 'available']);
  for (const line of ['^Gtm::WideIp', '^  Availability', '^  State', '^  Returned to DNS']) {
    assert.match(text('gtm-wideip'), new RegExp(line, 'm'));
  }
  const peer = /Gtm::IQuery: (\S+)\s+[\s\S]*?State\s+(\S+)/.exec(text('gtm-iquery'));
  assert.equal(peer?.[2], 'connected');
});
