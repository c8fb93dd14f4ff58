import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Properties } from '../catalogue/types.ts';
import { createAppliedTracker } from '../config/applied.ts';
import { createStateRegistry } from '../config/runtime-state.ts';
import type { CommitListener, ConfigStore, ConfigView } from '../config/types.ts';
import { exampleView } from '../monitor/example-view.ts';
import { systemClock, waitUntil } from '../platform/clock.ts';
import { devicePaths } from '../platform/device-paths.ts';
import type { EngineClient, EngineSpec } from '../platform/engines.ts';
import { silentLog } from '../platform/log.ts';
import { run } from '../platform/process.ts';
import { startZoneRunner } from './start.ts';
import { viewComponent, zoneComponent } from './zone.ts';

const missing = ['named', 'rndc', 'dig', 'named-compilezone'].find(
  (program) => spawnSync(program, ['-v']).error !== undefined,
);
const skip = missing === undefined ? false : `${missing} is not installed`;

const cleanups: (() => void)[] = [];
after(() => {
  for (const clean of cleanups) clean();
});

/** Runs what it is asked to, as the supervisor would. */
function exampleEngines(): EngineClient & { kill(): void } {
  let child: ChildProcess | undefined;
  let running = '';
  let isOver = false;
  const listeners: ((name: string, status: string) => void)[] = [];
  const start = (engine: EngineSpec): void => {
    const started = spawn(engine.program, engine.args, { stdio: 'ignore' });
    child = started;
    started.on('exit', (code, signal) => {
      if (isOver) return;
      for (const listener of listeners) listener(engine.name, signal ?? String(code));
      start(engine);
    });
  };
  cleanups.push(() => {
    isOver = true;
    child?.kill('SIGKILL');
  });
  return {
    ensure(engine) {
      if (running === JSON.stringify(engine)) return;
      running = JSON.stringify(engine);
      start(engine);
    },
    stop: () => child?.kill(),
    kill: () => void child?.kill('SIGKILL'),
    status: () => undefined,
    onExit: (listener) => void listeners.push(listener),
    onStatus: () => undefined,
    close: () => undefined,
  };
}

interface Example {
  readonly store: ConfigStore;
  commit(zones: Readonly<Record<string, Properties>>, views?: Record<string, Properties>): number;
}

function exampleStore(): Example {
  let view: ConfigView = exampleView({}, 1);
  const listeners = new Set<CommitListener>();
  const store: Pick<ConfigStore, 'view' | 'onCommit' | 'addCheck'> = {
    view: () => view,
    addCheck: () => undefined,
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    // What ZoneRunner uses of a store is all there.
    store: store as ConfigStore,
    commit(zones, views = {}) {
      const before = view;
      const sequence = before.sequence + 1;
      view = exampleView({ [zoneComponent]: zones, [viewComponent]: views }, sequence);
      const identity = { id: '', device: '', time: { wall: 0, counter: 0 }, parent: '' };
      const origin = { user: 'admin', source: 'rest' } as const;
      const [name = ''] = Object.keys(zones);
      const change = { component: zoneComponent, name, before: undefined, after: undefined };
      const commit = { sequence, identity, origin, changes: [change] };
      for (const listener of listeners) listener(commit, before, view);
      return sequence;
    },
  };
}

function zone(address: string, more: readonly Properties[] = []): Properties {
  return {
    records: [
      { name: 'example.com.:NS', data: ['ns1.example.com.'] },
      { name: 'ns1.example.com.:A', data: ['198.18.0.53'] },
      { name: 'www.example.com.:A', data: [address] },
      ...more,
    ],
  };
}

async function ask(
  port: number | undefined,
  name: string,
  key?: string,
  type = 'A',
): Promise<string> {
  const signed = key === undefined ? [] : ['-k', key];
  const args = ['@127.0.0.1', '-p', String(port), ...signed, '+noall', '+comments', '+answer'];
  const { stdout } = await run('dig', [...args, '+time=1', '+tries=2', name, type]);
  const status = /status: (\w+)/.exec(stdout)?.[1] ?? 'no answer';
  const data = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  return [status, ...data.map((line) => line.split(/\s+/).at(-1))].join(' ');
}

