import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../config/text/json.ts';
import { type TestDevice, adminPassword, basic, startTestDevice } from './test-device.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

const pools = '/mgmt/tm/ltm/pool';

function items(json: JsonObject): readonly JsonObject[] {
  return (json['items'] ?? []) as readonly JsonObject[];
}

test("the article's pool: created with two members, answered whole", async () => {
  const made = await device.ask('POST', pools, {
    name: 'web_pool',
    monitor: '/Common/http',
    loadBalancingMode: 'round-robin',
    members: [{ name: '192.168.1.10:80' }, { name: '192.168.1.11:80' }],
  });
  assert.equal(made.status, 200, made.text);
  assert.equal(made.json['kind'], 'tm:ltm:pool:poolstate');
  assert.equal(made.json['fullPath'], '/Common/web_pool');
  assert.equal(made.json['partition'], 'Common');
  assert.equal(made.json['slowRampTime'], 10);
  assert.equal(
    made.json['selfLink'],
    'https://localhost/mgmt/tm/ltm/pool/~Common~web_pool?ver=16.1.0',
  );
  assert.deepEqual(made.json['membersReference'], {
    link: 'https://localhost/mgmt/tm/ltm/pool/~Common~web_pool/members?ver=16.1.0',
    isSubcollection: true,
  });
  const members = await device.ask('GET', `${pools}/~Common~web_pool/members/`);
  assert.equal(members.json['kind'], 'tm:ltm:pool:members:memberscollectionstate');
  assert.deepEqual(
    items(members.json).map((item) => [item['name'], item['address'], item['kind']]),
    [
      ['192.168.1.10:80', '192.168.1.10', 'tm:ltm:pool:members:membersstate'],
      ['192.168.1.11:80', '192.168.1.11', 'tm:ltm:pool:members:membersstate'],
    ],
  );
  const node = await device.ask('GET', '/mgmt/tm/ltm/node/192.168.1.10');
  assert.equal(node.json['fullPath'], '/Common/192.168.1.10');
});

test('a member is forced down, and echoes of what the system reports change nothing', async () => {
  const path = `${pools}/~Common~web_pool/members/~Common~192.168.1.10:80`;
  const before = await device.ask('GET', path);
  const forced = await device.ask('PATCH', path, { state: 'user-down', session: 'user-disabled' });
  assert.equal(forced.status, 200, forced.text);
  assert.equal(forced.json['state'], 'user-down');
  assert.equal(forced.json['session'], 'user-disabled');
  assert.ok(Number(forced.json['generation']) > Number(before.json['generation']));
  const echoed = await device.ask('PATCH', path, {
    state: 'up',
    session: 'monitor-enabled',
    ratio: 2,
  });
  assert.equal(echoed.json['state'], 'user-down');
  assert.equal(echoed.json['ratio'], 2);
  const put = await device.ask('PUT', path, { description: 'x' });
  assert.equal(put.json['ratio'], 1);
  assert.equal(put.json['session'], 'user-disabled');
});

test('PUT of everything that was read changes nothing', async () => {
  const path = `${pools}/~Common~web_pool`;
  const read = await device.ask('GET', `${path}?expandSubcollections=true`);
  assert.ok(String(read.json['selfLink']).endsWith('?expandSubcollections=true&ver=16.1.0'));
  const put = await device.ask('PUT', path, read.json);
  assert.equal(put.status, 200, put.text);
  const again = await device.ask('GET', `${path}?expandSubcollections=true`);
  assert.deepEqual(again.json, read.json);
});

test('lists and texts are cleared by "", none, null and []', async () => {
  const path = `${pools}/web_pool`;
  for (const nothing of ['', 'none', null]) {
    await device.ask('PATCH', path, { description: 'something' });
    const cleared = await device.ask('PATCH', path, { description: nothing });
    assert.equal('description' in cleared.json, false, String(nothing));
  }
});

