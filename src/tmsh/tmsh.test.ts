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
  typed?: string,
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
    ...(typed === undefined ? {} : { readText: () => Promise.resolve(typed) }),
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
      '        10.0.0.1:http {',
      '            address 10.0.0.1',
      '            description "one; two"',
      '            session user-disabled',
      '        }',
      '        10.0.0.3:http {',
      '            address 10.0.0.3',
      '        }',
      '    }',
      '    monitor http',
      '}',
    ].join('\n'),
  );
  await run('modify ltm pool web members replace-all-with { 10.0.0.9:8080 } monitor none');
  const one = await run('list ltm pool web one-line');
  assert.equal(one.output, 'ltm pool web { members { 10.0.0.9:webcache { address 10.0.0.9 } } }');
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
    errors:
      'Syntax Error: "failover-status" unexpected argument\n  "cm failover-status" has nothing that list prints',
  });
});

test("errors are the device's or the grammar's, on stderr, with status 1", async () => {
  const cases = [
    ['list ltm pool nowhere', '01020036:3: The requested Pool (/Common/nowhere) was not found.'],
    [
      'create ltm pool q monitr http',
      'Syntax Error: "monitr" unknown property\n  did you mean "monitor"? expected one of the following: ',
    ],
    [
      'frobnicate ltm pool q',
      'Syntax Error: "frobnicate" unexpected argument\n  expected one of the following: ',
    ],
    ['create ltm pool', 'Syntax Error: incomplete command\n  expected the name of the Pool'],
    [
      'create ltm nodes q',
      'Syntax Error: "nodes" unexpected argument\n  did you mean "node"? expected one of',
    ],
    ['create ltm pool q description "x', 'Syntax Error: quotes are not balanced\n  expected a'],
    [
      'create ltm pool q monitor http and',
      'Syntax Error: incomplete command\n  expected the name of a monitor after "and"',
    ],
    [
      'create ltm pool q members 10.0.0.1:80',
      'Syntax Error: "10.0.0.1:80" unexpected argument\n  expected "{", add, delete, modify or replace-all-with',
    ],
    [
      'create ltm pool q min-active-members { 1 }',
      'Syntax Error: "{" unexpected argument\n  expected a number from 0 to ',
    ],
    ['list ltm pool | wc', 'Syntax Error: "wc" unexpected argument\n  expected "grep"'],
    [
      'publish ltm pool q',
      'Syntax Error: "publish" may not be used with ltm pool\n  expected "ltm policy"',
    ],
    ['delete ltm pool nowhere', '01020036:3: The requested Pool (/Common/nowhere) was not found.'],
  ] as const;
  for (const [command, message] of cases) {
    const result = await run(command);
    assert.equal(result.status, 1, command);
    assert.equal(result.errors.slice(0, message.length), message, command);
  }
});

test('of many commands the one that is wrong is named by its place', async () => {
  const text =
    'list sys clock\n  create ltm pool q9 {\n    colour red\n    monitor http\n  }\n}\nlist sys db nowhere\n';
  const { errors } = await run(text, false);
  const first = errors.split('\n').filter((line) => !line.startsWith('  '));
  assert.deepEqual(first, [
    'Syntax Error:(stdin at line: 1 column: 15) "clock" unexpected argument',
    'Syntax Error:(stdin at line: 3 column: 5) "colour" unknown property',
    'Syntax Error:(stdin at line: 6 column: 1) "}" unexpected argument',
    '01020036:3: The requested database variable (nowhere) was not found.',
  ]);
});

test('nothing behind an open quote or brace is taken for a command', async () => {
  await run('create ltm pool kept');
  const open = 'create ltm pool q9 {\n    description "never closed\ndelete ltm pool kept\n';
  assert.match((await run(open, false)).errors, /quotes are not balanced/);
  assert.equal((await run('list ltm pool kept')).status, 0);
  // Once, and not again and again.
  const atStart = await run('pwd\n"open', false);
  assert.equal(atStart.output, '/Common');
  assert.match(atStart.errors, /quotes are not balanced/);
  await run('delete ltm pool kept');
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
  assert.equal(
    listed.output,
    'ltm profile tcp mine { app-service none defaults-from tcp idle-timeout 30 }',
  );
});

