import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestDevice } from '../test-device.ts';

test('a command that breaks on the way is in the audit log, too', async () => {
  const device = await startTestDevice();
  try {
    device.state.provideAction('sys config', 'save', () => Promise.reject(new Error('torn')));
    const answer = await device.ask('POST', '/mgmt/tm/sys/config', { command: 'save' });
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.text, /torn/);
    const audited = device.logged.filter((line) => line.includes('AUDIT - client iControl REST'));
    assert.match(audited.at(-1) ?? '', /user admin.*save sys config.*internal error/);
  } finally {
    await device.close();
  }
});
