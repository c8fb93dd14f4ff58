import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock, waitUntil } from './clock.ts';
import { findFreePort } from './free-port.ts';
import { openLogSender } from './log-sender.ts';
import { systemRandom } from './random.ts';
import { serveStream } from './stream.ts';

test('lines wait for a server that is away, so many of them, and what was lost is counted once', async () => {
  const port = await findFreePort(systemRandom);
  let retry: (() => void) | undefined;
  const clock: Clock = {
    ...systemClock,
    after(_delay, task) {
      retry = task;
      return () => undefined;
    },
  };
  const sender = openLogSender({ protocol: 'tcp', host: '127.0.0.1', port }, clock);
  await waitUntil(systemClock, 'the refusal', 5000, () => retry !== undefined);
  for (let number = 0; number < 1500; number += 1) sender.send(String(number));
  assert.equal(sender.takeLost(), 0, 'nobody is there to be told');
  let text = '';
  const server = await serveStream('127.0.0.1', port, 1, () => ({
    onBytes: (chunk) => void (text += Buffer.from(chunk).toString()),
    onClose: () => undefined,
  }));
  try {
    retry?.();
    await waitUntil(systemClock, 'the last line', 5000, () => text.endsWith('1499\n'));
    const lines = text.trim().split('\n');
    assert.deepEqual([lines.length, lines[0]], [1000, '500']);
    assert.deepEqual([sender.takeLost(), sender.takeLost()], [500, 0]);
  } finally {
    sender.close();
    server.close();
  }
});
