import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseData } from '../rdata.ts';
import { nameOfType } from './types.ts';

const checker = 'named-checkzone';
const isThere = spawnSync(checker, ['-v']).error === undefined;
const skip = isThere ? false : 'named-checkzone is not installed';
/** All that BIND 9.18 knows, and some that nobody does. */
const numbers = [...Array.from({ length: 127 }, (_, index) => index + 1), 256, 257, 258, 259]
  .concat([260, 261, 262, 32_768, 32_769, 65_280, 65_533])
  .filter((number) => nameOfType(number) === `TYPE${number}`);
const good = {
  21: '000a0161047465737400',
  36: '000a00',
  42: '00011003c0a864',
  45: '0a010201c000022601020304',
  62: '000000420003000460000008',
  63: `77ee2b7f0101${'ab'.repeat(48)}`,
  107: '000a0161047465737400',
  108: '00005eef1234',
};

test('what is taken of types without a name, BIND takes as well', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'shapes-'));
  const file = join(folder, 'zone');
  const bytes = fc.uint8Array({ minLength: 0, maxLength: 70 }).map((data) => data.toHex());
  // Where lengths and counts are to be found, small ones are more telling.
  const small = fc
    .array(fc.nat({ max: 4 }), { maxLength: 24 })
    .map((data) => Uint8Array.from(data).toHex());
  const several = fc.array(fc.oneof(bytes, small), { minLength: 12, maxLength: 12 });
  const runs = process.env['EVENKEEL_TEST_LONG'] === undefined ? 3 : 200;
  fc.assert(
    fc.property(several, (samples) => {
      const lines: string[] = [];
      for (const number of numbers) {
        for (const [index, hex] of samples.entries()) {
          const text = String.raw`\# ${hex.length / 2} ${hex}`;
          if ('data' in parseData(`TYPE${number}`, text)) {
            lines.push(`n${index} TYPE${number} ${text}`);
          }
        }
      }
      const top = ['$TTL 60', '@ SOA ns1 h 1 3600 600 86400 60', '@ NS ns1', 'ns1 A 192.0.2.1'];
      writeFileSync(file, `${[...top, ...lines].join('\n')}\n`);
      const checked = spawnSync(checker, ['-k', 'ignore', 'e.test', file]);
      assert.equal(checked.status, 0, String(checked.stdout).slice(0, 2_000));
    }),
    { numRuns: runs },
  );
  rmSync(folder, { recursive: true });
});

test('records of such types can be had as they should be, and are refused otherwise', () => {
  for (const [number, hex] of Object.entries(good)) {
    const text = String.raw`\# ${hex.length / 2} ${hex}`;
    assert.ok('data' in parseData(`TYPE${number}`, text), `TYPE${number}`);
  }
  for (const number of [3, 36, 42, 62, 63, 108]) {
    assert.ok('problem' in parseData(`TYPE${number}`, String.raw`\# 2 abcd`), `TYPE${number}`);
  }
  assert.ok('data' in parseData('TYPE65400', String.raw`\# 0`), 'nobody knows it');
});
