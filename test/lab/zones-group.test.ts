/** A signed zone on both devices of a GTM synchronisation group: one key, signatures good from both. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { downLab, openLab } from '../../lab/lab.ts';
import { runIn } from '../../lab/namespaces.ts';
import { externalAddress } from '../../lab/story/places.ts';
import type { Lab } from '../../lab/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { run } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const hasDelv = spawnSync('delv', ['-v']).error === undefined;
const canRun = isRoot() && hasDelv && isLong;
const skip = canRun ? false : 'needs root, delv and EVENKEEL_TEST_LONG: it takes a lab of its own';
const name = `zg${process.pid}`;
const limit = 240_000;
const devices = ['gtm-1', 'gtm-2'] as const;
const zonePath = '/mgmt/tm/gtm/zone-runner/zone';
let lab: Lab;
let known = '';

before(async () => {
  if (skip !== false) return;
  const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
  const up = await run(launcher, ['lab', 'up', '--name', name], { timeoutMilliseconds: limit });
  assert.equal(up.status, 0, up.stdout + up.stderr);
  lab = openLab(name);
  for (const device of devices) {
    const address = externalAddress(lab, device);
    for (const ipProtocol of ['udp', 'tcp']) {
      const listener = { name: `dns_${ipProtocol}`, address, port: 53, ipProtocol };
      await lab.rest(device).post('/mgmt/tm/gtm/listener', listener);
    }
  }
  const [first, second] = devices;
  // One command on the first: addresses for iQuery, trust, one set of names.
  const credentials = ['--password', lab.password(), '--peer-password', lab.password()];
  const place = ['--host', lab.managementAddress(first), ...credentials];
  // Certificates of other labs at these addresses are remembered where people keep theirs.
  known = mkdtempSync(join(tmpdir(), 'known-'));
  const words = [
    `XDG_STATE_HOME=${known}`,
    launcher,
    'join',
    lab.managementAddress(second),
    ...place,
  ];
  const without = await run('env', words, { timeoutMilliseconds: limit });
  assert.match(
    without.stdout,
    /joins .* as a global device.*To do:.*add-to-trust/s,
    without.stderr,
  );
  assert.match(without.stderr, /nothing was changed/);
  const joined = await run('env', [...words, '--yes'], { timeoutMilliseconds: limit });
  assert.equal(joined.status, 0, joined.stdout + joined.stderr);
  assert.match(joined.stdout, /is connected over iQuery/);
  const again = await run('env', [...words, '--yes'], { timeoutMilliseconds: limit });
  assert.match(again.stdout, /nothing to do/, again.stderr);
});

after(async () => {
  if (skip !== false) return;
  await downLab(name);
  if (known !== '') rmSync(known, { recursive: true });
});

/** What the client of the lab sees. */
async function ask(device: string, ...words: readonly string[]): Promise<string> {
  const server = `@${externalAddress(lab, device)}`;
  const { stdout } = await runIn(lab.namespace('client'), ['dig', server, '+short', ...words]);
  return stdout.trim();
}

test('one key, one serial, signatures that hold from both', { skip }, async () => {
  await lab.rest(devices[0]).post(zonePath, {
    name: 'signed.test.',
    dnssecPolicy: 'default',
    records: [
      { name: 'signed.test.:NS', data: ['ns1.example.net.'] },
      { name: 'www.signed.test.:A', data: ['198.18.8.1'] },
    ],
  });
  const keys = new Set<string>();
  for (const device of devices) {
    await waitUntil(systemClock, `${device} to sign`, limit, async () => {
      return (await ask(device, 'signed.test', 'DNSKEY')) !== '';
    });
    keys.add(await ask(device, 'signed.test', 'DNSKEY'));
  }
  assert.equal(keys.size, 1);
  for (const [index, device] of [...devices, ...devices, ...devices].entries()) {
    const record = { name: `h${index}.signed.test.:A`, data: ['198.18.8.2'] };
    await lab.rest(device).post(`${zonePath}/signed.test./records`, record);
  }
  const serials = async (): Promise<Set<string>> =>
    new Set(await Promise.all(devices.map((device) => ask(device, 'signed.test', 'SOA'))));
  await waitUntil(systemClock, 'one serial', limit, async () => (await serials()).size === 1);
  const folder = mkdtempSync(join(tmpdir(), 'anchor-'));
  const anchor = join(folder, 'anchor');
  const key = [...keys][0]?.replace(/^257 3 13 /, '').replaceAll(' ', '');
  writeFileSync(anchor, `trust-anchors { signed.test. static-key 257 3 13 "${key}"; };\n`);
  for (const device of devices) {
    const server = `@${externalAddress(lab, device)}`;
    for (const owner of ['www', 'h0', 'h5', 'nowhere']) {
      const words = [
        'delv',
        server,
        '-a',
        anchor,
        '+root=signed.test',
        `${owner}.signed.test`,
        'A',
      ];
      const { stdout, stderr } = await runIn(lab.namespace('client'), words);
      assert.match(stdout + stderr, /fully validated/, `${device} ${owner}`);
    }
  }
  rmSync(folder, { recursive: true });
});
