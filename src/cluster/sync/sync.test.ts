import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Properties } from '../../catalogue/types.ts';
import { type Answer, TestDevice, until } from '../test-device.ts';

type Json = Readonly<Record<string, unknown>>;

function poolText(device: TestDevice, name: string, property = 'description'): unknown {
  const pool: { readonly properties: Properties } | undefined = device.store
    .view()
    .get('ltm pool', `/Common/${name}`);
  return pool?.properties[property];
}

function setPool(device: TestDevice, name: string, properties: Json): void {
  const isThere = device.store.view().get('ltm pool', `/Common/${name}`) !== undefined;
  const done = device.commit({
    kind: isThere ? 'modify' : 'create',
    component: 'ltm pool',
    name: `/Common/${name}`,
    // Of the test's own making.
    properties: properties as never,
  });
  assert.ok(done.ok, JSON.stringify(done));
}

function configSync(device: TestDevice, words: string, query = ''): Promise<Answer> {
  const utilCmdArgs = `config-sync ${words}`;
  return device.ask('POST', `/mgmt/tm/cm${query}`, { command: 'run', utilCmdArgs });
}

async function groupStatus(device: TestDevice, group: string): Promise<Json> {
  const { json } = await device.ask('GET', `/mgmt/tm/cm/device-group/${group}/stats`);
  const key = `https://localhost/mgmt/tm/cm/device-group/~Common~${group}/stats`;
  const entries = json['entries'] as Record<string, { nestedStats: { entries: Json } }>;
  return (entries[key] ?? Object.values(entries)[0])?.nestedStats.entries ?? {};
}

function text(entries: Json, name: string): string {
  return (entries[name] as { description: string } | undefined)?.description ?? '';
}

function member(entries: Json, group: string, device: string): Json {
  const found = Object.entries(entries).find(([key]) =>
    key.includes(`${group}:~Common~${device}`),
  )?.[1];
  return (found as { nestedStats: { entries: Json } } | undefined)?.nestedStats.entries ?? {};
}

