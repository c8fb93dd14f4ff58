/** Ways over iQuery, as two devices with a channel between them see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { exampleView } from '../../monitor/example-view.ts';
import type { PathPlan } from '../../monitor/path/path-plan.ts';
import { systemClock, waitUntil } from '../../platform/clock.ts';
import { newReports } from '../health/merge.ts';
import type { KnownPath } from '../protocol.ts';
import { startPathProbing, type PathProbing } from './path-probing.ts';
import { readObjects } from './situation.ts';

type Handler = (body: object, session: IquerySession) => void;

/** One end: what it sends is heard by the other. */
class End {
  readonly handlers = new Map<string, Handler>();
  readonly measured: PathPlan[] = [];
  readonly told: KnownPath[] = [];
  other: End | undefined;
  want: (clients: readonly string[]) => void = () => undefined;
  readonly name: string;
  readonly ways: PathProbing;
  isInGroup = false;
  joined: (session: IquerySession) => void = () => undefined;

  constructor(name: string, milliseconds: number) {
    this.name = name;
    const reports = [name, name === 'near' ? 'far' : 'near'].map((device) => ({
      ...newReports(device),
      isEligible: true,
    }));
    this.ways = startPathProbing({
      channel: this.#channel(),
      clock: systemClock,
      group: {
        isMember: () => this.isInGroup,
        members: () =>
          this.isInGroup && this.other !== undefined ? [this.other.sessionTo(this)] : [],
        onJoin: (listener) => void (this.joined = listener),
      },
      collector: { update: () => undefined, devices: () => reports, takeSaid: () => new Map() },
      line: {
        tell: (paths) => void this.told.push(...paths),
        listen: (onWanted) => void (this.want = onWanted),
      },
      meter: {
        measure: async (plan) => {
          this.measured.push(plan);
          const answered = { protocol: 'icmp', completionPercent: 100 } as const;
          return { ...answered, roundTripMilliseconds: milliseconds, hops: milliseconds };
        },
      },
    });
  }

  session(): IquerySession {
    const send = (kind: string, body: object): void => {
      const back = this.other;
      queueMicrotask(() => back?.other?.hear(kind, body, back));
    };
    const rest = { relation: 'trust-domain', domain: '', remoteAddress: '', software: '' } as const;
    return {
      ...rest,
      device: this.name,
      features: [],
      instance: '',
      skewMilliseconds: 0,
      send: (_lane, kind, body) => send(kind, body),
    };
  }

  hear(kind: string, body: object, from: End): void {
    this.handlers.get(kind)?.(body, from.session());
  }

  #channel(): IqueryChannel {
    return {
      sessions: () => [],
      session: (device) => (device === this.other?.name ? this.other.sessionTo(this) : undefined),
      want: () => undefined,
      onSession: () => undefined,
      // Each kind has one handler, of its own body.
      onMessage: (kind, handler) => void this.handlers.set(kind, handler as Handler),
      peers: () => [],
    };
  }

  /** What `from` sends by it comes here. */
  sessionTo(from: End): IquerySession {
    const send: IquerySession['send'] = (_lane, kind, body) =>
      queueMicrotask(() => this.hear(kind, body, from));
    return { ...this.session(), send };
  }
}

const server = (datacenter: string, device: string) => ({
  datacenter,
  product: 'bigip',
  devices: [{ name: device, addresses: [] }],
  'virtual-servers': [{ name: 'v', destination: '192.0.2.1:80' }],
});

function world(mode: string, more: object = {}): Parameters<typeof exampleView>[0] {
  return {
    'gtm datacenter': { '/Common/east': {}, '/Common/west': {} },
    'gtm server': {
      '/Common/near': server('/Common/east', 'near'),
      '/Common/far': { ...server('/Common/west', 'far'), ...more },
    },
    'gtm pool a': {
      '/Common/p': {
        'load-balancing-mode': mode,
        members: [{ name: '/Common/near:v' }, { name: '/Common/far:v' }],
      },
    },
  };
}

function pair(objects: Parameters<typeof exampleView>[0]): readonly [End, End] {
  const [near, far] = [new End('near', 3), new End('far', 9)];
  [near.other, far.other] = [far, near];
  const view = { ...exampleView(objects), deviceName: 'near' };
  near.ways.configure(view, readObjects(view));
  return [near, far];
}

