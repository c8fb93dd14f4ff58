import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AgreementEvent,
  type AgreementState,
  type Claim,
  givesWay,
  isAgreed,
  step,
} from './key-agreement.ts';

type Told = AgreementEvent & { type: 'told' };

/** Devices that hear of each other at once, with sessions between all. */
class World {
  readonly states = new Map<string, AgreementState>();
  readonly keys = new Map<string, Set<string>>();

  add(device: string, claim: Claim): void {
    this.states.set(device, { own: claim, peers: {} });
    this.keys.set(device, new Set([claim.hash]));
  }

  connect(one: string, other: string): void {
    this.feed(one, { type: 'opened', device: other, speaks: true });
    this.feed(other, { type: 'opened', device: one, speaks: true });
    // Both told before the other listened; each tells again, as on a real session.
    this.#tell(one, other, false, false);
    this.#tell(other, one, false, false);
  }

  claim(device: string, claim: Claim): void {
    this.keys.get(device)?.add(claim.hash);
    this.feed(device, { type: 'claimed', claim });
  }

  feed(device: string, event: AgreementEvent): void {
    const state = this.states.get(device);
    assert.ok(state);
    const [next, effects] = step(state, event);
    this.states.set(device, next);
    for (const effect of effects) {
      if (effect.type === 'adopt') this.keys.get(device)?.add(effect.hash);
      if (effect.type === 'tell') this.#tell(device, effect.to, effect.asks, effect.withKey);
    }
  }

  #tell(from: string, to: string, asks: boolean, withKey: boolean): void {
    const claim = this.states.get(from)?.own;
    if (claim === undefined || this.states.get(to)?.peers[from] === undefined) return;
    const hasKey = withKey || this.keys.get(to)?.has(claim.hash) === true;
    const event: Told = { type: 'told', device: from, claim, asks, hasKey };
    this.feed(to, event);
  }

  hashes(): readonly string[] {
    return [...this.states.values()].map(({ own }) => own.hash);
  }

  areAgreed(one: string, other: string): boolean {
    const [a, b] = [this.states.get(one), this.states.get(other)];
    return a !== undefined && b !== undefined && isAgreed(a, other) && isAgreed(b, one);
  }
}

const claim = (hash: string, time = 0, domain = 'd'): Claim => ({ domain, hash, time });

test('who joins takes the key of the domain, whichever hash is larger', () => {
  for (const [group, joiner] of [
    ['m', 'z'],
    ['m', 'a'],
  ] as const) {
    const world = new World();
    world.add('a', claim(group));
    world.add('b', claim(joiner, givesWay));
    world.connect('a', 'b');
    assert.deepEqual(world.hashes(), [group, group]);
    assert.ok(world.areAgreed('a', 'b'));
    assert.ok(world.keys.get('b')?.has(group));
  }
});

test('two devices that sealed by themselves, after an upgrade, come to one key', () => {
  const world = new World();
  world.add('a', claim('m'));
  world.add('b', claim('z'));
  world.add('c', claim('k'));
  world.connect('a', 'c');
  world.connect('a', 'b');
  world.connect('b', 'c');
  assert.deepEqual(world.hashes(), ['z', 'z', 'z']);
  assert.ok(world.areAgreed('a', 'c') && world.areAgreed('b', 'c') && world.areAgreed('a', 'b'));
});

test('a key that was changed spreads, also through who was away', () => {
  const world = new World();
  for (const device of ['a', 'b', 'c']) world.add(device, claim('z'));
  world.connect('a', 'b');
  world.claim('a', claim('k', 5));
  assert.deepEqual(world.hashes(), ['k', 'k', 'z']);
  world.connect('b', 'c');
  assert.deepEqual(world.hashes(), ['k', 'k', 'k']);
});

test('of two changes made apart the later holds', () => {
  const world = new World();
  for (const device of ['a', 'b']) world.add(device, claim('z'));
  world.claim('a', claim('n', 5));
  world.claim('b', claim('k', 6));
  world.connect('a', 'b');
  assert.deepEqual(world.hashes(), ['k', 'k']);
});

test('nobody of another domain gets or gives a key', () => {
  const world = new World();
  world.add('a', claim('m', 9));
  world.add('b', claim('z', givesWay, 'other'));
  world.connect('a', 'b');
  world.feed('a', {
    type: 'told',
    device: 'b',
    claim: claim('z', 99, 'other'),
    asks: true,
    hasKey: false,
  });
  assert.deepEqual(world.hashes(), ['m', 'z']);
  assert.ok(!world.keys.get('b')?.has('m'));
  assert.ok(!world.areAgreed('a', 'b'));
});

test('two that both give way agree on nothing', () => {
  const world = new World();
  world.add('a', claim('m', givesWay));
  world.add('b', claim('m', givesWay));
  world.connect('a', 'b');
  assert.ok(!world.areAgreed('a', 'b'));
});

test('a peer of an earlier release is agreed with as it is', () => {
  const [state, effects] = step(
    { own: claim('m'), peers: {} },
    { type: 'opened', device: 'old', speaks: false },
  );
  assert.deepEqual(effects, []);
  assert.ok(isAgreed(state, 'old'));
  assert.ok(!isAgreed(step(state, { type: 'closed', device: 'old' })[0], 'old'));
});

test('who comes into a domain asks those that told of its key before', () => {
  const world = new World();
  world.add('a', claim('m'));
  world.add('b', claim('z', 0, 'own'));
  world.connect('a', 'b');
  assert.deepEqual(world.hashes(), ['m', 'z']);
  world.claim('b', claim('z', givesWay));
  assert.deepEqual(world.hashes(), ['m', 'm']);
  assert.ok(world.areAgreed('a', 'b'));
});
