/**
 * The dns process: holds a snapshot, answers from it, tells control what it counted. Whatever happens to
 * control, it goes on with what it holds, and starts alone from the copy on disk.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { serveLocal, type LocalPeer } from '../../platform/local-channel.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { createReplacedFile } from '../../platform/replaced-file.ts';
import { addressBytes } from '../decision/client.ts';
import { persistenceMemory } from '../decision/persistence.ts';
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import { snapshotVersion } from '../decision/snapshot-types.ts';
import type { Locate } from '../geography/location.ts';
import type { GeographySource } from '../geography/source.ts';
import { pathMemory } from '../paths/path-table.ts';
import {
  createHoldings,
  defaultDnsProfile,
  type DnsHolding,
  type FromDns,
  type ListenerStatus,
  type ToDns,
} from '../protocol.ts';
import { createAnswering, type Answering } from './answering.ts';
import { createCounterSum, type CounterSum } from './counter-sum.ts';
import type { AnswerEngine } from './engine.ts';
import { explain, persistRecords, resolverTable } from './inquiry.ts';
import { createListeners } from './listeners.ts';
import { startLoopThreads, type LoopThreads, type LoopThreadsOptions } from './loop-threads.ts';
import { startPathNews } from './path-news.ts';
import { createResolvers, resolverMemory, type Resolvers } from './resolvers.ts';
import { startSharedRecords } from './shared-records.ts';
import { countersAtATime, reportOf } from './tally.ts';
import { createTaps, mostTapSeconds, type Taps } from './tap.ts';
import { createZoneNews, type ZoneNews, zoneNewsMemory } from './zone-news.ts';

const countersMilliseconds = 250;
/** What only health made other is on disk so soon, and again not sooner than so many times what writing it took. */
const copyMilliseconds = 5_000;
const copyPatience = 50;
/** Of wide IPs, and of pools, that moved: told to control at a time. */
const mostTold = 2 * countersAtATime;
/** A new database takes part so soon. */
const geographyMilliseconds = 30_000;

