/** What health makes other, told to a real dns service, answered by its threads (UDP) and by itself (TCP would be the same engine). */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '../../base/assert.ts';
import { decodeMessage } from '../../base/dns/message.ts';
import { createAppliedTracker } from '../../config/applied.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { silentLog } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import type { SnapshotPool } from '../decision/snapshot-types.ts';
import { startDnsService } from '../listener/service.ts';
import type { DnsHolding } from '../protocol.ts';
import {
  holding,
  member,
  noGeography,
  pool,
  queryPacket,
  snapshot,
  wideIp,
} from '../test-support.ts';
import { connectDns, type DnsLink } from './dns-link.ts';

const limit = 30_000;
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const nyc = member('/Common/nyc:web', '192.0.2.1');
const lon = member('/Common/lon:web', '192.0.2.2');
const isDown = { available: false, reason: 'down' };

/** Of the pool of www.example.com, where nyc is first. */
function nycPatch(isUp: boolean): PoolPatch {
  const one = isUp ? nyc : { ...nyc, ...isDown };
  return {
    place: 0,
    available: true,
    reason: 'Available',
    members: [{ place: 0, member: one }],
  };
}

function holdingOf(pools: readonly SnapshotPool[]): DnsHolding {
  return holding(snapshot(pools, [wideIp('www.example.com', [0])]), { sequence: 1 });
}

interface Ends {
  readonly link: DnsLink;
  readonly file: string;
  ask(): Promise<string>;
  close(): Promise<void>;
}

async function start(): Promise<Ends> {
  const folder = mkdtempSync(join(tmpdir(), 'dns-link-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'dns.json');
  const socket = join(folder, 'dns.sock');
  const [clock, random, log] = [systemClock, systemRandom, silentLog];
  const service = await startDnsService({
    socket,
    file,
    geography: noGeography,
    clock,
    random,
    log,
  });
  const link = connectDns(socket, createAppliedTracker(clock), clock);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    link.close();
    await service.close();
  };
  cleanups.push(close);
  return { link, file, ask: () => askOnce(portOf(link)), close };
}

function portOf(link: DnsLink): number {
  return present(link.listeners()[0], 'listener').port;
}

function askOnce(port: number): Promise<string> {
  return new Promise((resolve) => {
    const client = connectDatagrams('127.0.0.1', port, {
      onPacket: (packet) => {
        client.close();
        cancel();
        resolve(decodeMessage(packet)?.answers[0]?.data.join('.') ?? '');
      },
      onError: () => undefined,
    });
    const cancel = systemClock.after(1_000, () => {
      client.close();
      resolve('');
    });
    client.send(queryPacket('www.example.com', 1));
  });
}

async function answers(ends: Ends, address: string): Promise<void> {
  let last = '';
  const hasAnswered = async (): Promise<boolean> => {
    last = await ends.ask();
    return last === address;
  };
  const until = systemClock.monotonicMilliseconds() + limit;
  while (!(await hasAnswered())) {
    assert.ok(systemClock.monotonicMilliseconds() < until, `${last} is not ${address}`);
  }
}

async function hold(ends: Ends, pools: readonly SnapshotPool[]): Promise<void> {
  ends.link.hold(holdingOf(pools));
  await waitUntil(systemClock, 'listener', limit, () => ends.link.listeners().length > 0);
  await answers(ends, '192.0.2.1');
}

const preferNyc = { preferred: 'global-availability' } as const;

test('a patch changes the answer, also when many come at once, and is in the copy on disk', async () => {
  const ends = await start();
  await hold(ends, [pool('/Common/p', [nyc, lon], preferNyc)]);
  ends.link.patch([nycPatch(false)]);
  await answers(ends, '192.0.2.2');
  for (let turn = 0; turn < 100; turn += 1) ends.link.patch([nycPatch(turn % 2 === 1)]);
  await answers(ends, '192.0.2.1');
  ends.link.patch([nycPatch(false)]);
  await answers(ends, '192.0.2.2');
  await ends.close();
  const kept = JSON.parse(readFileSync(ends.file, 'utf8')) as DnsHolding;
  assert.deepEqual(kept.snapshot.pools[0]?.members[0], { ...nyc, ...isDown });
  assert.deepEqual(kept.snapshot.pools[0]?.members[1], lon);
});

test('what fits nothing that is held makes control hand over everything', async () => {
  const ends = await start();
  const pools = [pool('/Common/p', [nyc, lon], preferNyc)];
  await hold(ends, pools);
  // Control has gone on; what it says next is of pools that the dns process has never heard of.
  pools[0] = pool('/Common/p', [{ ...nyc, ...isDown }, lon], preferNyc);
  ends.link.patch([{ ...nycPatch(true), place: 7 }]);
  await answers(ends, '192.0.2.2');
  // And patches go on from there.
  ends.link.patch([nycPatch(true)]);
  await answers(ends, '192.0.2.1');
});
