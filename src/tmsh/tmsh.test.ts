import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { componentById, components } from '../catalogue/index.ts';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { connectHttp } from '../platform/https-client.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { createRest } from './rest.ts';
import { createShell } from './shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

/** Output and errors apart, as on a terminal. */
async function run(
  text: string,
  stopAtError = true,
): Promise<{ readonly status: number; readonly output: string; readonly errors: string }> {
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const output: string[] = [];
  const errors: string[] = [];
  const shell = createShell({
    rest: createRest(client, { kind: 'local', token, user: 'root' }),
    components,
    component: componentById,
    print: (line) => output.push(line),
    printError: (line) => errors.push(line),
  });
  const status = await shell.run(text, stopAtError);
  client.close();
  return { status, output: output.join('\n'), errors: errors.join('\n') };
}

test('create, modify with every modifier, list, delete', async () => {
  const made = await run(
    'create ltm pool web monitor http members add { 10.0.0.1:80 10.0.0.2:80 { ratio 2 } }; ' +
      'modify ltm pool web members modify { 10.0.0.1:80 { session user-disabled description "one; two" } }; ' +
      'modify ltm pool web members add { 10.0.0.3:80 } ; modify ltm pool web members delete { 10.0.0.2:80 }',
  );
  assert.deepEqual(made, { status: 0, output: '', errors: '' });
  const listed = await run('list ltm pool web');
  assert.equal(
    listed.output,
    [
      'ltm pool web {',
      '    members {',
      '        10.0.0.1:80 {',
      '            address 10.0.0.1',
      '            description "one; two"',
      '            session user-disabled',
      '        }',
      '        10.0.0.3:80 {',
      '            address 10.0.0.3',
      '        }',
      '    }',
      '    monitor http',
      '}',
    ].join('\n'),
  );
  await run('modify ltm pool web members replace-all-with { 10.0.0.9:8080 } monitor none');
  const one = await run('list ltm pool web one-line');
  assert.equal(one.output, 'ltm pool web { members { 10.0.0.9:8080 { address 10.0.0.9 } } }');
  await run('modify ltm pool web members none');
  assert.equal((await run('list ltm pool web')).output, 'ltm pool web { }');
  assert.equal((await run('delete ltm pool web')).status, 0);
});

test('lists take add and delete; defaults come back by default', async () => {
  await run('create gtm wideip a www.example.com aliases add { a.example.com b.example.com }');
  await run('modify gtm wideip a www.example.com aliases delete { a.example.com }');
  await run('modify gtm wideip a www.example.com aliases add { c.example.com } disabled');
  const listed = await run('list gtm wideip a www.example.com one-line');
  assert.equal(
    listed.output,
    'gtm wideip a www.example.com { aliases { b.example.com c.example.com } disabled }',
  );
  await run('modify gtm wideip a www.example.com aliases default enabled');
  const again = await run('list gtm wideip a www.example.com one-line');
  assert.equal(again.output, 'gtm wideip a www.example.com { }');
});

