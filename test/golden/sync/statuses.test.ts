/** Every status of a device group, by REST and by tmsh, row by row of the reference; golden texts beside. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { groupStatistics, syncStatistics } from '../../../src/cluster/sync/show.ts';
import { type GroupReport, syncStatus } from '../../../src/cluster/sync/status.ts';
import { statusRows } from '../../../src/cluster/sync/status-cases.ts';
import { type TestDevice, startTestDevice } from '../../../src/icontrol/test-device.ts';

let device: TestDevice;
/** What the device is in just now. */
let report: GroupReport | undefined;

before(async () => {
  device = await startTestDevice();
  device.state.provideStatistics('cm sync-status', undefined, () => {
    const peers = (report?.members ?? [])
      .filter((member) => member.device !== report?.self)
      .map((member) => ({ device: member.device, isConnected: member.isConnected }));
    const others =
      report === undefined || peers.length > 0 ? peers : [{ device: 'b', isConnected: true }];
    return syncStatistics(syncStatus(others, report === undefined ? [] : [report]));
  });
  device.state.provideStatistics('cm device-group', undefined, (name) =>
    name === '/Common/dg' && report !== undefined ? groupStatistics(report, 60_000) : undefined,
  );
  const created = device.store.commit({
    origin: { user: 'admin', source: 'rest' },
    operations: [
      { kind: 'create', component: 'cm device-group', name: '/Common/dg', properties: {} },
    ],
  });
  assert.ok(created.ok);
});
after(() => device.close());

/** `UPDATE_GOLDENS=1` writes what is shown now; look at the difference before you keep it. */
const isUpdate = process.env['UPDATE_GOLDENS'] === '1';

async function shown(): Promise<string> {
  const rest = await device.ask('GET', '/mgmt/tm/cm/sync-status');
  const group = await device.ask('GET', '/mgmt/tm/cm/device-group/~Common~dg/stats');
  const { output: status } = await device.tmsh('show cm sync-status');
  const { output: groups } = await device.tmsh('show cm device-group dg');
  const entries = [rest, group].map(({ json }) => JSON.stringify(json['entries'], undefined, 1));
  return [...entries, status.trimEnd(), groups.trimEnd(), ''].join('\n');
}

const cases: readonly (readonly [string, GroupReport | undefined])[] = [
  ['alone', undefined],
  ...statusRows.map(([name, found]) => [name, found] as const),
];

for (const [name, found] of cases) {
  test(name, async () => {
    report = found;
    const file = new URL(`${name.replaceAll(/[ ,]+/g, '-')}.out`, import.meta.url);
    const text = await shown();
    if (isUpdate) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}