test('list prints what BIG-IP prints even where it is as by default', async () => {
  await run('create ltm monitor tcp probe interval 7; create ltm virtual-address 10.7.7.7');
  const monitor = await run('list ltm monitor tcp probe one-line');
  assert.equal(
    monitor.output,
    'ltm monitor tcp probe { adaptive disabled defaults-from tcp destination *:* interval 7 ip-dscp 0 recv none ' +
      'recv-disable none send none time-until-up 0 timeout 16 }',
  );
  const address = await run('list ltm virtual-address 10.7.7.7 one-line');
  assert.equal(
    address.output,
    'ltm virtual-address 10.7.7.7 { address 10.7.7.7 arp enabled icmp-echo enabled ' +
      'inherited-traffic-group true mask 255.255.255.255 traffic-group traffic-group-1 }',
  );
});

test("a traffic group that is the folder's stays so where the text of list goes", async () => {
  await run('create ltm virtual-address 10.7.7.8; create cm traffic-group other');
  await run('create ltm virtual-address 10.7.7.9 traffic-group other');
  const own = await run('list ltm virtual-address 10.7.7.9 one-line');
  assert.match(own.output, /mask \S+ traffic-group other \}$/);
  const { output } = await run('list ltm virtual-address 10.7.7.8 one-line');
  await run('delete ltm virtual-address 10.7.7.8');
  assert.deepEqual(await run(`create ${output}`), { status: 0, output: '', errors: '' });
  assert.equal((await run('list ltm virtual-address 10.7.7.8 one-line')).output, output);
  assert.equal(
    device.store.view().stored('ltm virtual-address', '/Common/10.7.7.8')?.properties[
      'traffic-group'
    ],
    undefined,
  );
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

test('show running-config prints what list prints', async () => {
  await run('create ltm node 10.8.1.1 description running');
  const listed = await run('list ltm node 10.8.1.1');
  assert.match(listed.output, /description running/);
  assert.deepEqual(await run('show running-config ltm node 10.8.1.1'), listed);
  assert.deepEqual(await run('show run ltm node 10.8.1.1'), listed);
  await run('delete ltm node 10.8.1.1');
});

test('show takes one object, all of a folder, or what a pattern takes', async () => {
  device.state.provideStatistics('ltm node', undefined, (name) => ({
    'status.availabilityState': 'available',
    addr: name.slice(name.lastIndexOf('/') + 1),
    curSessions: 1234,
  }));
  await run('create auth partition S1');
  await run('create ltm node 10.8.0.1; create ltm node 10.8.0.2; create ltm node /S1/10.8.0.3');
  const shown = await run('show ltm node 10.8.0.1');
  assert.deepEqual(
    shown.output.split('\n').map((line) => line.trimEnd()),
    [
      '-'.repeat(38),
      'Ltm::Node: 10.8.0.1 (10.8.0.1)',
      '-'.repeat(38),
      'Status',
      '  Availability : available',
      '',
      'Traffic                        General',
      '  Current Sessions                1.2K',
    ],
  );
  const found = async (command: string): Promise<readonly string[]> => {
    const { output } = await run(command);
    return [...output.matchAll(/10\.8\.0\.\d(?= \{| \()/g)].map(([name]) => name);
  };
  assert.deepEqual(await found('show ltm node 10.8.*'), ['10.8.0.1', '10.8.0.2']);
  assert.deepEqual(await found('show ltm node 10.8.0.[23]'), ['10.8.0.2']);
  assert.deepEqual(await found('show ltm node @^10.8.0.1$'), ['10.8.0.1']);
  assert.deepEqual(await found('cd /S1; show ltm node'), ['10.8.0.3']);
  assert.deepEqual(await found('cd /; list ltm node 10.8.* recursive'), []);
  assert.match(
    (await run('cd /; list ltm node recursive')).output,
    /^ltm node S1\/10\.8\.0\.3 \{/m,
  );
  assert.match((await run('show ltm node raw | grep Sess')).output, / {8}1234$/);
  assert.equal((await run('show ltm node "10.8.*"')).status, 1);
  await run('delete ltm node 10.8.0.*; delete ltm node /S1/10.8.0.3');
  assert.deepEqual(await found('cd /; list ltm node recursive'), []);
});

test('text from the terminal is one transaction, or nothing', async () => {
  const text =
    'ltm pool /Common/ft1 {\n    description "new"\n    monitor /Common/http\n}\n' +
    'ltm pool /Common/ft2 { }\n';
  const loaded = await run('load sys config merge from-terminal', true, text);
  assert.deepEqual(loaded, { status: 0, output: 'Loading configuration...', errors: '' });
  assert.equal(
    (await run('list ltm pool ft1 ft2 one-line')).output,
    'ltm pool ft1 { description new monitor http }\nltm pool ft2 { }',
  );
  const before = device.store.view().sequence;
  const wrong =
    'ltm pool /Common/ft1 { description changed }\nltm pool /Common/ft3 { monitor nope }\n';
  const unbalanced = 'ltm pool /Common/ft1 { description changed }\nltm pool /Common/ft3 {\n';
  for (const bad of [wrong, unbalanced]) {
    const refused = await run('load sys config merge from-terminal', true, bad);
    assert.equal(refused.status, 1);
    assert.match(refused.errors, /\nUnexpected Error: Loading configuration process failed\.$/);
  }
  const fine = 'ltm pool /Common/ft1 { description changed }\n';
  assert.equal((await run('load sys config verify from-terminal', true, fine)).errors, '');
  assert.equal(device.store.view().sequence, before);
  await run('delete ltm pool ft*');
});

test('what goes through grep', async () => {
  await run('create ltm pool g1 description "red one"; create ltm pool g2 monitor http');
  const cases = [
    ['list ltm pool g* | grep description', '    description "red one"'],
    ["list ltm pool g1 | grep -i 'RED one'", '    description "red one"'],
    ['list ltm pool g1 g2 | grep -c ltm', '2'],
    ['list ltm pool g1 g2 one-line | grep -v red', 'ltm pool g2 { monitor http }'],
    ['list ltm pool g1 | grep -A1 ltm', 'ltm pool g1 {\n    description "red one"'],
    ["list ltm pool g1 g2 one-line | grep -E 'gone|g2'", 'ltm pool g2 { monitor http }'],
    ['list ltm pool g1 one-line | grep nothing', ''],
    ['help ltm pool | grep slow-ramp', /slow-ramp-time/],
  ] as const;
  for (const [command, wanted] of cases) {
    const { status, output, errors } = await run(command);
    assert.deepEqual([status, errors], [0, ''], command);
    if (typeof wanted === 'string') assert.equal(output, wanted, command);
    else assert.match(output, wanted);
  }
  assert.equal(
    (await run('list ltm pool | tail')).errors,
    'Syntax Error: "tail" unexpected argument\n  expected "grep"',
  );
  await run('delete ltm pool g1 g2');
});

test('words may be cut short where one thing is meant', async () => {
  assert.equal((await run('cr lt poo ab descr short load-b least-connections-member')).errors, '');
  assert.equal(
    (await run('list ltm pool ab one-line')).output,
    'ltm pool ab { description short load-balancing-mode least-connections-member }',
  );
  assert.match((await run('list ltm p')).errors, /^Syntax Error: "p" is ambiguous: .*pool, /);
  assert.match(
    (await run('modify ltm pool ab min 1')).errors,
    /^Syntax Error: "min" is ambiguous: min-active-members, min-up-members/,
  );
  assert.equal((await run('del ltm pool ab')).status, 0);
});

test('a module is a mode', async () => {
  const made = await run(
    'ltm\npool\ncreate m1\nlist m1\nexit\nlist pool m1\n/cm\nlist /ltm pool m1\n',
    false,
  );
  assert.deepEqual(made, {
    status: 0,
    output: ['ltm pool m1 { }', 'ltm pool m1 { }', 'ltm pool m1 { }'].join('\n'),
    errors: '',
  });
  assert.equal((await run('/ltm pool; delete m1; /; list ltm pool m1')).status, 1);
});

test('list chooses items and their properties', async () => {
  await run(
    'create ltm pool s1 monitor http members add { 10.7.0.1:443 { ratio 3 } 10.7.0.2:443 }',
  );
  const listed = await run('list ltm pool s1 members { 10.7.0.1:443 { ratio } } monitor');
  assert.equal(
    listed.output,
    [
      'ltm pool s1 {',
      '    members {',
      '        10.7.0.1:https {',
      '            ratio 3',
      '        }',
      '    }',
      '    monitor http',
      '}',
    ].join('\n'),
  );
  const again = await run('modify ltm pool s1 members modify { 10.7.0.1:https { ratio 4 } }');
  assert.equal(again.errors, '');
  await run('delete ltm pool s1');
  assert.equal((await run('list cm current-module | grep "cm device-group" ')).status, 0);
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
  const lines = iquery.output.split('\n').slice(1);
  assert.equal(lines[0], 'Gtm::IQuery: 10.0.0.9');
  assert.deepEqual(
    lines.filter((line) => /Server {2}|Data Center|State|Reconnects/.test(line)),
    [
      '  Server                           nyc',
      '  Data Center                      ---',
      '  State                            connected',
      '  Reconnects                       3',
    ],
  );
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

test('a dry run prints what would change and by which engines, and changes nothing', async () => {
  device.previews.register({ engine: 'example', changes: () => ['one more server'] });
  const lines: string[] = [];
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const shell = createShell({
    rest: createRest(client, { kind: 'local', token, user: 'root' }),
    components,
    component: componentById,
    print: (text) => lines.push(text),
    printError: (text) => lines.push(text),
    isDryRun: true,
    reason: 'only trying',
  });
  const before = device.store.view();
  assert.equal(await shell.run('create ltm pool tried description x', true), 0);
  assert.deepEqual(lines.splice(0).join('\n').split('\n'), [
    '+ ltm pool /Common/tried {',
    '+     description x',
    '+ }',
    'example:',
    '  one more server',
    'Nothing was changed (dry run).',
  ]);
  await shell.run('create cli transaction', true);
  await shell.run('create ltm pool tried', true);
  await shell.run('submit cli transaction', true);
  assert.match(lines.splice(0).join('\n'), /^\+ ltm pool \/Common\/tried \{ \}/);
  assert.equal(await shell.run('save sys config', true), 1);
  assert.equal(device.store.view(), before);
  client.close();
});

test('load says every fault, and the last line of BIG-IP; archives are saved, listed, deleted', async () => {
  const wrong =
    'ltm pool /Common/x1 { monitor nope }\nltm pool /Common/x2 { monitor /Common/no }\n';
  const refused = await run('load sys config merge from-terminal', true, wrong);
  assert.match(refused.errors, /nope.*from-terminal at line: 1/);
  assert.match(refused.errors, /\/Common\/no\b.*from-terminal at line: 2/);
  assert.match(refused.errors, /\nUnexpected Error: Loading configuration process failed\.$/);
  const missing = await run('load sys config file /var/tmp/none merge');
  assert.match(missing.errors, /does not exist\nUnexpected Error: Loading/);
  assert.match((await run('save sys ucs one')).output, /one\.ucs is saved\.$/);
  for (const verb of ['list', 'show']) {
    const { output } = await run(`${verb} sys ucs`);
    assert.match(output, /^sys ucs one\.ucs \{\n/);
    assert.match(output, /^ {4}filename \/var\/local\/ucs\/one\.ucs$/m);
  }
  assert.equal((await run('delete sys ucs one.ucs')).errors, '');
  assert.equal((await run('list sys ucs')).output, '');
});

test('sys crypto master-key shows its hash, and asks twice for the password of another', async () => {
  device.state.provideStatistics('sys crypto master-key', undefined, () => ({
    masterKeyHash: 'abc==',
    previousHash: '',
  }));
  const { output } = await run('show sys crypto master-key');
  const line = '-'.repeat('master-key hash  <abc==>'.length);
  const title = 'Sys::Master-Key';
  const shown = [line, title, line, 'master-key hash  <abc==>', 'previous hash    <>'];
  assert.deepEqual(
    output.split('\n').map((text) => text.trimEnd()),
    shown,
  );
  const given: unknown[] = [];
  device.state.provideAction('sys crypto master-key', 'modify', ({ parameters }) => {
    given.push(parameters);
    return Promise.resolve({ ok: true, value: {} });
  });
  const answers = ['first', 'first', 'one', 'other'];
  const errors: string[] = [];
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const shell = createShell({
    rest: createRest(client, { kind: 'local', token, user: 'root' }),
    components,
    component: componentById,
    print: (text) => errors.push(text),
    printError: (text) => errors.push(text),
    readSecret: () => Promise.resolve(answers.shift() ?? ''),
  });
  const command = 'modify sys crypto master-key prompt-for-password';
  assert.equal(await shell.run(command, true), 0);
  assert.equal(await shell.run(command, true), 1);
  client.close();
  assert.deepEqual(errors, ['The passwords differ.']);
  assert.deepEqual(given, [{ 'prompt-for-password': 'prompt-for-password', password: 'first' }]);
  assert.ok(!device.logged.some((text) => text.includes('first')));
});
