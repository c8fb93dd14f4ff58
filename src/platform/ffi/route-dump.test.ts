/** The same as `ip` says, of whatever this machine has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishAtOnce } from '../../base/slices.ts';
import { kernelNetwork } from '../kernel-network.ts';
import { knownNeighbours } from '../neighbours.ts';
import { runChecked } from '../process.ts';
import { routeDumps } from './route-dump.ts';

const options = { skip: routeDumps === undefined ? 'skipped: there is no node:ffi' : false };

async function ip(...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const text = await runChecked('ip', ['-json', ...args]);
  // What ip -json prints.
  return text.trim() === '' ? [] : (JSON.parse(text) as readonly Record<string, unknown>[]);
}

test('the loopback interface and its address, as ip has them', options, async () => {
  const own = (await kernelNetwork.read(['addr', 'show'])) as readonly Record<string, unknown>[]; // As ip's.
  const theirs = await ip('addr', 'show', 'dev', 'lo');
  const lo = own.find((row) => row['ifname'] === 'lo');
  for (const name of ['ifname', 'mtu', 'link_type']) assert.equal(lo?.[name], theirs[0]?.[name]);
  const addresses = theirs[0]?.['addr_info'] as readonly Record<string, unknown>[]; // Of ip.
  assert.deepEqual(
    lo?.['addr_info'],
    addresses.map(({ local, prefixlen }) => ({ local, prefixlen })),
  );
});

test('routes that the kernel made by itself', options, async () => {
  for (const family of [4, 6] as const) {
    const own = await kernelNetwork.read([`-${family}`, 'route', 'show', 'proto', '2']);
    const theirs = await ip(`-${family}`, 'route', 'show', 'proto', 'kernel');
    const names = (rows: readonly unknown[]): readonly string[] =>
      (rows as readonly Record<string, unknown>[]) // As ip's.
        .map((row) => `${String(row['dst'])} ${String(row['dev'])}`)
        .toSorted();
    assert.deepEqual(names(own), names(theirs));
  }
});

test('neighbours of both families can be asked for', options, () => {
  for (const family of [4, 6] as const) {
    for (const one of knownNeighbours(family)) {
      assert.equal(one.address.includes(':'), family === 6);
      assert.ok(one.secondsLeft === undefined || one.secondsLeft >= 0);
    }
  }
  assert.ok(routeDumps !== undefined && finishAtOnce(routeDumps.links()).length > 0);
});