test('list shows chosen properties, all properties, and nothing for state', async () => {
  await run('create ltm pool p1; create ltm pool p2 description x');
  const chosen = await run('list ltm pool p1 load-balancing-mode');
  assert.equal(chosen.output, 'ltm pool p1 {\n    load-balancing-mode round-robin\n}');
  const all = await run('list ltm pool p1 all-properties');
  assert.match(all.output, /^ {4}description none$/m);
  assert.match(all.output, /^ {4}min-active-members 0$/m);
  const both = await run('list ltm pool');
  assert.match(both.output, /ltm pool p1 \{ \}\nltm pool p2 \{/);
  const variable = await run('list sys db failover.nettimeoutsec value');
  assert.equal(variable.output, 'sys db failover.nettimeoutsec {\n    value 3\n}');
  const state = await run('list cm failover-status');
  assert.deepEqual(state, {
    status: 1,
    output: '',
    errors: 'Syntax Error: "failover-status" unexpected argument',
  });
});

test("errors are the device's or the grammar's, on stderr, with status 1", async () => {
  const cases = [
    ['list ltm pool nowhere', '01020036:3: The requested Pool (/Common/nowhere) was not found.'],
    ['create ltm pool q colour red', 'Syntax Error: "colour" unknown property'],
    ['frobnicate ltm pool q', 'Syntax Error: "frobnicate" unexpected argument'],
    ['create ltm pool', 'Syntax Error: incomplete command'],
    ['create ltm nothing q', 'Syntax Error: "nothing" unexpected argument'],
    ['create ltm pool q description "x', 'Syntax Error: quotes are not balanced'],
    ['delete ltm pool nowhere', '01020036:3: The requested Pool (/Common/nowhere) was not found.'],
  ] as const;
  for (const [command, message] of cases) {
    const result = await run(command);
    assert.deepEqual([result.status, result.errors], [1, message], command);
  }
});

test('-c stops at the first error, standard input goes on', async () => {
  const stopped = await run('create ltm pool a1; create ltm pool a1; create ltm pool a2');
  assert.equal(stopped.status, 1);
  assert.equal((await run('list ltm pool a2')).status, 1);
  const script =
    'create ltm pool a1\nnonsense\n# a comment\ncreate ltm pool a3 {\n  description "b"\n}\n';
  const went = await run(script, false);
  assert.equal(went.status, 1);
  assert.equal((await run('list ltm pool a3 one-line')).output, 'ltm pool a3 { description b }');
});

test('a cli transaction is one commit', async () => {
  const before = device.store.view().sequence;
  const done = await run(
    'create cli transaction\ncreate ltm pool t1\nmodify ltm pool t1 members add { 10.3.0.1:80 }\nsubmit cli transaction\n',
  );
  assert.deepEqual(done, { status: 0, output: '', errors: '' });
  assert.equal(device.store.view().sequence, before + 1);
  const failed = await run(
    'create cli transaction; create ltm pool t2; create ltm pool t1; submit cli transaction',
  );
  assert.match(failed.errors, /^transaction failed:01020066:3: /);
  assert.equal((await run('list ltm pool t2')).status, 1);
});

test('a child of a profile lists what differs from its parent', async () => {
  await run('create ltm profile tcp mine defaults-from tcp idle-timeout 30');
  const listed = await run('list ltm profile tcp mine one-line');
  assert.equal(listed.output, 'ltm profile tcp mine { defaults-from tcp idle-timeout 30 }');
});

test("trust in the article's older spelling is the command", async () => {
  const seen: unknown[] = [];
  device.state.provideAction('cm add-to-trust', 'run', (request) => {
    seen.push(request.parameters);
    return Promise.resolve({ ok: true, value: {} });
  });
  const result = await run(
    'modify cm trust-domain Root ca-devices add { 10.0.0.2 } name b.example.com username admin password x; ' +
      'run cm add-to-trust Root device 10.0.0.2 device-name b.example.com username admin password x ca-device',
  );
  assert.deepEqual(result, { status: 0, output: '', errors: '' });
  const wanted = {
    name: 'Root',
    'ca-device': 'ca-device',
    device: '10.0.0.2',
    'device-name': 'b.example.com',
    username: 'admin',
    password: 'x',
  };
  assert.deepEqual(seen, [wanted, wanted]);
});

test('show prints status, traffic in columns, and scaled numbers', async () => {
  device.state.provideStatistics('ltm virtual', undefined, () => ({
    'clientside.bitsIn': 1234,
    'clientside.curConns': 2,
    'ephemeral.bitsIn': 0,
    'ephemeral.curConns': 0,
    'status.availabilityState': 'available',
    'status.enabledState': 'enabled',
    'status.statusReason': 'The virtual server is available',
    destination: '10.1.1.1:80',
    tmName: '/Common/v',
    totRequests: 7,
  }));
  await run('create ltm virtual v destination 10.1.1.1:80 ip-protocol tcp');
  const shown = await run('show ltm virtual v');
  assert.equal(
    shown.output,
    [
      '-'.repeat(50),
      'Ltm::Virtual Server: v',
      '-'.repeat(50),
      'Status',
      '  Availability : available',
      '  State        : enabled',
      '  Reason       : The virtual server is available',
      '  Destination  : 10.1.1.1:80',
      '',
      'Traffic                     ClientSide   Ephemeral',
      '  Bits In                         1.2K           0',
      '  Current Connections                2           0',
      '',
      'General',
      '  Total Requests                     7',
    ].join('\n'),
  );
  const plain = await run('show ltm virtual v field-fmt');
  assert.match(plain.output, /^ltm virtual v \{\n {4}clientside\.bitsIn 1234\n/);
});

test('show cm sync-status, sys version and sys failover', async () => {
  device.state.provideStatistics('cm sync-status', undefined, () => ({
    color: 'green',
    details: { 0: { details: 'b: connected' }, 1: { details: 'dg (In Sync): all' } },
    mode: 'high-availability',
    status: 'In Sync',
    summary: 'All devices in the device group are in sync',
  }));
  const shown = await run('show cm sync-status');
  assert.deepEqual(shown.output.split('\n').slice(3), [
    'Color    green',
    'Status   In Sync',
    'Mode     high-availability',
    'Summary  All devices in the device group are in sync',
    'Details',
    '         b: connected',
    '         dg (In Sync): all',
  ]);
  const version = await run('show sys version');
  assert.match(version.output, /Sys::Version\nMain Package\n {2}Product {2}BIG-IP\n/);
  device.state.provideStatistics('sys failover', undefined, () => ({
    apiAnonymous: 'Failover active for 0d 00:00:05\n',
  }));
  assert.equal((await run('show sys failover')).output, 'Failover active for 0d 00:00:05');
});

test('a list of peers shows one block each, a device group one row a member', async () => {
  device.state.provideStatistics('gtm iquery', undefined, () => ({
    '10.0.0.9': { serverName: '/Common/nyc', state: 'connected', reconnects: 3 },
  }));
  const iquery = await run('show gtm iquery');
  assert.deepEqual(iquery.output.split('\n').slice(1), [
    'Gtm::IQuery: 10.0.0.9',
    '-'.repeat(39),
    '  Server                    /Common/nyc',
    '  State                     connected',
    '  Reconnects                         3',
  ]);
  device.state.provideStatistics('cm device-group', undefined, (name) =>
    name === '/Common/device_trust_group'
      ? { status: 'In Sync', 'dg:a': { devicegroup: 'dg', device: 'a', status: 'In Sync' } }
      : undefined,
  );
  const groups = await run('show cm device-group');
  assert.deepEqual(groups.output.split('\n').slice(1), [
    'CM::Device-Group',
    'Device Group  Device  Status',
    '-'.repeat(29),
    'dg            a       In Sync',
  ]);
});

test('cd changes where names live, help speaks from the catalogue', async () => {
  await run('create auth partition T9');
  const made = await run('cd /T9; create ltm pool inner; list ltm pool inner');
  assert.equal(made.output, 'ltm pool inner { }');
  assert.equal((await run('list ltm pool /T9/inner')).output, 'ltm pool /T9/inner { }');
  const help = await run('help ltm pool');
  assert.match(help.output, /load-balancing-mode/);
});
