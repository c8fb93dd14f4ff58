import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../../config/types.ts';
import { TestWorld } from '../../../config/model/test-world.ts';
import { changesBetween, withChanges } from '../addresses.ts';
import { AddressBook } from './floating.ts';
import { planFailover } from './plan.ts';

const component = 'ltm virtual-address';
const inputs = {
  interfaceOf: (_view: unknown, vlan: string) => (vlan === '/Common/external' ? '1.1' : undefined),
  witnessAddresses: new Map(),
  witnessing: [],
};

function bare(): TestWorld {
  const world = new TestWorld('a');
  world.do(
    { kind: 'create', component: 'net vlan', name: '/Common/external', properties: {} },
    {
      kind: 'create',
      component: 'net self',
      name: '/Common/floating',
      properties: {
        address: '198.18.2.9/24',
        vlan: '/Common/external',
        'traffic-group': '/Common/traffic-group-1',
      },
    },
  );
  return world;
}

const make = (address: string, properties = {}): Operation => ({
  kind: 'create',
  component,
  name: `/Common/${address}`,
  properties: { address, ...properties },
});
const set = (address: string, properties: Record<string, string>): Operation => ({
  kind: 'modify',
  component,
  name: `/Common/${address}`,
  properties,
});
const drop = (address: string): Operation => ({
  kind: 'delete',
  component,
  name: `/Common/${address}`,
});

const local = { 'traffic-group': '/Common/traffic-group-local-only' };

test('kept up by the commit, the addresses are those of the whole', () => {
  const world = bare();
  let book = new AddressBook(world.view, inputs.interfaceOf);
  let config = planFailover(world.view, inputs, book);
  let wholes = 0;
  const steps: readonly (readonly Operation[])[] = [
    [make('198.18.2.50'), make('198.18.7.50')],
    [make('198.18.2.51', local), set('198.18.2.50', { arp: 'disabled' })],
    [set('198.18.2.50', local)],
    [drop('198.18.2.51'), make('198.18.2.52')],
    // The self IP has it, and counts first.
    [make('198.18.2.9', local)],
    [drop('198.18.2.9')],
    [make('198.18.2.0', { mask: '255.255.255.0' })],
    [set('198.18.2.0', { mask: '255.255.255.255' })],
    [drop('198.18.2.50'), drop('198.18.7.50'), drop('198.18.2.52'), drop('198.18.2.0')],
  ];
  for (const operations of steps) {
    const changes = world.do(...operations);
    const told = book.update(world.view, changes);
    if (told === undefined) {
      wholes += 1;
      book = new AddressBook(world.view, inputs.interfaceOf);
      config = planFailover(world.view, inputs, book);
    } else config = withChanges(config, told);
    assert.deepEqual(changesBetween(config, planFailover(world.view, inputs)), []);
  }
  // With the second namer, and without it again; with the network, and when it is one no more.
  assert.equal(wholes, 4);
});
