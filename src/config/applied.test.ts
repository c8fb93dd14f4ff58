import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../platform/clock.ts';
import { createAppliedTracker } from './applied.ts';

test('who waits for a commit does not wait for an engine that says it takes longer', async () => {
  const tracker = createAppliedTracker(systemClock);
  tracker.register('slow');
  tracker.register('quick');
  const limit = 60_000;
  const answered = tracker.settledOrDeferred(5, limit);
  const settled = tracker.settled(5, limit);
  tracker.defer('slow', 5);
  tracker.mark('quick', 5, { state: 'applied' });
  assert.deepEqual(await answered, { slow: { state: 'pending' }, quick: { state: 'applied' } });
  tracker.mark('slow', 5, { state: 'applied' });
  assert.deepEqual((await settled)['slow'], { state: 'applied' });
  // The next commit is another matter until the engine says so.
  const next = tracker.settledOrDeferred(6, limit);
  tracker.mark('quick', 6, { state: 'applied' });
  tracker.mark('slow', 6, { state: 'failed', reason: 'full' });
  assert.deepEqual((await next)['slow'], { state: 'failed', reason: 'full' });
});
