import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld, create, modify } from './test-world.ts';

test('an effective object has its properties in the order of the defaults and then of the catalogue', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', 'a', { monitor: '/Common/http', description: 'first' }));
  world.do(create('ltm pool', 'b', { description: 'second', monitor: '/Common/tcp' }));
  const [a, b] = ['a', 'b'].map((name) => world.view.get('ltm pool', `/Common/${name}`));
  assert.deepEqual(Object.keys(a?.properties ?? {}), Object.keys(b?.properties ?? { no: 1 }));
  assert.equal(a?.properties['description'], 'first');
  assert.equal(b?.properties['description'], 'second');
  assert.equal(b?.properties['monitor'], '/Common/tcp');
});

test('what was set and is unset again is not there, and objects made alike do not share values', () => {
  const world = new TestWorld();
  world.do(create('ltm pool', 'a', { description: 'one', members: ['10.0.0.1:80'] }));
  world.do(create('ltm pool', 'b', { description: 'two', members: ['10.0.0.2:80'] }));
  world.do(modify('ltm pool', 'a', { description: 'none' }));
  const a = world.view.get('ltm pool', '/Common/a')?.properties;
  const b = world.view.get('ltm pool', '/Common/b')?.properties;
  assert.equal(a !== undefined && Object.hasOwn(a, 'description'), false);
  assert.equal(b?.['description'], 'two');
  assert.match(JSON.stringify(b?.['members']), /10\.0\.0\.2/);
  assert.ok(Object.isFrozen(b));
});

test('a profile goes by its parent as that is now', () => {
  const world = new TestWorld();
  world.do(create('ltm profile http', 'mine', { 'insert-xforwarded-for': 'enabled' }));
  const mine = () => world.view.get('ltm profile http', '/Common/mine')?.properties;
  assert.equal(mine()?.['defaults-from'], '/Common/http');
  assert.equal(mine()?.['insert-xforwarded-for'], 'enabled');
  world.do(modify('ltm profile http', 'http', { 'server-agent-name': 'other' }));
  assert.equal(mine()?.['server-agent-name'], 'other');
});