test('named serves what is committed, and keeps it when it or we restart', { skip }, async () => {
  const root = mkdtempSync(join(tmpdir(), 'zr-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  const paths = devicePaths(root);
  const { store, commit } = exampleStore();
  const applied = createAppliedTracker(systemClock);
  const engines = exampleEngines();
  const state = createStateRegistry();
  const options = { store, state, applied, engines, paths, clock: systemClock, log: silentLog };
  const first = await startZoneRunner(options);
  assert.equal(first.port(), undefined, 'no zone, no named');

  const settled = async (sequence: number): Promise<void> => {
    const states = await applied.settled(sequence, 20_000);
    assert.deepEqual(states, { named: { state: 'applied' } });
  };
  const tricky = [
    { name: 'txt.example.com.:TXT', data: ['v=spf1 -all', '"a;b" "c\\"é"'] },
    { name: 'example.com.:CAA', data: ['0 issue "ca.example.net; x=1"'] },
    { name: '*.example.com.:A', ttl: 0, data: ['198.18.0.9'] },
    { name: 'example.com.:MX', data: ['10 mail.example.net.'] },
    { name: '_s._tcp.example.com.:SRV', data: ['1 2 3 h.example.net.'] },
    { name: 'p.example.com.:PTR', data: ['h.example.net.'] },
    { name: 'six.example.com.:AAAA', data: ['2001:db8::0:1'] },
  ];
  await settled(commit({ 'example.com.': zone('198.18.0.1', tricky) }));
  const port = first.port();
  assert.equal(await ask(port, 'www.example.com'), 'NOERROR 198.18.0.1');
  assert.equal(await ask(port, 'any.example.com'), 'NOERROR 198.18.0.9');
  assert.equal(await ask(port, 'www.example.org'), 'REFUSED');

  const began = systemClock.monotonicMilliseconds();
  await settled(commit({ 'example.com.': zone('198.18.0.2'), 'example.org.': orgZone }));
  const took = systemClock.monotonicMilliseconds() - began;
  assert.equal(await ask(port, 'www.example.com'), 'NOERROR 198.18.0.2');
  assert.equal(await ask(port, 'any.example.com'), 'NXDOMAIN');
  assert.equal(await ask(port, 'www.example.org'), 'NOERROR 198.18.0.7');

  const inside = { ...orgZone, view: 'inside' };
  await settled(
    commit({ 'example.com.': zone('198.18.0.2'), 'inside:example.org.': inside }, { inside: {} }),
  );
  assert.equal(await ask(port, 'www.example.org'), 'REFUSED', 'gone from the view of listeners');
  const key = join(paths.named, 'keys', 'inside.key');
  assert.equal(await ask(port, 'www.example.org', key), 'NOERROR 198.18.0.7');

  // We restart: named was not touched, and what happened meanwhile is made up for.
  first.close();
  const missed = commit({ 'example.com.': zone('198.18.0.3') });
  const second = await startZoneRunner(options);
  assert.equal(second.port(), port);
  await settled(missed);
  assert.equal(await ask(port, 'www.example.com'), 'NOERROR 198.18.0.3');

  // named dies and is started again by its supervisor: file and journal are enough.
  engines.kill();
  const conf = join(paths.named, 'named.conf');
  assert.match(readFileSync(conf, 'utf8'), /recursion no/);
  await settled(commit({ 'example.com.': zone('198.18.0.4') }));
  assert.equal(await ask(port, 'www.example.com'), 'NOERROR 198.18.0.4');

  // Somebody edits a zone behind our back: when named has read it, we put it right.
  writeFileSync(join(paths.named, 'zones/external/example.com.db'), 'rubbish');
  engines.kill();
  await settled(commit({ 'example.com.': zone('198.18.0.5') }));
  assert.equal(await ask(port, 'www.example.com'), 'NOERROR 198.18.0.5');
  second.close();
  process.stdout.write(`a changed and a new zone were served after ${took.toFixed(0)} ms\n`);
});

const orgZone: Properties = {
  records: [
    { name: 'example.org.:NS', data: ['ns1.example.com.'] },
    { name: 'www.example.org.:A', data: ['198.18.0.7'] },
  ],
};

async function startExample() {
  const root = mkdtempSync(join(tmpdir(), 'zr-'));
  cleanups.push(() => rmSync(root, { recursive: true }));
  const paths = devicePaths(root);
  const { store, commit } = exampleStore();
  const applied = createAppliedTracker(systemClock);
  const engines = exampleEngines();
  const state = createStateRegistry();
  const options = { store, state, applied, engines, paths, clock: systemClock, log: silentLog };
  const runner = await startZoneRunner(options);
  cleanups.push(() => runner.close());
  return { commit, applied, runner };
}

test('a refused configuration leaves named as it was', { skip }, async () => {
  const { commit, applied, runner } = await startExample();
  await applied.settled(commit({ 'example.com.': zone('198.18.0.1') }), 20_000);
  // A peer's zone that our own check would never let in.
  const sequence = commit({ 'example.com.': zone('198.18.0.2'), 'bad.test.': { records: [] } });
  await waitUntil(systemClock, 'a verdict', 20_000, () =>
    Object.values(applied.status(sequence)).every(({ state }) => state !== 'pending'),
  );
  const verdict = applied.status(sequence)['named'];
  assert.equal(verdict?.state, 'failed');
  assert.match(verdict.reason, /^bad\.test\.: it has no NS records/);
  assert.equal(await ask(runner.port(), 'www.example.com'), 'NOERROR 198.18.0.2');
});

test('a zone that only BIND refuses keeps no other one from being served', { skip }, async () => {
  const { commit, applied, runner } = await startExample();
  // A class of characters that there is not.
  const naptr = (expression: string): Properties => ({
    records: [
      { name: 'odd.test.:NS', data: ['ns.example.net.'] },
      { name: 'odd.test.:NAPTR', data: [`1 1 "u" "" "${expression}" .`] },
    ],
  });
  // Of a reverse zone without classes (RFC 2317).
  const reverse = '0/25.2.0.192.in-addr.arpa.';
  const classless: Properties = {
    records: [
      { name: `${reverse}:NS`, data: ['ns.example.net.'] },
      { name: `1.${reverse}:PTR`, data: ['one.example.net.'] },
    ],
  };
  const others = { [reverse]: classless, 'example.com.': zone('198.18.0.1') };
  const first = commit({ 'odd.test.': naptr('![[:foo:]]!b!'), ...others });
  const verdict = (await applied.settled(first, 30_000))['named'];
  assert.equal(verdict?.state, 'failed');
  assert.match(verdict.reason, /^odd\.test\.: BIND refuses the zone odd\.test\./);
  assert.equal(await ask(runner.port(), 'www.example.com'), 'NOERROR 198.18.0.1');
  const pointer = await ask(runner.port(), `1.${reverse}`, undefined, 'PTR');
  assert.equal(pointer, 'NOERROR one.example.net.');
  // Put right, it is served; what is wrong in it later leaves what it had, and the others go on.
  const second = commit({ 'odd.test.': naptr('!a!b!'), ...others });
  assert.deepEqual((await applied.settled(second, 30_000))['named'], { state: 'applied' });
  const later = { ...others, 'example.com.': zone('198.18.0.2') };
  const third = commit({ 'odd.test.': naptr('![[:foo:]]!c!'), ...later });
  assert.equal((await applied.settled(third, 30_000))['named']?.state, 'failed');
  assert.equal(await ask(runner.port(), 'www.example.com'), 'NOERROR 198.18.0.2');
  const kept = await ask(runner.port(), 'odd.test', undefined, 'NAPTR');
  assert.match(kept, /^NOERROR/);
});
