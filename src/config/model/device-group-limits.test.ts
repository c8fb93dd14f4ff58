import assert from 'node:assert/strict';
import test from 'node:test';
import { TestWorld, create, modify } from './test-world.ts';

for (const [type, most] of [
  ['sync-failover', 8],
  ['sync-only', 32],
] as const) {
  test(`a ${type} group has up to ${most} devices`, () => {
    const names = Array.from({ length: most + 1 }, (_, index) => `d${index}`);
    const world = new TestWorld('d0');
    world.do(...names.map((name) => create('cm device', name)));
    const refused = [
      `01070734:3: Configuration error: The device group (/Common/g) of type ${type} has ${most + 1} devices; ${most} are allowed.`,
    ];
    assert.deepEqual(
      world.refusal(create('cm device-group', 'g', { type, devices: names })),
      refused,
    );
    world.do(create('cm device-group', 'g', { type, devices: names.slice(1) }));
    assert.deepEqual(
      world.refusal(modify('cm device-group', '/Common/g', { devices: names })),
      refused,
    );
  });
}