test("errors have BIG-IP's status, words and apiError", async () => {
  const cases: readonly (readonly [
    string,
    string,
    JsonObject | undefined,
    number,
    string,
    number?,
  ])[] = [
    [
      'GET',
      `${pools}/~Common~wrong`,
      undefined,
      404,
      '01020036:3: The requested Pool (/Common/wrong) was not found.',
      3,
    ],
    [
      'PATCH',
      `${pools}/wrong`,
      { description: 'x' },
      404,
      '01020036:3: The requested Pool (/Common/wrong) was not found.',
      3,
    ],
    [
      'DELETE',
      `${pools}/~Common~wrong`,
      undefined,
      404,
      '01020036:3: The requested Pool (/Common/wrong) was not found.',
      3,
    ],
    [
      'DELETE',
      `${pools}/web_pool/members/10.9.9.9:80`,
      undefined,
      404,
      '01020036:3: The requested Pool Member (/Common/web_pool /Common/10.9.9.9 80) was not found.',
      3,
    ],
    [
      'GET',
      `${pools}/web_pool/members/10.9.9.9:80`,
      undefined,
      404,
      'Object not found - /Common/10.9.9.9:80',
      1,
    ],
    [
      'POST',
      `${pools}/wrong/members`,
      { name: '10.0.0.1:80' },
      404,
      '01020036:3: The requested pool (/Common/wrong) was not found.',
      3,
    ],
    [
      'POST',
      pools,
      { name: 'web_pool' },
      409,
      '01020066:3: The requested Pool (/Common/web_pool) already exists in partition Common.',
      3,
    ],
    [
      'POST',
      pools,
      { name: 'x', partition: 'NOWHERE' },
      400,
      'The requested folder (/NOWHERE) was not found.',
      26214401,
    ],
    ['PATCH', `${pools}/web_pool`, {}, 400, 'one or more properties must be specified', 26214401],
    ['POST', pools, {}, 400, 'one or more properties must be specified', 26214401],
    [
      'POST',
      pools,
      { name: 'example' },
      400,
      'example is a reserved keyword and must not be used as resource name',
      26214401,
    ],
    ['POST', pools, { name: 'x', colour: 'red' }, 400, '"colour" unknown property', 26214401],
    [
      'GET',
      `${pools}/%3Cscript%3E`,
      undefined,
      400,
      'HTML Tag-like Content in the Request URL/Body',
      26214401,
    ],
    ...[pools, `${pools}/web_pool/members`].map(
      (path) =>
        [
          'POST',
          path,
          { name: '<b>x' },
          400,
          'HTML Tag-like Content in the Request URL/Body',
          26214401,
        ] as const,
    ),
    [
      'GET',
      '/mgmt/tm/ltm/nothing',
      undefined,
      404,
      'Public URI path not registered: /tm/ltm/nothing',
    ],
    [
      'DELETE',
      '/mgmt/tm/ltm/node/192.168.1.10',
      undefined,
      400,
      "01070110:3: Node address '/Common/192.168.1.10' is referenced by a member of pool '/Common/web_pool'.",
      3,
    ],
  ];
  for (const [method, path, body, status, message, apiError] of cases) {
    const answer = await device.ask(method, path, body);
    assert.deepEqual(
      [answer.status, answer.json['code'], answer.json['message'], answer.json['apiError']],
      [status, status, message, apiError],
      `${method} ${path}`,
    );
  }
  const kept = await device.ask('PATCH', `${pools}/web_pool`, { description: 'a <b>word</b>' });
  assert.equal(kept.json['description'], 'a <b>word</b>');
});

test('bad values are refused and change nothing', async () => {
  for (const body of [
    { name: 'bad', loadBalancingMode: 'sometimes' },
    { name: 'bad', members: ['10.0.0.1:99999'] },
    { name: 'bad', members: ['not an address:80:90'] },
    { name: 'bad', monitor: '/Common/missing' },
    { name: 'bad', minActiveMembers: -1 },
    { name: 'bad', members: 'x', monitor: { a: 1 } },
  ]) {
    const sequence = device.store.view().sequence;
    const answer = await device.ask('POST', pools, body);
    assert.ok(answer.status === 400 || answer.status === 404, `${answer.status} ${answer.text}`);
    assert.equal(device.store.view().sequence, sequence);
  }
});

test('a body that is no JSON object, or no JSON', async () => {
  const answer = await device.ask('POST', pools, [] as unknown as JsonObject);
  assert.equal(answer.status, 400);
});

