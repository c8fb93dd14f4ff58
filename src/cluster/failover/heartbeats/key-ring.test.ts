import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FormerKey, KeyRing, overlapMilliseconds } from './key-ring.ts';

test('a key counts for those who have not got the new one, for five minutes, and for nobody else', () => {
  const ring = new KeyRing('one');
  assert.equal(ring.change('one', 0), false);
  assert.equal(ring.change('two', 0), true);
  assert.deepEqual(ring.sealing('b'), ['one'], 'not on disk yet');
  assert.equal(ring.admits('b', 'two', 1), true);
  ring.keep('two');
  assert.deepEqual(ring.sealing('b'), ['two']);
  assert.deepEqual(ring.sealing('c'), ['two', 'one']);
  assert.equal(ring.admits('b', 'one', 1), false, 'somebody speaks in the name of b');
  assert.equal(ring.admits('c', 'one', overlapMilliseconds - 1), true);
  assert.equal(ring.admits('c', 'one', overlapMilliseconds), false);
  assert.deepEqual(ring.sealing('c'), ['two', 'one'], 'c hears us, however late it is');
  assert.equal(ring.settle(['b', 'c']), false);
  assert.equal(ring.admits('c', 'two', overlapMilliseconds), true);
  assert.equal(ring.settle(['b', 'c']), true);
  assert.deepEqual(ring.opening(), ['two']);
  assert.equal(ring.admits('d', 'one', 1), false);
});

test('a clock that is set back far makes no key count for longer', () => {
  const ring = new KeyRing('one');
  ring.change('two', 1e12);
  assert.equal(ring.admits('b', 'one', 1e12 - 1000), true);
  assert.equal(ring.admits('b', 'one', 1e12 - 1e9), false);
});

test('the key changes again and back while a device is away: it hears all the same, within a bound', () => {
  const ring = new KeyRing('0');
  for (let count = 1; count < 20; count += 1) ring.change(String(count), 0);
  ring.change('18', 0);
  ring.keep('18');
  assert.deepEqual(ring.sealing('b'), ['18', '19', '17', '16', '15', '14', '13', '12', '11']);
});

test('a device without a key says nothing; its first key has no former one', () => {
  const ring = new KeyRing('');
  assert.deepEqual([...ring.sealing('b'), ...ring.opening()], []);
  ring.change('one', 0);
  ring.keep('one');
  assert.deepEqual(ring.formers(), []);
  assert.deepEqual(ring.sealing('b'), ['one']);
});

interface Device {
  readonly name: string;
  ring: KeyRing;
  /** What a restart of its process finds. */
  disk: { readonly key: string; readonly formers: readonly FormerKey[] };
}

/** Seconds; all of them together are less than the overlap. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('rotate', 'configure', 'configure', 'save', 'save', 'restart'),
    who: fc.nat(2),
    wait: fc.nat(2),
  }),
  { minLength: 20, maxLength: 120 },
);

/** What arrives at `to` when `from` says something; true: it counts. */
function says(from: Device, to: Device, now: number): boolean {
  const keys = from.ring.sealing(to.name).filter((key) => to.ring.opening().includes(key));
  return keys.map((key) => to.ring.admits(from.name, key, now)).includes(true);
}

test('whatever the order of commits, restarts and saves: members hear each other', () => {
  const names = ['a', 'b', 'c'];
  fc.assert(
    fc.property(steps, (all) => {
      const devices = names.map((name): Device => {
        const disk = { key: '0', formers: [] };
        return { name, ring: new KeyRing('0'), disk };
      });
      const others = (one: Device): readonly Device[] => devices.filter((other) => other !== one);
      let now = 0;
      let newest = 0;
      for (const { what, who, wait } of all) {
        now += wait * 1000;
        const device = devices[who];
        assert.ok(device);
        if (what === 'rotate' && newest < 8) {
          newest += 1;
        } else if (what === 'configure') {
          device.ring.change(String(newest), now);
        } else if (what === 'save') {
          device.disk = { key: device.ring.newest(), formers: device.ring.formers() };
          device.ring.keep(device.disk.key);
        } else if (what === 'restart') {
          device.ring = new KeyRing(device.disk.key, device.disk.formers);
        }
        for (const one of devices) {
          for (const other of others(one)) {
            assert.ok(says(one, other, now), `${one.name} → ${other.name}, keys 0 to ${newest}`);
          }
          one.ring.settle(others(one).map(({ name }) => name));
        }
      }
    }),
    { numRuns: 300 },
  );
});
