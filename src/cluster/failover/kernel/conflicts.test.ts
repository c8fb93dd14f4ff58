import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Conflicts, noteClaim } from './conflicts.ts';

const claim = { address: '198.18.0.10', hardware: '02:00:00:00:00:07', isProbe: false };

test('a claim is defended at once and again only after ten seconds; logged once a minute', () => {
  let conflicts: Conflicts = new Map();
  const told: string[] = [];
  for (let now = 0; now <= 60_000; now += 1000) {
    const reaction = noteClaim(conflicts, claim, now);
    ({ conflicts } = reaction);
    if (reaction.defends) told.push(`defend ${now}`);
    if (reaction.logs) told.push(`log ${now}`);
  }
  const defences = [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000];
  assert.deepEqual(
    told.filter((one) => one.startsWith('defend')),
    defences.map((at) => `defend ${at}`),
  );
  assert.deepEqual(
    told.filter((one) => one.startsWith('log')),
    ['log 0', 'log 60000'],
  );
  assert.equal([...conflicts.values()][0]?.count, 61);
});

test('a probe is not contradicted; two claimants share the defence of an address', () => {
  const probe = noteClaim(new Map(), { ...claim, isProbe: true }, 0);
  assert.equal(probe.defends, false);
  const first = noteClaim(probe.conflicts, claim, 1);
  const second = noteClaim(first.conflicts, { ...claim, hardware: '02:00:00:00:00:08' }, 2);
  assert.deepEqual([first.defends, second.defends, second.logs], [true, false, true]);
});

test('a storm of claimants is remembered within bounds', () => {
  let conflicts: Conflicts = new Map();
  for (let index = 0; index < 2000; index += 1) {
    ({ conflicts } = noteClaim(conflicts, { ...claim, hardware: String(index) }, index));
  }
  assert.equal(conflicts.size, 256);
});
