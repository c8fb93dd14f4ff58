/** Commands of local traffic, from the shell to what the traffic room provides. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

test('reset-stats and explain reach their handlers with names in full', async () => {
  const asked: unknown[] = [];
  for (const [component, command] of [
    ['ltm pool', 'reset-stats'],
    ['ltm explain', 'run'],
  ] as const) {
    device.state.provideAction(component, command, async ({ parameters }) => {
      asked.push([component, { ...parameters }]);
      return { ok: true, value: command === 'run' ? { commandResult: 'because' } : {} };
    });
  }
  const one = await runOn(device, 'reset-stats ltm pool web; reset-stats ltm pool');
  assert.equal(one.errors, '');
  const why = await runOn(device, 'show ltm virtual www explain client 198.51.100.7 seconds 2');
  assert.equal(why.errors, '');
  assert.match(why.output, /because/);
  assert.deepEqual(asked, [
    ['ltm pool', { name: '/Common/web' }],
    ['ltm pool', {}],
    ['ltm explain', { virtual: 'www', client: '198.51.100.7', seconds: 2 }],
  ]);
});

test('connections are shown as a table, chosen and deleted by words', async () => {
  const asked: string[] = [];
  device.state.provideRecords('sys connection', {
    show: async () => ({ ok: true, value: 'text' }),
    async rows(words) {
      asked.push(`show ${words}`);
      const ends = { csClientAddr: '198.51.100.7', csClientPort: 40_000, csServerPort: 80 };
      const more = { csServerAddr: '192.0.2.1', ssServerAddr: '10.0.0.1', ssServerPort: 8080 };
      const row = { ...ends, ...more, ssClientAddr: '10.0.0.9', ssClientPort: 40_001 };
      return { ok: true, value: { '0': { ...row, protocol: 6, idleTime: 3, tmm: 0 } } };
    },
    async remove(words) {
      asked.push(`delete ${words}`);
      return { ok: true, value: 1 };
    },
  });
  const shown = await runOn(device, 'show sys connection cs-client-addr 198.51.100.0/24');
  assert.equal(shown.errors, '');
  assert.match(
    shown.output,
    /198\.51\.100\.7:40000 {2}192\.0\.2\.1:80 {2}10\.0\.0\.9:40001 {2}10\.0\.0\.1:8080 {2}tcp {2}3 /,
  );
  const gone = await runOn(device, 'delete sys connection ss-server-addr 10.0.0.1 protocol tcp');
  assert.equal(gone.errors, '');
  assert.deepEqual(asked, [
    'show cs-client-addr 198.51.100.0/24',
    'delete ss-server-addr 10.0.0.1 protocol tcp',
  ]);
});
