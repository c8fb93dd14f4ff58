import assert from 'node:assert/strict';
import test from 'node:test';
import { faultText } from '../../base/fault.ts';
import { renameOperations } from './rename.ts';
import { TestWorld, create } from './test-world.ts';

function world(): TestWorld {
  const made = new TestWorld();
  made.do(
    create('ltm node', '/Common/n', { address: '10.0.0.1' }),
    create('ltm monitor http', '/Common/m', { 'defaults-from': '/Common/http' }),
    create('ltm pool', '/Common/p', { members: ['/Common/n:80'], monitor: 'm and tcp' }),
    create('ltm snatpool', '/Common/sp', { members: ['10.9.9.9'] }),
    create('ltm rule', '/Common/r', { 'api-anonymous': 'when CLIENT_ACCEPTED { }' }),
    create('ltm virtual', '/Common/v', {
      destination: '10.1.0.1:80',
      'ip-protocol': 'tcp',
      pool: 'p',
      rules: ['r'],
      'source-address-translation': { type: 'snat', pool: 'sp' },
    }),
    create('sys folder', '/Common/f'),
  );
  return made;
}

function move(made: TestWorld, component: string, from: string, to: string): readonly string[] {
  const operations = renameOperations(made.view, { component, from, to });
  if (!operations.ok) return operations.faults.map(faultText);
  const faults = made.try(...operations.value);
  return faults.map(faultText);
}

test('whatever names the object follows it', () => {
  const made = world();
  for (const [component, from, to] of [
    ['ltm pool', '/Common/p', '/Common/f/q'],
    ['ltm node', '/Common/n', '/Common/other'],
    ['ltm snatpool', '/Common/sp', '/Common/sq'],
    ['ltm rule', '/Common/r', '/Common/s'],
    ['ltm monitor http', '/Common/m', '/Common/mm'],
    ['ltm virtual', '/Common/v', '/Common/w'],
  ] as const) {
    assert.deepEqual(move(made, component, from, to), [], component);
    assert.equal(made.view.get(component, from), undefined);
  }
  const virtual = made.view.get('ltm virtual', '/Common/w')?.properties;
  assert.equal(virtual?.pool, '/Common/f/q');
  assert.deepEqual(virtual.rules, ['/Common/s']);
  assert.deepEqual(virtual['source-address-translation'], { type: 'snat', pool: '/Common/sq' });
  const pool = made.view.get('ltm pool', '/Common/f/q')?.properties;
  assert.equal(pool?.monitor, '/Common/mm and /Common/tcp');
  assert.deepEqual(
    pool.members?.map(({ name, address }) => [name, address]),
    [['/Common/other:80', '10.0.0.1']],
  );
  assert.ok(made.view.get('ltm virtual-address', '/Common/10.1.0.1') !== undefined);
});

test('what cannot be renamed says why, and nothing changes', () => {
  const made = world();
  const before = made.view;
  assert.deepEqual(move(made, 'ltm pool', '/Common/none', '/Common/q'), [
    '01020036:3: The requested Pool (/Common/none) was not found.',
  ]);
  assert.deepEqual(move(made, 'ltm monitor http', '/Common/m', '/Common/http'), [
    '01020066:3: The requested monitor (/Common/http) already exists in partition Common.',
  ]);
  assert.match(
    move(made, 'ltm rule', '/Common/_sys_https_redirect', '/Common/x')[0] ?? '',
    /^01070734:3: .*cannot be renamed/,
  );
  assert.deepEqual(move(made, 'ltm pool', '/Common/p', '/nowhere/p'), [
    'The requested folder (/nowhere) was not found.',
  ]);
  assert.equal(made.view, before);
});