test('a body beyond the bound is refused, and the next request is served', async () => {
  const description = 'x'.repeat(17 * 1024 * 1024);
  const status = await device.ask('POST', pools, { name: 'big', description }).then(
    (answer) => answer.status,
    // The server hangs up while the client still sends.
    () => 413,
  );
  assert.equal(status, 413);
  assert.equal((await device.ask('GET', `${pools}/big`)).status, 404);
});

test('login, token, extension, logout', async () => {
  const wrong = await device.ask(
    'POST',
    '/mgmt/shared/authn/login',
    { username: 'admin', password: 'no' },
    {},
  );
  assert.deepEqual([wrong.status, wrong.json['message']], [401, 'Authentication failed.']);
  assert.equal(wrong.text.includes('"no"'), false);
  const body = { username: 'admin', password: adminPassword, loginProviderName: 'tmos' };
  const login = await device.ask('POST', '/mgmt/shared/authn/login', body, {});
  assert.equal(login.status, 200, login.text);
  const token = login.json['token'] as JsonObject;
  assert.match(String(token['token']), /^[A-Z2-7]{26}$/);
  assert.equal(token['timeout'], 1200);
  const headers = { 'X-F5-Auth-Token': String(token['token']) };
  assert.equal((await device.ask('GET', '/mgmt/tm/sys', undefined, headers)).status, 200);
  const self = `/mgmt/shared/authz/tokens/${String(token['token'])}`;
  const longer = await device.ask('PATCH', self, { timeout: 36_000 }, headers);
  assert.equal(longer.json['timeout'], 36_000);
  assert.ok(!device.logged.join('\n').includes(String(token['token'])), 'not in the audit log');
  const tooLong = await device.ask('PATCH', self, { timeout: 36_001 }, headers);
  assert.deepEqual(
    [tooLong.status, tooLong.json['message']],
    [406, 'Auth-token absolute timeout (36000 seconds) exceeded'],
  );
  assert.equal((await device.ask('DELETE', self, undefined, headers)).status, 200);
  const gone = await device.ask('GET', '/mgmt/tm/sys', undefined, headers);
  assert.deepEqual([gone.status, gone.json['message']], [401, 'X-F5-Auth-Token does not exist.']);
});

test('no credentials, wrong credentials, and the password never in log or answer', async () => {
  const none = await device.ask('GET', pools, undefined, {});
  assert.equal(none.status, 401);
  assert.match(
    String(none.json['message']),
    /^Authorization failed: no user authentication header/,
  );
  const wrong = await device.ask('GET', pools, undefined, basic('admin', 'wrong'));
  assert.equal(wrong.status, 401);
  await device.ask('POST', '/mgmt/tm/auth/user', {
    name: 'olga',
    password: 'very secret',
    'partition-access': { 'all-partitions': { role: 'operator' } },
  });
  const user = await device.ask('GET', '/mgmt/tm/auth/user/olga');
  assert.equal(user.text.includes('secret'), false);
  assert.equal(
    device.logged.some((line) => line.includes('very secret')),
    false,
  );
  assert.equal(
    device.logged.some((line) => line.includes('AUDIT') && line.includes('olga')),
    true,
  );
});

test('an operator sets operator state and nothing else; a changed password counts at once', async () => {
  const olga = basic('olga', 'very secret');
  const member = `${pools}/web_pool/members/192.168.1.11:80`;
  assert.equal((await device.ask('PATCH', member, { session: 'user-disabled' }, olga)).status, 200);
  assert.equal((await device.ask('PATCH', member, { ratio: 7 }, olga)).status, 400);
  assert.equal((await device.ask('POST', pools, { name: 'hers' }, olga)).status, 400);
  assert.equal((await device.ask('DELETE', `${pools}/web_pool`, undefined, olga)).status, 400);
  const command = { command: 'save' };
  assert.equal((await device.ask('POST', '/mgmt/tm/sys/config', command, olga)).status, 401);
  assert.equal((await device.ask('GET', pools, undefined, olga)).status, 200);
  await device.ask('PATCH', '/mgmt/tm/auth/user/olga', { password: 'another one' });
  assert.equal((await device.ask('GET', pools, undefined, olga)).status, 401);
  assert.equal(
    (await device.ask('GET', pools, undefined, basic('olga', 'another one'))).status,
    200,
  );
});

