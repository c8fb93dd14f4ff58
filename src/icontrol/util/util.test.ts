import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseShellLine } from './shell-line.ts';
import { type TestDevice, startTestDevice } from '../test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

async function bash(line: string): Promise<readonly [number, unknown]> {
  const { status, json } = await device.ask('POST', '/mgmt/tm/util/bash', {
    command: 'run',
    utilCmdArgs: line,
  });
  return [status, status === 200 ? json['commandResult'] : json['message']];
}

test('a line is pipes of words, with quotes and nothing that needs a shell', () => {
  const parsed = parseShellLine(`a 'b | c' "d \\"e" f\\ g | h; i && j 2>/dev/null`);
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.value.map((pipe) => pipe.map(({ words }) => words)),
    [[['a', 'b | c', 'd "e', 'f g'], ['h']], [['i']], [['j']]],
  );
  for (const line of [
    'a > b',
    'a < b',
    'a `b`',
    'a $(b)',
    'a "$HOME"',
    'a &',
    'a || b',
    'a |',
    '| a',
    '; a',
    "a 'b",
    'a "b',
    'a \\',
  ]) {
    assert.equal(parseShellLine(line).ok, false, line);
  }
  assert.equal(parseShellLine(Array.from({ length: 21 }, () => 'a').join(';')).ok, false);
});

test('variables of the system are found whatever their case', async () => {
  const line = "-c 'tmsh list sys db Failover.NetTimeoutSec'";
  assert.deepEqual(await bash(line), [200, 'sys db failover.nettimeoutsec {\n    value 3\n}\n']);
  const { status, json } = await device.ask('GET', '/mgmt/tm/sys/db/FAILOVER.NETTIMEOUTSEC');
  assert.deepEqual([status, json['name']], [200, 'failover.nettimeoutsec']);
});

test('tmsh, with quotes of its own and filters behind it', async () => {
  assert.deepEqual(await bash("-c 'tmsh create ltm pool web; tmsh list ltm pool web'"), [
    200,
    'ltm pool web { }\n',
  ]);
  assert.deepEqual(await bash('-c \'tmsh modify ltm pool web description "a | b"\''), [
    200,
    undefined,
  ]);
  assert.deepEqual(await bash('-c "tmsh -c \\"list ltm pool web\\" | grep -c description"'), [
    200,
    '1\n',
  ]);
  assert.deepEqual(await bash("-c 'cat /VERSION | grep ^Product'"), [200, 'Product: BIG-IP\n']);
  assert.deepEqual(await bash("-c 'echo b a | tr -s ' ' ',''"), [200, 'b,a\n']);
  assert.deepEqual(await bash('-c "echo b:a | cut -d : -f2"'), [200, 'a\n']);
});

test('what is not on the list is refused by name, and sees no file of the machine', async () => {
  for (const line of [
    "-c 'python -c 1'",
    "-c 'cat /VERSION | tee /tmp/x'",
    "-c 'echo x | grep -f /etc/passwd x'",
    "-c 'echo x | sort -o /tmp/x'",
    "-c 'echo x | cut -c1- /etc/passwd'",
    "-c 'echo x | cut /etc/passwd -c1-'",
    "-c 'date -s 2020-01-01'",
    "-c 'df /etc'",
    'cat /VERSION',
  ]) {
    const [status] = await bash(line);
    assert.equal(status, 400, line);
  }
  assert.deepEqual(await bash("-c 'echo hi"), [400, 'quotes are not balanced']);
  const [, shadow] = await bash("-c 'cat /etc/shadow'");
  assert.equal(shadow, '/bin/cat: /etc/shadow: No such file or directory\n');
  const [, listed] = await bash("-c 'ls /etc'");
  assert.equal(listed, '/bin/ls: cannot access /etc: No such file or directory\n');
});

test('tmctl has the tables that something counts for', async () => {
  device.state.provideStatistics('ltm pool', undefined, () => ({
    'serverside.bitsIn': 80,
    'serverside.totConns': 3,
    totRequests: 4,
  }));
  const [, text] = await bash("-c 'tmctl -c pool_stat'");
  assert.deepEqual(String(text).split('\n'), [
    'name,serverside.bytes_in,serverside.bytes_out,serverside.pkts_in,serverside.pkts_out,serverside.cur_conns,serverside.max_conns,serverside.tot_conns,tot_requests',
    '/Common/web,10,0,0,0,0,0,3,4',
    '',
  ]);
  assert.deepEqual(await bash("-c 'tmctl nothing'"), [200, 'tmctl: nothing: no such table\n']);
});

test('what there is, here and in the background', async () => {
  const links = async (path: string): Promise<string> => (await device.ask('GET', path)).text;
  assert.match(await links('/mgmt/tm/util'), /"kind":"tm:util:utilcollectionstate".*\/util\/bash/);
  const tasks = await links('/mgmt/tm/task');
  for (const place of ['sys/ucs', 'sys/config', 'util/bash']) assert.ok(tasks.includes(place));
});