test('each data center measures by one of its devices, and what comes back is told', async () => {
  const [near, far] = pair(world('fewest-hops'));
  near.want(['198.51.100.7', '2001:db8::7']);
  near.ways.tick();
  await waitUntil(systemClock, 'four ways', 30_000, () => near.told.length === 4, 2);
  const told = near.told.map((path) => `${path.client} ${path.datacenter} ${path.hops}`);
  assert.deepEqual(told.toSorted(), [
    '198.51.100.7 /Common/east 3',
    '198.51.100.7 /Common/west 9',
    '2001:db8::7 /Common/east 3',
    '2001:db8::7 /Common/west 9',
  ]);
  assert.deepEqual([near.measured.length, far.measured.length], [2, 2]);
  // Known: nobody is asked again.
  near.want(['198.51.100.7']);
  near.ways.tick();
  assert.deepEqual([near.measured.length, far.measured.length], [2, 2]);
});

test('what one member of the group had measured, the others know, and a newcomer is told', async () => {
  const [near, far] = pair(world('fewest-hops'));
  const view = { ...exampleView(world('fewest-hops')), deviceName: 'far' };
  far.ways.configure(view, readObjects(view));
  [near.isInGroup, far.isInGroup] = [true, true];
  near.want(['198.51.100.7']);
  near.ways.tick();
  await waitUntil(systemClock, 'both to be told', 30_000, () => far.told.length === 2, 2);
  const ways = far.told.map((path) => `${path.datacenter} ${path.hops} ${path.completionPercent}`);
  assert.deepEqual(ways.toSorted(), ['/Common/east 3 100', '/Common/west 9 100']);
  // It is asked by the same resolver now, and asks nobody.
  far.want(['198.51.100.7']);
  far.ways.tick();
  assert.deepEqual([near.measured.length, far.measured.length], [1, 1]);
  const shown = far.ways.keeper.list().map(({ measured }) => String(measured?.device));
  assert.deepEqual(shown.toSorted(), ['far', 'near']);
  const [, third] = pair(world('fewest-hops'));
  third.ways.configure(view, readObjects(view));
  third.isInGroup = true;
  near.joined(third.sessionTo(near));
  await waitUntil(systemClock, 'the newcomer', 30_000, () => third.told.length === 2, 2);
  // Who is in no group, or in another one, is not believed.
  const [, stranger] = pair(world('fewest-hops'));
  stranger.ways.configure(view, readObjects(view));
  stranger.hear(
    'sharedPaths',
    { paths: near.ways.keeper.shared(systemClock.monotonicMilliseconds()) },
    near,
  );
  assert.equal(stranger.told.length, 0);
});

test('nobody measures for methods that go by no way, nor where it is not allowed', async () => {
  const [idle, other] = pair(world('round-robin'));
  idle.want(['198.51.100.7']);
  idle.ways.tick();
  const [near, far] = pair(world('fewest-hops', { 'iq-allow-path': 'no' }));
  near.want(['198.51.100.7']);
  near.ways.tick();
  await waitUntil(systemClock, 'the own way', 30_000, () => near.told.length === 1, 2);
  assert.deepEqual([idle.measured, other.measured, far.measured], [[], [], []]);
});

test('what makes no sense is refused or left out', async () => {
  const [near, far] = pair(world('fewest-hops'));
  const request = {
    addresses: Array.from({ length: 1_000 }, () => 'nobody'),
    protocols: ['icmp', 'smoke'],
    probes: 2 ** 32 - 1,
    countsHops: true,
    hopsSamples: 2 ** 32 - 1,
    hopsTimeoutSeconds: 2 ** 32 - 1,
    hopsPacketBytes: 2 ** 32 - 1,
  };
  far.hear('pathRequest', request, near);
  await waitUntil(systemClock, 'one measurement', 30_000, () => far.measured.length > 0, 2);
  assert.equal(far.measured.length, 1, 'the same way is measured once');
  assert.deepEqual(far.measured[0]?.protocols, ['icmp']);
  assert.ok((far.measured[0]?.hops?.timeoutMilliseconds ?? Infinity) <= 10_000);
  near.hear('pathMetrics', { paths: [{ address: 'x', protocol: 'icmp' }] }, far);
  assert.deepEqual(near.told, []);
});
