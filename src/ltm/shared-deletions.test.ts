import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Outcome, succeeded } from '../base/fault.ts';
import type { IqueryBodies, IquerySession } from '../iquery/types.ts';
import { systemClock } from '../platform/clock.ts';
import { sharedDeletions } from './shared-deletions.ts';

type Deleted = IqueryBodies['recordsDeleted'];

/** Two devices whose messages the test passes on. */
function pairOf(removed: string[], isLost = false) {
  const mail: (() => void)[] = [];
  const handlers = new Map<string, (body: Deleted, session: IquerySession) => void>();
  const sessionTo = (to: string, from: string): IquerySession => ({
    device: to,
    relation: 'trust-domain',
    domain: 'one',
    remoteAddress: '127.0.0.1',
    software: '16.1.0',
    features: [],
    instance: '1',
    skewMilliseconds: 0,
    send(_lane, _kind, body) {
      // Only records are deleted here.
      if (!isLost) mail.push(() => handlers.get(to)?.(body as Deleted, sessionTo(from, to)));
    },
  });
  const book = (device: string, other: string) =>
    sharedDeletions(
      {
        show: () => Promise.resolve(succeeded('')),
        remove(words): Promise<Outcome<number>> {
          removed.push(`${device}: ${words}`);
          return Promise.resolve(succeeded(1));
        },
      },
      {
        channel: {
          session: (name) => (name === other ? sessionTo(other, device) : undefined),
          // The only kind that the room listens to.
          onMessage: (_kind, handler) => void handlers.set(device, handler as never),
        },
        peers: () => [other],
        log: { write: () => undefined },
        clock: systemClock,
      },
    );
  return { a: book('a', 'b'), b: book('b', 'a'), mail };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a deletion is done on the other device before it is answered', async () => {
  const removed: string[] = [];
  const { a, mail } = pairOf(removed);
  let isAnswered = false;
  const answered = a.remove('mode host').then(() => (isAnswered = true));
  await settled();
  assert.deepEqual([removed, isAnswered, mail.length], [[], false, 1]);
  mail.shift()?.();
  await settled();
  assert.deepEqual([removed, isAnswered], [['b: mode host'], false]);
  mail.shift()?.();
  await answered;
  assert.deepEqual(removed, ['b: mode host', 'a: mode host']);
});

test('a member that does not answer holds a deletion up for a second, not longer', async () => {
  const removed: string[] = [];
  const { a } = pairOf(removed, true);
  assert.deepEqual(await a.remove(''), succeeded(1));
  assert.deepEqual(removed, ['a: ']);
});
