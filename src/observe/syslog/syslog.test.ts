import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import type { Operation } from '../../config/types.ts';
import { createConfigStore } from '../../config/store/store.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { serveDatagrams } from '../../platform/datagram.ts';
import { devicePaths } from '../../platform/device-paths.ts';
import { serveStream } from '../../platform/stream.ts';
import { parseLine, renderMessage, severityOf } from './codec.ts';
import { type Route, targetsOf } from './plan.ts';
import { startSyslog } from './start.ts';

const text = '2026-11-01T09:05:07.123Z warning control[42] 01070638:5: Pool member down';
const sender = { hostname: 'bigip1.example.com', facility: 16, isoDate: false };

test('a line of a log file becomes a message of either RFC', () => {
  const line = parseLine(text);
  assert.ok(line !== undefined);
  assert.equal(
    renderMessage(line, 'rfc3164', sender),
    '<132>Nov  1 09:05:07 bigip1.example.com control[42]: 01070638:5: Pool member down',
  );
  assert.equal(
    renderMessage(line, 'rfc5424', sender),
    '<132>1 2026-11-01T09:05:07.123Z bigip1.example.com control 42 - - 01070638:5: Pool member down',
  );
  assert.match(
    renderMessage(line, 'legacy-bigip', { ...sender, isoDate: true }),
    /^<132>2026-11-01T09:05:07.123Z bigip1.example.com warning control\[42\]: 0107/,
  );
  assert.equal(parseLine('    at Object.<anonymous> (file.ts:1:1)'), undefined);
  assert.deepEqual(['warn', 'error', 'debug', 'odd'].map(severityOf), [4, 3, 7, 6]);
});

test('a filter lets through its source, severity and message, and a server gets a line once', () => {
  const server = { protocol: 'udp', host: '192.0.2.1', port: 514 } as const;
  const route = (more: Partial<Route>): Route => ({
    server,
    format: 'rfc3164',
    source: 'all',
    leastSeverity: severityOf('notice'),
    ...more,
  });
  const line = { file: 'ltm', program: 'control', level: 'warning', text: '01070638:5: down' };
  const count = (...all: readonly Route[]): number => targetsOf(all, line).length;
  assert.equal(count(route({})), 1);
  assert.equal(count(route({}), route({ source: 'ltm' })), 1);
  assert.equal(count(route({ source: 'gtm' })), 0);
  assert.equal(count(route({ source: 'control' })), 1);
  assert.equal(count(route({ leastSeverity: severityOf('err') })), 0);
  assert.equal(count(route({ messageId: '01070638' })), 1);
  assert.equal(count(route({ messageId: '01010007' })), 0);
});

const create = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'create',
  component,
  name,
  properties,
});

test('what is written to the log files reaches servers over UDP and TCP', async () => {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-syslog-'));
  const paths = devicePaths(root);
  mkdirSync(paths.logs);
  const store = createConfigStore({ path: paths.database, deviceName: 'a', clock: systemClock });
  const datagrams: string[] = [];
  const udp = await serveDatagrams('127.0.0.1', 0, (packet) => {
    datagrams.push(Buffer.from(packet).toString());
  });
  let stream = '';
  const tcp = await serveStream('127.0.0.1', 0, 10, () => ({
    onBytes: (chunk) => void (stream += Buffer.from(chunk).toString()),
    onClose: () => undefined,
  }));
  const syslog = startSyslog({ store, clock: systemClock, paths });
  try {
    const destination = '/Common/near';
    const outcome = store.commit({
      origin: { user: 'admin', source: 'rest' },
      operations: [
        {
          kind: 'modify',
          component: 'sys syslog',
          name: '',
          properties: {
            'remote-servers': [{ name: '/Common/one', host: '127.0.0.1', 'remote-port': udp.port }],
          },
        },
        create('sys log-config destination management-port', destination, {
          'ip-address': '127.0.0.1',
          port: tcp.port,
          protocol: 'tcp',
        }),
        create('sys log-config publisher', '/Common/out', {
          destinations: [{ name: destination }],
        }),
        create('sys log-config filter', '/Common/bad', {
          level: 'warn',
          publisher: '/Common/out',
          source: 'ltm',
        }),
      ],
    });
    assert.ok(outcome.ok, JSON.stringify(outcome));
    const log = join(paths.logs, 'ltm');
    appendFileSync(log, `${text}\n`);
    appendFileSync(log, `${text.replace('warning', 'info').replace('down', 'up')}\n`);
    await waitUntil(systemClock, 'datagrams', 5000, () => datagrams.length === 2);
    await waitUntil(systemClock, 'the stream', 5000, () => stream.includes('\n'));
    assert.match(datagrams[1] ?? '', /^<134>Nov {2}1 .* Pool member up$/);
    assert.match(stream, /^<132>Nov {2}1 09:05:07 \S+ warning control\[42\]: .* down\n$/);
    renameSync(log, `${log}.1`);
    appendFileSync(log, `${text.replace('down', 'gone')}\n`);
    await waitUntil(systemClock, 'the rotated file', 5000, () => datagrams.length === 3);
    assert.match(datagrams[2] ?? '', /gone$/);
  } finally {
    syslog.close();
    udp.close();
    tcp.close();
    store.close();
    rmSync(root, { recursive: true });
  }
});