test('roles: guest reads, no-access does not, manager has the traffic objects', async () => {
  for (const [name, role] of [
    ['gus', 'guest'],
    ['nora', 'no-access'],
    ['max', 'manager'],
  ] as const) {
    const body = {
      name,
      password: 'p4ssw0rd!',
      partitionAccess: [{ name: 'all-partitions', role }],
    };
    assert.equal((await device.ask('POST', '/mgmt/tm/auth/user', body)).status, 200);
  }
  const as = (name: string) => basic(name, 'p4ssw0rd!');
  assert.equal((await device.ask('GET', pools, undefined, as('gus'))).status, 200);
  assert.equal((await device.ask('POST', pools, { name: 'g' }, as('gus'))).status, 400);
  assert.equal((await device.ask('GET', pools, undefined, as('nora'))).status, 401);
  assert.equal((await device.ask('POST', pools, { name: 'm' }, as('max'))).status, 200);
  assert.equal((await device.ask('DELETE', `${pools}/m`, undefined, as('max'))).status, 200);
  const vlan = await device.ask('POST', '/mgmt/tm/net/vlan', { name: 'v' }, as('max'));
  assert.equal(vlan.status, 400);
});

test('a transaction is one commit, and a failing one changes nothing', async () => {
  const open = await device.ask('POST', '/mgmt/tm/transaction', {});
  assert.equal(open.json['state'], 'STARTED', open.text);
  const id = String(open.json['transId']);
  const headers = { ...basic('admin', adminPassword), 'X-F5-REST-Coordination-Id': id };
  const queued = await device.ask('POST', pools, { name: 'tx' }, headers);
  assert.equal(queued.json['kind'], 'tm:transaction:commandsstate');
  await device.ask('POST', `${pools}/tx/members`, { name: '10.1.1.1:80' }, headers);
  await device.ask('PATCH', `${pools}/tx/members/10.1.1.1:80`, { ratio: 3 }, headers);
  assert.equal((await device.ask('GET', `${pools}/tx`)).status, 404);
  const sequence = device.store.view().sequence;
  const done = await device.ask('PATCH', `/mgmt/tm/transaction/${id}`, { state: 'VALIDATING' });
  assert.equal(done.json['state'], 'COMPLETED', done.text);
  assert.equal(device.store.view().sequence, sequence + 1);
  const member = await device.ask('GET', `${pools}/tx/members/10.1.1.1:80`);
  assert.equal(member.json['ratio'], 3);

  const second = await device.ask('POST', '/mgmt/tm/transaction', {});
  const failing = { ...headers, 'X-F5-REST-Coordination-Id': String(second.json['transId']) };
  await device.ask('POST', pools, { name: 'never' }, failing);
  await device.ask('POST', pools, { name: 'tx' }, failing);
  const refused = await device.ask(
    'PATCH',
    `/mgmt/tm/transaction/${String(second.json['transId'])}`,
    {
      state: 'VALIDATING',
    },
  );
  assert.equal(refused.status, 400);
  assert.equal(refused.json['apiError'], 2);
  assert.match(String(refused.json['message']), /^transaction failed:01020066:3: /);
  assert.equal((await device.ask('GET', `${pools}/never`)).status, 404);
  const empty = await device.ask('POST', '/mgmt/tm/transaction', {});
  const nothing = await device.ask(
    'PATCH',
    `/mgmt/tm/transaction/${String(empty.json['transId'])}`,
    {
      state: 'VALIDATING',
    },
  );
  assert.match(String(nothing.json['message']), /there is no command to commit in the transaction/);
});

test('filter, select, top and skip', async () => {
  for (const name of ['page1', 'page2', 'page3']) await device.ask('POST', pools, { name });
  const one = await device.ask('GET', `${pools}?$filter=name+eq+page2&$select=name,fullPath`);
  assert.deepEqual(items(one.json), [{ name: 'page2', fullPath: '/Common/page2' }]);
  const first = await device.ask('GET', `${pools}?%24filter=contains(name,'page')&%24top=2`);
  assert.equal(items(first.json).length, 2);
  const next = new URL(String(first.json['nextLink']));
  const second = await device.ask('GET', next.pathname + next.search);
  assert.deepEqual(
    items(second.json).map((item) => item['name']),
    ['page3'],
  );
  assert.equal('nextLink' in second.json, false);
  const past = await device.ask('GET', `${pools}?$top=10&$skip=1000`);
  assert.deepEqual(past.json['items'], []);
  const wrong = await device.ask('GET', `${pools}?$filter=nonsense`);
  assert.equal(wrong.status, 400);
});

