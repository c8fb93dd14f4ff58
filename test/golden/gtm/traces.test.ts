/** What `run gtm explain` says, word by word. `UPDATE_GOLDEN=1` writes the files anew. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileSnapshot } from '../../../src/gtm/decision/compile.ts';
import { decide } from '../../../src/gtm/decision/decide.ts';
import type { GtmSnapshot } from '../../../src/gtm/decision/snapshot-types.ts';
import { printTrace, type TraceEvent } from '../../../src/gtm/decision/trace.ts';
import { member, pool, snapshot, wideIp } from '../../../src/gtm/test-support.ts';

const up = ' Monitor /Common/bigip from nyc-a.example.com : UP'.trim();
const refused =
  'Monitor /Common/bigip from nyc-a.example.com : state: The children pool member(s) are down';
const nyc = member('/Common/nyc:/Common/web', '192.0.2.1', { reason: up });
const nyc2 = member('/Common/nyc:/Common/web2', '192.0.2.2', { reason: up });
const lon = member('/Common/lon:/Common/web', '198.51.100.1', { reason: up });
const dead = { ...nyc, available: false, reason: refused };
const disabled = { ...nyc2, enabled: false, reason: 'the member is disabled' };

const cases: Readonly<Record<string, { parts: GtmSnapshot; name?: string; type?: 'a' | 'aaaa' }>> =
  {
    'first-pool-down': {
      parts: snapshot(
        [pool('/Common/nyc_pool', [dead, disabled]), pool('/Common/lon_pool', [lon])],
        [wideIp('www.gslb.example.com', [0, 1])],
      ),
    },
    'everything-down': {
      parts: snapshot(
        [
          pool('/Common/nyc_pool', [dead], { fallback: 'none' }),
          pool('/Common/lon_pool', [{ ...lon, available: false, reason: refused }], {
            fallback: 'round-robin',
          }),
          pool('/Common/last', [{ ...nyc2, available: false, reason: refused }]),
        ],
        [wideIp('www.gslb.example.com', [0, 1], { lastResort: 2, mode: 'ratio' })],
      ),
    },
    measured: {
      parts: snapshot(
        [
          pool('/Common/nyc_pool', [nyc, nyc2], {
            preferred: 'quality-of-service',
            alternate: 'ratio',
          }),
        ],
        [
          wideIp('*.gslb.example.com', [0], {
            name: '/Common/*.gslb.example.com',
            mode: 'topology',
            persistence: { seconds: 60, cidrIpv4: 24, cidrIpv6: 64 },
          }),
        ],
      ),
    },
    'other-type': {
      parts: snapshot([pool('/Common/nyc_pool', [nyc])], [wideIp('www.gslb.example.com', [0])]),
      type: 'aaaa',
    },
  };

for (const [title, { name = 'www.gslb.example.com', parts, type = 'a' }] of Object.entries(cases)) {
  test(`trace ${title}`, () => {
    const trace: TraceEvent[] = [];
    decide(compileSnapshot(parts), { key: name, type, client: '203.0.113.9', now: 0 }, trace);
    const text = `${printTrace(trace)}\n`;
    const file = new URL(`./${title}.out`, import.meta.url);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}
