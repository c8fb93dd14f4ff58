import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestDevice } from '../icontrol/test-device.ts';

test('a name without a folder is that folder’s, and where it has none that of /Common', async () => {
  const device = await startTestDevice();
  const tmsh = async (commands: string): Promise<string> => {
    const { status, output } = await device.tmsh(commands);
    assert.equal(status, 0, output);
    return output;
  };
  try {
    await tmsh('create auth partition App; create ltm pool shared');
    await tmsh(`cd /App; create ltm pool one monitor http and gateway_icmp
      create ltm virtual v destination 10.0.0.1:80 pool shared profiles add { tcp http }
      create ltm monitor http http; create ltm pool two monitor min 1 of { http tcp }
      create ltm pool shared; modify ltm virtual v profiles add { oneconnect } pool shared`);
    const one = await tmsh('list ltm pool /App/one monitor');
    assert.match(one, /monitor http and gateway_icmp/);
    assert.match(
      await tmsh('list ltm pool /App/two monitor'),
      /monitor min 1 of \{ \/App\/http tcp \}/,
    );
    const virtual = await tmsh('list ltm virtual /App/v');
    assert.match(virtual, /pool \/App\/shared/);
    assert.match(virtual, /\n        http \{/);
    assert.match(virtual, /\n        oneconnect \{/);
    const { output } = await device.tmsh('cd /App; modify ltm pool one monitor nowhere');
    assert.match(output, /\/App\/nowhere/);
    const full = await device.tmsh('cd /App; modify ltm pool one monitor /App/tcp');
    assert.equal(full.status, 1, 'what is written in full is meant so');
  } finally {
    await device.close();
  }
});