test('organising collections, available, example, version discovery', async () => {
  const monitors = await device.ask('GET', '/mgmt/tm/ltm/monitor');
  const links = items(monitors.json).map((item) => (item['reference'] as JsonObject)['link']);
  assert.ok(links.includes('https://localhost/mgmt/tm/ltm/monitor/http?ver=16.1.0'));
  const sys = await device.ask('GET', '/mgmt/tm/sys/');
  assert.equal(sys.json['selfLink'], 'https://localhost/mgmt/tm/sys?ver=16.1.0');
  assert.deepEqual((await device.ask('GET', '/mgmt/tm/sys/available')).json, {});
  assert.equal((await device.ask('GET', '/mgmt/shared/echo/available')).status, 200);
  assert.equal((await device.ask('GET', '/mgmt/shared/echo')).status, 200);
  const info = await device.ask('GET', '/mgmt/shared/identified-devices/config/device-info');
  assert.equal(info.json['product'], 'BIG-IP');
  const example = await device.ask('GET', `${pools}/example`);
  assert.equal(example.json['kind'], 'tm:ltm:pool:poolcollectionstate');
  // As recorded, though its path ends otherwise.
  const tasks = await device.ask('GET', '/mgmt/tm/sys/application/template-model-tasks');
  assert.equal(
    tasks.json['kind'],
    'tm:sys:application:template-model-tasks:modeltaskcollectionstate',
  );
  const version = await device.ask('GET', '/mgmt/tm/sys/version');
  assert.equal(version.json['kind'], 'tm:sys:version:versionstats');
  const key = 'https://localhost/mgmt/tm/sys/version/0';
  const entry = (version.json['entries'] as JsonObject)[key] as JsonObject;
  const inner = (entry['nestedStats'] as JsonObject)['entries'] as JsonObject;
  assert.deepEqual(inner['Version'], { description: '16.1.0' });
});

test('statistics come from providers, keyed as clients expect', async () => {
  device.state.provideStatistics('ltm pool', undefined, (name) => ({
    'status.availabilityState': 'available',
    tmName: name,
    activeMemberCnt: 2,
  }));
  device.state.provideStatistics('ltm pool', 'members', (_pool, member) => ({
    nodeName: String(member),
    port: 80,
  }));
  const one = await device.ask('GET', `${pools}/~Common~web_pool/stats`);
  assert.equal(one.json['kind'], 'tm:ltm:pool:poolstats');
  const key = 'https://localhost/mgmt/tm/ltm/pool/~Common~web_pool/stats';
  const nested = ((one.json['entries'] as JsonObject)[key] as JsonObject)[
    'nestedStats'
  ] as JsonObject;
  assert.deepEqual((nested['entries'] as JsonObject)['activeMemberCnt'], { value: 2 });
  const all = await device.ask('GET', `${pools}/stats`);
  assert.ok(key in (all.json['entries'] as JsonObject));
  const members = await device.ask('GET', `${pools}/members/stats`);
  assert.ok(
    'https://localhost/mgmt/tm/ltm/pool/members/~Common~web_pool' in
      (members.json['entries'] as JsonObject),
  );
  const member = await device.ask('GET', `${pools}/web_pool/members/192.168.1.10:80/stats`);
  assert.equal(member.json['kind'], 'tm:ltm:pool:members:membersstats');
});

