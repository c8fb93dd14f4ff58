import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { absentComponents } from '../../catalogue/absent.ts';
import { componentPath } from '../../config/text/urls.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('what this device has none of reads as empty, and says why none can be made', async () => {
  for (const component of absentComponents) {
    const path = componentPath(component.id);
    const all = await device.ask('GET', path);
    assert.deepEqual([all.status, all.json['items']], [200, []], all.text);
    const made = await device.ask('POST', path, { name: 'x' });
    assert.equal(made.status, 400, made.text);
    assert.equal(
      made.json['message'],
      `Operation is not supported on component /${component.id.replaceAll(' ', '/')}: ${component.absent ?? ''}.`,
    );
  }
});
