import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestWorld, create, modify } from '../config/model/test-world.ts';
import type { HealthEntry, HealthKey } from '../monitor/health.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import type { KernelNetwork } from '../platform/kernel-network.ts';
import { AdvertisedBook } from './advertised.ts';
import { startRouteAdvertisement } from './route-advertisement.ts';

function entry(availability: HealthEntry['availability']): HealthEntry {
  return {
    availability,
    enabled: 'enabled',
    reason: '',
    since: 0,
    monitorStatus: 'up',
    monitorRule: '',
    usable: true,
    probes: [],
  };
}

const address = (text: string, when: string, more = {}): ReturnType<typeof create> =>
  create('ltm virtual-address', `/Common/${text}`, {
    address: text,
    'route-advertisement': when,
    ...more,
  });
const virtual = (name: string, destination: string): ReturnType<typeof create> =>
  create('ltm virtual', `/Common/${name}`, { destination, 'ip-protocol': 'tcp' });

test('any, all, always and disabled; only where the traffic group is, and never networks', () => {
  const world = new TestWorld();
  world.do(
    address('198.18.0.1', 'selective'),
    address('198.18.0.2', 'all'),
    address('198.18.0.3', 'always'),
    address('198.18.0.4', 'disabled'),
    address('198.18.0.5', 'always', { enabled: 'no' }),
    address('198.18.8.0', 'always', { mask: '255.255.255.0' }),
    address('fd00::6', 'any'),
    virtual('one', '198.18.0.2:80'),
    virtual('two', '198.18.0.2:81'),
  );
  const book = new AdvertisedBook(world.view);
  const states = new Map<HealthKey, HealthEntry>([
    ['virtual-address /Common/198.18.0.1', entry('available')],
    ['virtual /Common/one', entry('available')],
    ['virtual /Common/two', entry('offline')],
    // One is enough for the address, not for `all`.
    ['virtual-address /Common/198.18.0.2', entry('available')],
    ['virtual-address /Common/198.18.0.3', entry('offline')],
  ]);
  const wanted = (isHere = true): string[] => [
    ...book.wanted({ health: states, isActiveFor: () => isHere }),
  ];
  assert.deepEqual(wanted(), ['198.18.0.1', '198.18.0.3', 'fd00::6']);
  assert.deepEqual(wanted(false), []);
  states.set('virtual /Common/two', entry('available'));
  states.set('virtual-address /Common/198.18.0.1', entry('offline'));
  assert.deepEqual(wanted(), ['198.18.0.2', '198.18.0.3', 'fd00::6']);
  const changes = world.do(
    modify('ltm virtual-address', '/Common/198.18.0.2', { 'route-advertisement': 'disabled' }),
  );
  book.update(world.view, changes);
  assert.deepEqual(wanted(), ['198.18.0.3', 'fd00::6']);
});

test('routes come when the kernel takes them, follow health, and others stay', async () => {
  const world = new TestWorld();
  world.do(address('198.18.0.1', 'selective'));
  const routes = new Set(['198.18.0.9']);
  let isPlaced = false;
  const network: KernelNetwork = {
    read: async ([family]) => (family === '-4' ? [...routes].map((dst) => ({ dst })) : []),
    command: async ([, , verb = '', place = '']) => {
      if (verb === 'replace' && !isPlaced) return 'Error: Invalid prefsrc address.';
      if (verb === 'replace') routes.add(place.replace('/32', ''));
      else routes.delete(place.replace('/32', ''));
      return undefined;
    },
    readSetting: () => undefined,
    writeSetting: () => false,
  };
  let state = entry('available');
  let tell = (): void => undefined;
  const running = startRouteAdvertisement({
    store: { view: () => world.view, onCommit: () => () => undefined },
    health: {
      table: () => ({ get: () => state, entries: () => [] }),
      onChange(listener) {
        tell = () => listener(new Map(), { get: () => state, entries: () => [] });
        return () => undefined;
      },
    },
    failover: { isActiveFor: () => true, onChange: () => () => undefined },
    clock: systemClock,
    log: { write: () => undefined },
    network,
  });
  const reach = (...wanted: string[]): Promise<void> =>
    waitUntil(systemClock, wanted.join(), 30_000, () => [...routes].join() === wanted.join());
  try {
    // What a former control left goes at once, though the address is not here yet.
    await reach();
    isPlaced = true;
    await reach('198.18.0.1');
    state = entry('offline');
    tell();
    await reach();
    state = entry('available');
    tell();
    await reach('198.18.0.1');
  } finally {
    running.close();
  }
});