test('commands reach their action by property, by options and by utilCmdArgs', async () => {
  const seen: unknown[] = [];
  device.state.provideAction('sys failover', 'run', (request) => {
    seen.push(request.parameters);
    return Promise.resolve({ ok: true, value: {} });
  });
  device.state.provideAction('cm config-sync', 'run', (request) => {
    seen.push(request.parameters);
    return Promise.resolve({ ok: true, value: {} });
  });
  device.state.provideAction('cm add-to-trust', 'run', (request) => {
    seen.push(request.parameters);
    return Promise.resolve({ ok: true, value: {} });
  });
  const byFlag = await device.ask('POST', '/mgmt/tm/sys/failover', {
    command: 'run',
    standby: true,
    'traffic-group': 'traffic-group-1',
  });
  assert.equal(byFlag.status, 200, byFlag.text);
  assert.equal(byFlag.json['standby'], true);
  await device.ask('POST', '/mgmt/tm/sys/failover', {
    command: 'run',
    utilCmdArgs: 'standby traffic-group traffic-group-1',
  });
  const sync = await device.ask('POST', '/mgmt/tm/cm', {
    command: 'run',
    utilCmdArgs: 'config-sync force-full-load-push  to-group dg',
  });
  assert.equal(sync.json['kind'], 'tm:cm:runstate', sync.text);
  const trust = await device.ask('POST', '/mgmt/tm/cm/add-to-trust', {
    command: 'run',
    name: 'Root',
    caDevice: true,
    device: '10.0.0.2',
    deviceName: 'b',
    username: 'admin',
    password: '"se\\"cret"',
  });
  assert.equal(trust.json['kind'], 'tm:cm:add-to-trust:runstate');
  assert.equal(trust.text.includes('cret'), false);
  assert.deepEqual(seen, [
    { action: 'standby', 'traffic-group': '/Common/traffic-group-1' },
    { action: 'standby', 'traffic-group': '/Common/traffic-group-1' },
    { 'force-full-load-push': 'force-full-load-push', 'to-group': '/Common/dg' },
    {
      name: 'Root',
      'ca-device': 'ca-device',
      device: '10.0.0.2',
      'device-name': 'b',
      username: 'admin',
      password: 'se"cret',
    },
  ]);
  const quotes = await device.ask('POST', '/mgmt/tm/cm', {
    command: 'run',
    utilCmdArgs: 'config-sync to-group "dg',
  });
  assert.match(String(quotes.json['message']), /quotes are not balanced/);
});

test('a dry run shows the change and makes none', async () => {
  const sequence = device.store.view().sequence;
  const answer = await device.ask('PATCH', `${pools}/web_pool?dryRun=true`, {
    description: 'later',
  });
  assert.equal(answer.status, 200, answer.text);
  const [change] = answer.json['changes'] as readonly JsonObject[];
  assert.equal(change?.['name'], '/Common/web_pool');
  assert.equal((change?.['after'] as JsonObject | undefined)?.['description'], 'later');
  assert.equal(device.store.view().sequence, sequence);
});

test('util bash runs tmsh and nothing else; commandResult only when there is output', async () => {
  const bash = '/mgmt/tm/util/bash';
  const listed = await device.ask('POST', bash, {
    command: 'run',
    utilCmdArgs: '-c "tmsh list ltm pool web_pool one-line"',
  });
  assert.match(String(listed.json['commandResult']), /^ltm pool web_pool \{ .*\}\n$/);
  const silent = await device.ask('POST', bash, {
    command: 'run',
    utilCmdArgs: "-c 'tmsh modify ltm pool web_pool description x'",
  });
  assert.equal(silent.status, 200, silent.text);
  assert.equal('commandResult' in silent.json, false);
  const other = await device.ask('POST', bash, { command: 'run', utilCmdArgs: "-c 'rm -rf /'" });
  assert.equal(other.status, 400);
});

test('config is saved as text and loaded back by merge', async () => {
  const saved = await device.ask('POST', '/mgmt/tm/sys/config', {
    command: 'save',
    file: 'x.conf',
  });
  assert.equal(saved.status, 200, saved.text);
  await device.ask('DELETE', `${pools}/page1`);
  const loaded = await device.ask('POST', '/mgmt/tm/sys/config', {
    command: 'load',
    options: [{ file: 'x.conf' }, { merge: true }],
  });
  assert.equal(loaded.status, 200, loaded.text);
  assert.equal((await device.ask('GET', `${pools}/page1`)).status, 200);
  const outside = await device.ask('POST', '/mgmt/tm/sys/config', {
    command: 'save',
    file: '/etc/passwd',
  });
  assert.equal(outside.status, 400);
});