export interface DnsServiceOptions {
  /** Where control connects. */
  readonly socket: string;
  /** Copy of what is held. */
  readonly file: string;
  readonly geography: GeographySource;
  /** Where `geography` has its databases: other threads read them, too. Absent: they know no places. */
  readonly geographyFolder?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface DnsService {
  status(): readonly ListenerStatus[];
  close(): Promise<void>;
}

export async function startDnsService(options: DnsServiceOptions): Promise<DnsService> {
  const { clock, geography, log, socket } = options;
  const resolvers = resolverMemory();
  const watchers = { resolvers: createResolvers(resolvers), taps: createTaps() };
  const locate = (): Locate => geography.current().locate;
  const connect = connectDatagrams;
  const persistence = persistenceMemory();
  const paths = pathMemory();
  const answering = createAnswering({
    ...options,
    ...watchers,
    connect,
    locate,
    persistence,
    paths,
  });
  const { engine } = answering;
  const sum = createCounterSum();
  const peers = createPeers(engine, sum, options.random.uuid());
  const zoneNews = zoneNewsMemory();
  const memories = { resolvers, persistence, paths, zoneNews };
  const threads = startThreads(options, answering, watchers.taps, sum, memories);
  watchers.taps.onOpening((isOpen) => threads?.setTapped(isOpen));
  const tellHolding = (): void => peers.tell(holding());
  const listeners = createListeners(clock, log, answering.handle, tellHolding, threads);
  const holding = (): FromDns => ({
    type: 'holding',
    sequence: engine.snapshot.sequence,
    listeners: listeners.status(),
  });
  const keeper = startHolding(options, { answering, listeners, peers, threads });
  const stopCounting = clock.every(countersMilliseconds, peers.tellChanges);
  const shared = startSharedRecords(clock, persistence, peers);
  const pathNews = startPathNews(clock, paths, peers);
  const stopLooking = followGeography(options, peers, answering, threads);
  // One control; another one begins with a first part.
  const holdings = createHoldings();
  /** Whose patches fit. */
  let holder: LocalPeer<FromDns> | undefined;
  const zones = createZoneNews(zoneNews);
  const sources = { engine, ...watchers, geography, clock, threads, zones };
  const server = await serveLocal<ToDns, FromDns>(socket, {
    onOpen(peer) {
      peers.add(peer);
      peer.send(holding());
    },
    onMessage(message, peer) {
      if (message.type === 'ask') return answerInquiry(message, sources, peer);
      if (message.type === 'share' || message.type === 'persistence') return shared.hear(message);
      if (message.type === 'paths') return pathNews.take(message.paths);
      if (message.type === 'patch') {
        return takePatch(holder === peer ? keeper : undefined, message, peer);
      }
      const next = holdings.take(message);
      if (next === undefined) return;
      holder = peer;
      zones.follow(peer);
      keeper.hold(next, () => peer.send(holding()));
    },
    onClose: (peer) => [peers.remove, zones.leave].forEach((leave) => leave(peer)),
  });
  return {
    status: () => listeners.status(),
    async close() {
      for (const stop of [stopCounting, stopLooking, shared.close, pathNews.close]) stop();
      listeners.close();
      answering.close();
      await threads?.close();
      peers.close();
      server.close();
      await keeper.close();
    },
  };
}

function followGeography(
  { clock, geography }: DnsServiceOptions,
  peers: Peers,
  answering: Answering,
  threads: LoopThreads | undefined,
): () => void {
  return clock.every(geographyMilliseconds, () => {
    if (!geography.refresh()) return;
    peers.tellChanges();
    answering.relocate();
    threads?.relocate();
  });
}

interface Keeper {
  hold(next: DnsHolding, done: () => void): void;
  /** False: they are of something else than what is held. */
  patch(patches: readonly PoolPatch[], done: () => void): boolean;
  /** The copy on disk is written. */
  close(): Promise<void>;
}

/** Begins with the copy on disk, when there is one. */
function startHolding(
  { clock, file, log }: DnsServiceOptions,
  parts: {
    readonly answering: Answering;
    readonly listeners: ReturnType<typeof createListeners>;
    readonly peers: Peers;
    readonly threads: LoopThreads | undefined;
  },
): Keeper {
  const { answering, listeners, peers, threads } = parts;
  const hold = (next: DnsHolding, text: () => string, done: () => void): void => {
    peers.tellChanges();
    // First here: what makes no sense is thrown out before a thread is told.
    answering.hold(next);
    listeners.set(next.listeners);
    if (threads === undefined) done();
    else threads.hold(text(), done);
  };
  const nobody = (): void => undefined;
  startFromCopy(file, log, (kept, text) => hold(kept, () => text, nobody));
  const copy = keepCopy(file, clock, log);
  const whole = (): string => JSON.stringify(answering.holding());
  return {
    hold(next, done) {
      let written: string | undefined;
      const text = (): string => (written ??= JSON.stringify(next));
      hold(next, text, done);
      copy.keep(text);
    },
    patch(patches, done) {
      try {
        answering.patch(patches);
      } catch (error) {
        log.write('warning', `what changed is not of what is held: ${String(error)}`);
        return false;
      }
      if (threads === undefined) done();
      else threads.patch(JSON.stringify(patches), whole, done);
      copy.keepSoon(whole);
      return true;
    },
    close: () => copy.close(),
  };
}

function takePatch(
  keeper: Keeper | undefined,
  { count, patches }: Extract<ToDns, { type: 'patch' }>,
  peer: LocalPeer<FromDns>,
): void {
  const done = (): void => peer.send({ type: 'patched', count });
  if (keeper?.patch(patches, done) !== true) peer.send({ type: 'lost' });
}

interface Copy {
  keep(text: () => string): void;
  /** A little later, and what is so then. */
  keepSoon(text: () => string): void;
  close(): Promise<void>;
}

function keepCopy(file: string, clock: Clock, log: Log): Copy {
  const copy = createReplacedFile(file, (error) =>
    log.write('err', `cannot keep the DNS snapshot in ${file}: ${error.message}`),
  );
  let waiting: { readonly text: () => string; readonly cancel: Cancel } | undefined;
  let pauseMilliseconds = copyMilliseconds;
  const forget = (): void => {
    waiting?.cancel();
    waiting = undefined;
  };
  const write = (text: () => string): void =>
    copy.replace(() => {
      const started = clock.monotonicMilliseconds();
      const written = text();
      const took = clock.monotonicMilliseconds() - started;
      pauseMilliseconds = Math.max(copyMilliseconds, copyPatience * took);
      return written;
    });
  return {
    keep(text) {
      forget();
      write(text);
    },
    keepSoon(text) {
      if (waiting !== undefined) return;
      const cancel = clock.after(pauseMilliseconds, () => {
        waiting = undefined;
        write(text);
      });
      waiting = { text, cancel };
    },
    close() {
      const last = waiting?.text;
      forget();
      if (last !== undefined) write(last);
      return copy.settled();
    },
  };
}

interface Peers {
  add(peer: LocalPeer<FromDns>): void;
  remove(peer: LocalPeer<FromDns>): void;
  isConnected(): boolean;
  tell(message: FromDns): void;
  tellChanges(): void;
  close(): void;
}

function startThreads(
  { clock, geographyFolder, log }: DnsServiceOptions,
  answering: Answering,
  taps: Taps,
  sum: CounterSum,
  memories: Pick<LoopThreadsOptions, 'resolvers' | 'persistence' | 'paths' | 'zoneNews'>,
): LoopThreads | undefined {
  return startLoopThreads({
    clock,
    log,
    ...memories,
    ...(geographyFolder !== undefined && { geographyFolder }),
    onCounters: sum.take,
    onHandedOver: (bytes, client, respond) =>
      answering.handle(bytes, client, 'udp', respond, defaultDnsProfile),
    onSeen({ bytes, client, milliseconds, reply }) {
      const now = clock.monotonicMilliseconds();
      const packet = { bytes, client, transport: 'udp', profile: defaultDnsProfile } as const;
      taps.saw({ ...packet, now: now - milliseconds }, reply, now);
    },
  });
}

/** Number of the engine of this thread among those that count. */
const ownSource = 0;

/** Whoever connects is told all sums, later only what moved; another `instance` starts from nothing. */
function createPeers(engine: AnswerEngine, sum: CounterSum, instance: string): Peers {
  const peers = new Set<LocalPeer<FromDns>>();
  const tell = (message: FromDns): void => {
    for (const peer of peers) peer.send(message);
  };
  return {
    add(peer) {
      peers.add(peer);
      // Every wide IP and pool is told, also those that were never asked for.
      const { pools, wideIps } = engine.snapshot;
      sum.take(ownSource, reportOf(wideIps, pools, engine.tally.traffic));
      peer.send({ type: 'counters', instance, report: sum.all() });
    },
    remove: (peer) => void peers.delete(peer),
    isConnected: () => peers.size > 0,
    tell,
    tellChanges() {
      const own = engine.tally.takeChanges(countersAtATime);
      if (own !== undefined) sum.take(ownSource, own);
      const report = sum.takeChanges(mostTold);
      if (report !== undefined) tell({ type: 'counters', instance, report });
    },
    close() {
      for (const peer of peers) peer.close();
    },
  };
}

interface InquirySources {
  readonly resolvers: Resolvers;
  readonly taps: Taps;
  readonly threads: LoopThreads | undefined;
  readonly engine: AnswerEngine;
  readonly zones: ZoneNews;
  readonly geography: GeographySource;
  readonly clock: Clock;
}

function answerInquiry(
  { id, inquiry }: Extract<ToDns, { type: 'ask' }>,
  { clock, engine, geography, resolvers, taps, threads, zones }: InquirySources,
  peer: LocalPeer<FromDns>,
): void {
  const tell = (text: string): void => peer.send({ type: 'told', id, text });
  const now = clock.monotonicMilliseconds();
  switch (inquiry.kind) {
    case 'explain':
      // Whose turn it is, knows who answers by UDP.
      if (threads !== undefined) return threads.ask(inquiry, geography.current().source, tell);
      return tell(explain(engine.snapshot, inquiry, now, geography.current().source));
    case 'zones-moved':
      zones.moved();
      return tell('');
    case 'persist':
      return tell(persistRecords(engine.snapshot, inquiry, now));
    case 'ldns':
      return tell(resolverTable(resolvers, engine.snapshot, inquiry.most, now, addressBytes));
    case 'tap': {
      const seconds = Math.min(inquiry.seconds, mostTapSeconds);
      const tap = taps.open(inquiry.filter, inquiry.most, now, (text) => {
        stop();
        tell(text);
      });
      if (tap === undefined) return tell('too many taps are open, or the filter makes no sense');
      const stop = clock.after(seconds * 1_000, () => tap.close());
    }
  }
}

function startFromCopy(
  file: string,
  log: Log,
  hold: (holding: DnsHolding, text: string) => void,
): void {
  const text = readTextIfPresent(file);
  const kept = text === undefined ? undefined : readHolding(file, text, log);
  try {
    if (text !== undefined && kept !== undefined) hold(kept, text);
  } catch (error) {
    // Damaged, though it is JSON: without it, the process waits for control; with it, it would never start.
    log.write('err', `the DNS snapshot in ${file} makes no sense: ${String(error)}`);
  }
}

function readHolding(file: string, text: string, log: Log): DnsHolding | undefined {
  try {
    // Written by ourselves; another version's copy is told by its number.
    const holding = JSON.parse(text) as DnsHolding;
    if (holding.snapshot.version === snapshotVersion) return holding;
    log.write('warning', `the DNS snapshot in ${file} is of another version: waiting for control`);
  } catch (error) {
    log.write('err', `the DNS snapshot in ${file} cannot be read: ${String(error)}`);
  }
  return undefined;
}
