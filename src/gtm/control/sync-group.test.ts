/** Who is in a synchronisation group: by its name, as members say themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleView } from '../../monitor/example-view.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { RecordBook } from '../../config/runtime-state.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import type { SharedRecord } from '../decision/persistence-news.ts';
import { sharePersistence } from './shared-persistence.ts';
import { watchSyncGroup } from './sync-group.ts';

class Bench {
  readonly sent: string[] = [];
  readonly handed: SharedRecord[] = [];
  readonly sessions: IquerySession[] = [];
  readonly #handlers: [string, (body: never, session: IquerySession) => void][] = [];
  readonly #commits: (() => void)[] = [];
  readonly #closed: ((session: IquerySession, event: 'open' | 'closed') => void)[] = [];
  #settings: object = { synchronization: 'yes' };
  tell: (records: readonly SharedRecord[]) => void = () => undefined;

  readonly channel: IqueryChannel = {
    sessions: () => this.sessions,
    session: (device) => this.sessions.find((one) => one.device === device),
    want: () => undefined,
    onSession: (listener) => void this.#closed.push(listener),
    // Each is called with bodies of its own kind.
    onMessage: (kind, handler) => void this.#handlers.push([kind, handler]),
    peers: () => [],
  };

  readonly store: Pick<ConfigStore, 'view' | 'onCommit'> = {
    view: () => ({
      ...exampleView({ 'gtm global-settings general': { '': { ...this.#settings } } }),
      deviceName: 'b',
    }),
    onCommit: (listener) => {
      this.#commits.push(() =>
        listener(undefined as never, undefined as never, undefined as never),
      );
      return () => undefined;
    },
  };

  readonly group = watchSyncGroup(this);

  constructor() {
    const own: RecordBook = {
      show: async () => ({ ok: true, value: '' }),
      remove: async () => ({ ok: true, value: 0 }),
    };
    const line = {
      share: (isWanted: boolean) => void this.sent.push(isWanted ? 'share' : 'keep'),
      hand: (records: readonly SharedRecord[]) => void this.handed.push(...records),
      listen: (onRecords: Bench['tell']) => void (this.tell = onRecords),
    };
    sharePersistence(own, line, this);
  }

  set(settings: object): void {
    this.#settings = settings;
    for (const commit of this.#commits) commit();
  }

  open(device: string, relation: IquerySession['relation'] = 'trust-domain'): IquerySession {
    const session: IquerySession = {
      device,
      relation,
      domain: '',
      remoteAddress: '',
      software: '',
      features: [],
      instance: '',
      skewMilliseconds: 0,
      send: (_lane, kind, body) => {
        const { asks, records } = body as IqueryBodies['persistRecords'];
        this.sent.push(`${device} ${kind} ${asks ? 'asks' : records.length}`);
      },
    };
    this.sessions.push(session);
    return session;
  }

  hear(kind: string, body: object, session: IquerySession): void {
    for (const [name, handler] of this.#handlers)
      if (name === kind) handler(body as never, session);
  }

  says(session: IquerySession, name: string): void {
    this.hear('groupState', { group: `/Common/gtm:${name}` }, session);
  }

  take(): readonly string[] {
    return this.sent.splice(0);
  }
}

const nothing = { asks: false, removes: '', isRemoval: false, records: [] };
const record = { address: '192.0.2.1', bits: 32, wideIp: 1, pool: 2, member: 3, milliseconds: 9 };

test('members are those of the same name; the first of them by name leads', () => {
  const bench = new Bench();
  const { group } = bench;
  const [a, c] = [bench.open('a'), bench.open('c')];
  bench.says(bench.open('stranger', 'iquery-peer'), 'default');
  assert.equal(group.isLeader(), true, 'nobody has said anything');
  bench.says(a, 'other');
  bench.says(c, 'default');
  assert.deepEqual(
    group.members().map(({ device }) => device),
    ['c'],
  );
  assert.equal(group.isLeader(), true, 'a is of another group');
  bench.says(a, 'default');
  assert.equal(group.isLeader(), false);
  bench.set({ synchronization: 'no' });
  assert.deepEqual(
    [group.isTakingPart(), group.members().length, group.isLeader()],
    [false, 0, true],
  );
});

test('persistence records go to members of the same group only, and come from them only', () => {
  const bench = new Bench();
  const [a, c] = [bench.open('a'), bench.open('c')];
  bench.says(a, 'default');
  bench.says(c, 'other');
  assert.deepEqual(bench.take(), ['a persistRecords asks']);
  for (const session of [a, c]) bench.hear('persistRecords', { ...nothing, asks: true }, session);
  bench.take();
  bench.tell([record]);
  assert.deepEqual(bench.take(), ['a persistRecords 1']);
  bench.hear('persistRecords', { ...nothing, records: [record] }, c);
  assert.equal(bench.handed.length, 0);
  bench.hear('persistRecords', { ...nothing, records: [record] }, a);
  assert.equal(bench.handed.length, 1);
  // The other group now: who asked before is heard.
  bench.set({ synchronization: 'yes', 'synchronization-group-name': 'other' });
  assert.deepEqual(bench.take(), ['c persistRecords asks', 'share']);
  bench.tell([record]);
  assert.deepEqual(bench.take(), ['c persistRecords 1']);
});