describe('a device group of two', () => {
  let a: TestDevice;
  let b: TestDevice;
  const isGreen = async (): Promise<boolean> => {
    const all = await Promise.all([a.status(), b.status()]);
    return all.every(({ status }) => status === 'In Sync');
  };
  const inSync = (): Promise<void> => until('In Sync', isGreen);
  const conflict = (): Promise<void> =>
    until('the conflict', async () => {
      const { details } = await a.status();
      return details.some((line) => line.includes('possible change conflict'));
    });
  before(async () => {
    a = new TestDevice('a.test', '127.0.21.1', 0);
    await a.start();
    b = new TestDevice('b.test', '127.0.21.2', a.iqueryPort);
    await b.start();
    for (const device of [a, b]) device.setConfigsyncIp();
    const joined = await a.add(b);
    assert.equal(joined.status, 200, JSON.stringify(joined.json));
    await until('sessions', () => a.isConnectedTo(b) && b.isConnectedTo(a));
    await inSync();
    const made = await a.ask('POST', '/mgmt/tm/cm/device-group', {
      name: 'dg',
      type: 'sync-failover',
      devices: ['a.test', 'b.test'],
    });
    assert.equal(made.status, 200, JSON.stringify(made.json));
    await until('the group on b', () => b.parts.sync.groups().length === 2);
  });
  after(async () => {
    await a.destroy();
    await b.destroy();
  });

  it('shows what a push would change before it does, and then does it', async () => {
    setPool(a, 'web', { description: 'one' });
    const tried = await configSync(a, 'to-group dg', '?dryRun=true');
    assert.equal(tried.status, 200, JSON.stringify(tried.json));
    const changes = tried.json['changes'] as readonly Json[];
    assert.ok(changes.some(({ name, action }) => name === '/Common/web' && action === 'create'));
    assert.deepEqual(tried.json['devices'], ['b.test']);
    assert.equal(poolText(b, 'web'), undefined);
    assert.equal((await a.status()).status, 'Awaiting Initial Sync');
    assert.equal((await configSync(a, 'to-group dg')).status, 200);
    assert.equal(poolText(b, 'web'), 'one');
    await inSync();
    const again = await configSync(a, 'to-group dg', '?dryRun=true');
    assert.deepEqual(again.json['changes'], []);
  });

  it('synchronises nothing when there is nothing to synchronise, and reading dirties nothing', async () => {
    const sequences = [a.store.view().sequence, b.store.view().sequence];
    assert.equal((await configSync(a, 'to-group dg')).status, 200);
    assert.equal((await configSync(b, 'from-group dg')).status, 200);
    for (const path of [
      'cm/sync-status',
      'cm/device-group/dg',
      'cm/device-group/stats',
      'cm/device',
    ])
      assert.equal((await b.ask('GET', `/mgmt/tm/${path}`)).status, 200);
    const same = await a.ask('PATCH', '/mgmt/tm/ltm/pool/web', { description: 'one' });
    assert.equal(same.status, 200);
    assert.deepEqual([a.store.view().sequence, b.store.view().sequence], sequences);
    assert.ok(await isGreen());
  });

  it('takes the command in every spelling', async () => {
    const forms: readonly [string, object][] = [
      [
        '/mgmt/tm/cm',
        { command: 'run', utilCmdArgs: 'config-sync force-full-load-push to-group dg' },
      ],
      [
        '/mgmt/tm/cm',
        { command: 'run', utilCmdArgs: 'config-sync to-group dg force-full-load-push' },
      ],
      ['/mgmt/tm/cm', { command: 'run', utilCmdArgs: 'config-sync to-group /Common/dg' }],
      ['/mgmt/tm/cm/config-sync', { command: 'run', utilCmdArgs: 'to-group dg' }],
      ['/mgmt/tm/cm/config-sync', { command: 'run', toGroup: 'dg' }],
      ['/mgmt/tm/cm/config-sync', { command: 'run', options: [{ 'to-group': 'dg' }] }],
      ['/mgmt/tm/cm/config-sync', { command: 'run', toGroup: 'dg', forceFullLoadPush: true }],
      ['/mgmt/tm/cm', { command: 'run', utilCmdArgs: 'config-sync recover-sync dg' }],
    ];
    for (const [index, [path, body]] of forms.entries()) {
      setPool(a, 'web', { description: `form ${index}` });
      const done = await a.ask('POST', path, body);
      assert.equal(done.status, 200, JSON.stringify([body, done.json]));
      assert.equal(poolText(b, 'web'), `form ${index}`, JSON.stringify(body));
    }
    setPool(a, 'web', { description: 'pulled' });
    await until('a told', () => b.parts.sync.groups().some(({ group }) => group.newestPeer()));
    const pulled = await configSync(b, 'from-group dg force-full-load-push');
    assert.equal(pulled.status, 200, JSON.stringify(pulled.json));
    assert.equal(poolText(b, 'web'), 'pulled');
    for (const [words, expected] of [
      ['to-group missing', /Device group \(\/Common\/missing\) not found in device group sync/],
      ['to-group dg from-group dg', /exclude each other/],
      ['', /must be specified/],
      ['merge dg force-full-load-push', /merge overwrites nothing/],
    ] as const) {
      const refused = await configSync(a, words);
      assert.equal(refused.status, 400, words);
      assert.match(String(refused.json['message']), expected);
    }
    await inSync();
  });

  it('sends what changed, or everything when that is more than the cache holds', async () => {
    const typeOn = async (device: TestDevice): Promise<string> =>
      text(member(await groupStatus(device, 'dg'), 'dg', 'b.test'), 'lastSyncType');
    const loads: number[] = [];
    b.parts.channel.onMessage('fullLoad', ({ group }) => {
      if (group === '/Common/dg') loads.push(1);
    });
    setPool(a, 'web', { description: 'small' });
    await configSync(a, 'to-group dg');
    assert.equal(loads.length, 0);
    assert.equal(await typeOn(b), 'manual-incremental');
    const limited = await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', {
      incrementalConfigSyncSizeMax: 128,
    });
    assert.equal(limited.status, 200, JSON.stringify(limited.json));
    for (let round = 0; round < 3; round += 1) {
      setPool(a, 'web', { description: 'x'.repeat(50_000) + String(round) });
    }
    await configSync(a, 'to-group dg');
    assert.equal(loads.length, 1);
    assert.equal(await typeOn(b), 'manual-full');
    assert.equal(poolText(b, 'web'), poolText(a, 'web'));
    setPool(a, 'web', { description: 'cleared' });
    const cleared = await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', {
      clearIncrementalConfigSyncCache: true,
    });
    assert.equal(cleared.status, 200, JSON.stringify(cleared.json));
    assert.equal(cleared.json['clearIncrementalConfigSyncCache'], undefined);
    await configSync(a, 'to-group dg');
    assert.equal(loads.length, 2);
    setPool(a, 'web', { description: 'after' });
    await configSync(a, 'to-group dg');
    assert.equal(loads.length, 2);
    assert.equal(poolText(b, 'web'), 'after');
    await inSync();
  });

  it('merges what was changed apart, field by field, and asks where both changed the same', async () => {
    const members = (device: TestDevice): string[] =>
      ((poolText(device, 'web', 'members') ?? []) as readonly { name: string }[]).map(
        ({ name }) => name,
      );
    setPool(a, 'web', { description: 'base', members: [{ name: '/Common/10.0.0.1:80' }] });
    setPool(a, 'gone', { description: 'of both' });
    await configSync(a, 'to-group dg');
    await inSync();
    setPool(a, 'web', {
      'load-balancing-mode': 'least-connections-member',
      members: [{ name: '/Common/10.0.0.1:80' }, { name: '/Common/10.0.0.2:80' }],
      description: 'of a',
    });
    setPool(a, 'only-a', { description: 'new' });
    setPool(b, 'web', {
      'min-active-members': 1,
      members: [{ name: '/Common/10.0.0.1:80' }, { name: '/Common/10.0.0.3:80' }],
      description: 'of b',
    });
    assert.ok(b.commit({ kind: 'delete', component: 'ltm pool', name: '/Common/gone' }).ok);
    await conflict();
    const { details } = await a.status();
    assert.ok(details.includes(' - 2 devices with 2 different configurations'), details.join('\n'));
    assert.ok(details.some((line) => /a\.test made last configuration change on/.test(line)));
    const sequence = a.store.view().sequence;
    const refused = await configSync(a, 'merge dg');
    assert.equal(refused.status, 409, JSON.stringify(refused.json));
    assert.match(String(refused.json['message']), /1 conflict has to be resolved/);
    assert.deepEqual(refused.json['errorStack'], [
      'ltm pool /Common/web description: mine "of a", theirs (b.test) "of b", base "base"',
    ]);
    assert.equal(a.store.view().sequence, sequence);
    const tried = await a.ask('POST', '/mgmt/tm/cm/config-sync?dryRun=true', {
      command: 'run',
      merge: 'dg',
      prefer: 'theirs',
    });
    assert.equal(tried.status, 200, JSON.stringify(tried.json));
    assert.equal(
      (tried.json['changes'] as readonly unknown[]).length,
      3,
      JSON.stringify(tried.json['changes']),
    );
    assert.equal(a.store.view().sequence, sequence);
    const done = await configSync(
      a,
      'merge dg resolve add { "ltm pool /Common/web description" { take theirs } }',
    );
    assert.equal(done.status, 200, JSON.stringify(done.json));
    assert.match(
      String(done.json['commandResult']),
      /Merged dg with b\.test: 3 objects changed here/,
    );
    assert.equal(a.store.view().sequence, sequence + 1, 'one commit');
    await inSync();
    for (const device of [a, b]) {
      assert.equal(poolText(device, 'web'), 'of b');
      assert.equal(poolText(device, 'web', 'load-balancing-mode'), 'least-connections-member');
      assert.equal(poolText(device, 'web', 'min-active-members'), 1);
      assert.deepEqual(members(device).toSorted(), [
        '/Common/10.0.0.1:80',
        '/Common/10.0.0.2:80',
        '/Common/10.0.0.3:80',
      ]);
      assert.equal(poolText(device, 'only-a'), 'new');
      assert.equal(poolText(device, 'gone'), undefined);
    }
    const unknown = await configSync(
      a,
      'merge dg resolve add { "ltm pool /Common/no" { take mine } }',
    );
    assert.match(JSON.stringify(unknown.json), /resolve: there is no .*ltm pool \/Common\/no/);
  });

  it('loses nothing when a member changes something while a merge is on its way', async () => {
    setPool(a, 'web', { description: 'race a' });
    setPool(b, 'only-a', { description: 'race b' });
    await conflict();
    const [found] = a.parts.sync.groups().filter(({ planned }) => planned.label === 'dg');
    assert.ok(found);
    // Between reading and sending: what was seen of b lacks this change.
    const seen = b.parts.sync
      .groups()
      .find(({ planned }) => planned.label === 'dg')
      ?.group.state().own.versions;
    setPool(b, 'gone', { description: 'late' });
    found.group.merged(undefined, seen ?? {});
    await conflict();
    assert.equal(poolText(b, 'gone'), 'late');
    assert.equal(poolText(b, 'only-a'), 'race b');
    const done = await configSync(a, 'merge dg prefer mine');
    assert.equal(done.status, 200, JSON.stringify(done.json));
    await inSync();
    assert.equal(poolText(a, 'gone'), 'late');
    assert.equal(poolText(b, 'web'), 'race a');
  });

  it('refuses what BIG-IP refuses of device groups', async () => {
    const group = (name: string, body: object) =>
      a.ask('POST', '/mgmt/tm/cm/device-group', { name, ...body });
    const second = await group('other', { type: 'sync-failover', devices: ['b.test'] });
    assert.equal(second.status, 400);
    assert.match(String(second.json['message']), /b\.test.* is in the sync-failover device group/);
    const stranger = await group('other', { devices: ['nobody.test'] });
    assert.match(String(stranger.json['message']), /\(\/Common\/nobody\.test\) was not found/);
    const type = await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', { type: 'sync-only' });
    assert.equal(type.status, 400, JSON.stringify(type.json));
    const small = { incrementalConfigSyncSizeMax: 1 };
    assert.equal((await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', small)).status, 400);
    const system = await a.ask('DELETE', '/mgmt/tm/cm/device-group/device_trust_group');
    assert.equal(system.status, 400, JSON.stringify(system.json));
    const also = await group('also', { type: 'sync-only', devices: ['a.test', 'b.test'] });
    assert.equal(also.status, 200, JSON.stringify(also.json));
    const folder = { name: 'shared', deviceGroup: '/Common/also', partition: 'Common' };
    const made = await a.ask('POST', '/mgmt/tm/sys/folder', folder);
    assert.equal(made.status, 200, JSON.stringify(made.json));
    const used = await a.ask('DELETE', '/mgmt/tm/cm/device-group/also');
    assert.match(String(used.json['message']), /\/Common\/also.* is in use|referenced/);
    assert.equal((await configSync(a, 'to-group also')).status, 200);
    assert.equal((await a.ask('DELETE', '/mgmt/tm/sys/folder/~Common~shared')).status, 200);
    await configSync(a, 'to-group also');
    await configSync(a, 'to-group dg');
    assert.equal((await a.ask('DELETE', '/mgmt/tm/cm/device-group/also')).status, 200);
    await inSync();
  });

  it('synchronises each change at once with auto-sync, and saves it there when told to', async () => {
    let saves = 0;
    const save = b.parts.state.action('sys config', 'save');
    assert.ok(save);
    b.parts.state.provideAction('sys config', 'save', (request) => {
      saves += 1;
      return save(request);
    });
    const body = { autoSync: 'enabled', saveOnAutoSync: true };
    const set = await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', body);
    assert.equal(set.status, 200, JSON.stringify(set.json));
    setPool(a, 'auto', { description: '1' });
    await until('the pool', () => poolText(b, 'auto') === '1');
    await until('a save', () => saves === 1);
    await inSync();
    const shown = member(await groupStatus(b, 'dg'), 'dg', 'b.test');
    assert.equal(text(shown, 'lastSyncType'), 'auto-incremental');
    const back = { autoSync: 'disabled', saveOnAutoSync: false };
    await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', back);
    await inSync();
  });

  it('sends again by itself what a full disk did not take', async () => {
    await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', { autoSync: 'enabled' });
    await inSync();
    const { store } = b;
    const [commit, committing] = [store.commit.bind(store), store.committing.bind(store)];
    const message = 'The configuration could not be saved, and was not changed: no room';
    const full = { ok: false, faults: [{ status: 503, message }] } as const;
    store.commit = () => full;
    // oxlint-disable-next-line require-yield -- it refuses at once
    store.committing = function* () {
      return full;
    };
    setPool(a, 'patient', { description: '1' });
    await until('the failure', async () => (await a.status()).status === 'Sync Failure');
    Object.assign(store, { commit, committing });
    await until('the pool', () => poolText(b, 'patient') === '1');
    await inSync();
    await a.ask('PATCH', '/mgmt/tm/cm/device-group/dg', { autoSync: 'disabled' });
    await inSync();
  });

  it('prints what each device holds, those that hold the same in one row', async () => {
    await inSync();
    const shown = await a.ask('POST', '/mgmt/tm/cm/watch-devicegroup-device', { command: 'run' });
    const lines = String(shown.json['commandResult']).split('\n');
    assert.match(
      lines[0] ?? '',
      /^devices +devgroup +device +cid\.id +cid\.orig +cid\.time +last_sync$/,
    );
    assert.ok(
      lines.some((line) => /^2 +dg +a\.test,b\.test +\d+/.test(line)),
      lines.join('\n'),
    );
  });

  it('keeps a key and an iFile together with what uses them, through a crash in between', async () => {
    const content = 'x'.repeat(1000);
    const made = a.commit(
      {
        kind: 'create',
        component: 'sys file ifile',
        name: '/Common/page',
        properties: { content },
      },
      {
        kind: 'create',
        component: 'ltm ifile',
        name: '/Common/page',
        properties: { 'file-name': '/Common/page' },
      },
      {
        kind: 'create',
        component: 'sys file data-group',
        name: '/Common/list',
        properties: { content: '"a" := "b",\n', type: 'string' },
      },
      {
        kind: 'create',
        component: 'ltm monitor http',
        name: '/Common/keyed',
        properties: { password: 'needle' },
      },
    );
    assert.ok(made.ok, JSON.stringify(made));
    // The power fails after the content was written and before the machine noted it.
    const { store } = b;
    const write = store.writeState.bind(store);
    let isDown = false;
    store.writeState = (key, value) => {
      if (isDown || !key.includes('dg')) return write(key, value);
      isDown = true;
      throw new Error('the power failed');
    };
    const pushed = configSync(a, 'to-group dg');
    await until('the crash', () => isDown);
    await b.stop();
    await pushed;
    await b.start();
    await until('sessions', () => a.isConnectedTo(b));
    const view = b.store.view();
    const parts = [
      view.get('sys file ifile', '/Common/page') !== undefined,
      view.get('ltm ifile', '/Common/page') !== undefined,
      view.get('ltm monitor http', '/Common/keyed') !== undefined,
    ];
    assert.deepEqual(parts, [true, true, true]);
    await inSync();
    const sealed = b.store.view().get('ltm monitor http', '/Common/keyed')?.properties['password'];
    assert.equal(b.store.view().plain(String(sealed)), 'needle');
    assert.equal(
      b.store.view().get('sys file ifile', '/Common/page')?.properties['content'],
      content,
    );
  });
});
