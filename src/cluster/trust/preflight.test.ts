import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../../icontrol/test-device.ts';
import { systemClock } from '../../platform/clock.ts';
import { type PreflightFacts, preflightFaults } from './preflight.ts';
import { lookAtRemote, openRemote } from './remote.ts';

const facts: PreflightFacts = {
  us: { device: 'a', software: '16.1.0', configsyncIp: '10.0.0.1' },
  them: { device: 'b', software: '16.1.0', configsyncIp: '10.0.0.2', expectedName: 'b' },
  skewMilliseconds: 100,
  now: 1000,
  authorityUntil: 2000,
};

test('nothing stands in the way of two that fit', () => {
  assert.deepEqual(preflightFaults(facts), []);
});

const cases: readonly (readonly [string, Partial<PreflightFacts>, RegExp])[] = [
  ['clock skew', { skewMilliseconds: -6000 }, /differ by 6\.0 s; 5 s are allowed/],
  ['an expired authority', { now: 2001 }, /authority of a has expired: run cm rotate-certificates/],
  ['another version', { them: { ...facts.them, software: '14.1.0' } }, /b runs version 14\.1\.0/],
  ['no address here', { us: { ...facts.us, configsyncIp: 'none' } }, /specified for device a:/],
  [
    'no address there',
    { them: { ...facts.them, configsyncIp: 'none' } },
    /specified for device b:/,
  ],
  ['another name', { them: { ...facts.them, expectedName: 'c' } }, /is called b, not c/],
  ['our own name', { them: { ...facts.them, device: 'a' } }, /has the name of this device \(a\)/],
];
for (const [what, change, expected] of cases) {
  test(`preflight names ${what}`, () => {
    const faults = preflightFaults({ ...facts, ...change });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', expected);
  });
}

test('preflight names all that it finds', () => {
  const them = { ...facts.them, configsyncIp: 'none', software: '14.1.0' };
  assert.equal(preflightFaults({ ...facts, them, skewMilliseconds: 9000 }).length, 3);
});

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('an expired certificate of the management interface is refused, unless its fingerprint is given', async () => {
  const place = { address: '127.0.0.1', port: device.port, user: 'admin', password: 'x' };
  const logged: string[] = [];
  const log = { write: (_level: string, line: string) => void logged.push(line) };
  const seen = await lookAtRemote(place);
  const late = Date.parse(seen.validTo) + 1000;
  await assert.rejects(
    openRemote(place, log, late),
    /has expired on .*sha256-fingerprint [0-9A-F:]+/,
  );
  const { shown } = await openRemote({ ...place, sha256: seen.sha256 }, log, late);
  assert.equal(shown.serial, seen.serial);
  await openRemote({ ...place, md5: seen.md5.toLowerCase() }, log, systemClock.wallMilliseconds());
  await assert.rejects(openRemote({ ...place, md5: seen.sha1 }, log, late), /has the fingerprint/);
  assert.match(logged.join('\n'), /as expected/);
  assert.ok(!logged.join('\n').includes('trusted on first use'));
});
