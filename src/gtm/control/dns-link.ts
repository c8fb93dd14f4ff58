/**
 * Control's end of the line to the dns process: hands over what it is to hold, marks the commit when it
 * holds it, keeps its sums, and asks it to explain.
 */
import type { AppliedTracker } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import { connectLocal } from '../../platform/local-channel.ts';
import { createPatchGatherer, type PoolPatch } from '../decision/snapshot-patch.ts';
import type { SharedRecord } from '../decision/persistence-news.ts';
import type { CounterReport } from '../listener/tally.ts';
import {
  holdMessages,
  type DnsHolding,
  type FromDns,
  type Inquiry,
  type KnownPath,
  type ListenerStatus,
  type ToDns,
} from '../protocol.ts';

export const dnsEngine = 'dns';
const explainMilliseconds = 1_000;

export interface DnsLink {
  /** Its snapshot is looked at again when the dns process comes back: it may be patched meanwhile. */
  hold(holding: DnsHolding): void;
  /** What is other in the snapshot of that holding now. */
  patch(patches: readonly PoolPatch[]): void;
  /** A commit that changes nothing for the dns process: it holds that one, too; `same` says the same as the last one. */
  pass(sequence: number, same?: DnsHolding): void;
  /** Undefined when the dns process does not answer within a second and what the inquiry itself takes. */
  ask(inquiry: Inquiry): Promise<string | undefined>;
  /**
   * A static zone has moved: resolves when no answer from before is given any more. Those last no longer than the dns
   * process is given to say so.
   */
  forgetZones(): Promise<void>;
  counters(): Counters;
  listeners(): readonly ListenerStatus[];
  readonly persistence: PersistenceLine;
  readonly paths: PathLine;
  close(): void;
}

/** What is known of ways to resolvers. */
export interface PathLine {
  /** Dropped while the dns process is away, which is told all when it is back. */
  tell(paths: readonly KnownPath[]): void;
  /** `onWanted`: resolvers for whom ways are to be measured; `onOpen`: the dns process knows nothing. */
  listen(onWanted: (clients: readonly string[]) => void, onOpen: () => void): void;
}

/** Records of persistence, from and to the dns process. */
export interface PersistenceLine {
  /** All that it has, and then what is new; or nothing more. */
  share(isWanted: boolean): void;
  /** Of other devices; dropped while the dns process is away, which asks anew when it is back. */
  hand(records: readonly SharedRecord[]): void;
  /** `onRecords`: new ones; `onOpen`: the dns process may just have started, and know nothing. */
  listen(onRecords: (records: readonly SharedRecord[]) => void, onOpen: () => void): void;
}

export interface Counters {
  readonly wideIps: ReadonlyMap<string, CounterReport['wideIps'][number]['counts']>;
  readonly pools: ReadonlyMap<string, CounterReport['pools'][number]>;
  readonly traffic: CounterReport['traffic'] | undefined;
}

export function connectDns(socket: string, applied: AppliedTracker, clock: Clock): DnsLink {
  let isConnected = false;
  let holding: DnsHolding | undefined;
  let listeners: readonly ListenerStatus[] = [];
  const marks = createMarks(applied);
  const sums = createSums();
  const questions = createQuestions(clock);
  const send = (message: ToDns): void => {
    if (isConnected) peer.send(message);
  };
  const persistence = createPersistenceLine(send);
  const paths = createPathLine(send);
  const line = createPatchLine((message) => peer.send(message));
  const handOver = (): void => {
    if (!isConnected || holding === undefined) return;
    line.reset();
    for (const message of holdMessages(holding)) peer.send(message);
  };
  const hear = (message: FromDns): void => {
    switch (message.type) {
      case 'holding':
        listeners = message.listeners;
        return marks.heard(message.sequence);
      case 'patched':
        return line.patched(message.count);
      case 'lost':
        return handOver();
      case 'counters':
        return sums.take(message.instance, message.report);
      case 'told':
        return questions.answer(message.id, message.text);
      case 'persistence':
        return persistence.hear(message.records);
      case 'wanted-paths':
        return paths.hear(message.clients);
    }
  };
  const peer = connectLocal<FromDns, ToDns>(socket, clock, {
    onOpen() {
      isConnected = true;
      handOver();
      persistence.open();
      paths.open();
    },
    onMessage: hear,
    onClose() {
      isConnected = false;
      listeners = [];
      questions.giveUp();
      marks.heard(undefined);
    },
  });
  return {
    hold(next) {
      holding = next;
      marks.held(next.sequence, isConnected);
      handOver();
    },
    // Who is away gets all of it when it is back.
    patch: (patches) => void (isConnected && line.send(patches)),
    pass(sequence, same) {
      if (same !== undefined && holding !== undefined) holding = dated(same, holding.sequence);
      marks.passed(sequence, isConnected);
    },
    ask: async (inquiry) =>
      isConnected && marks.isHolding() ? questions.ask(inquiry, peer.send) : undefined,
    // One that we cannot reach keeps nothing for long.
    forgetZones: async () =>
      void (isConnected && (await questions.ask({ kind: 'zones-moved' }, peer.send))),
    counters: sums.read,
    listeners: () => listeners,
    persistence: persistence.line,
    paths: paths.line,
    close: () => peer.close(),
  };
}

/** Which commit the dns process answers by, told to the tracker. */
interface Marks {
  /** That is what it is to hold. */
  held(sequence: number, isConnected: boolean): void;
  /** It need not hold anything else by that commit. */
  passed(sequence: number, isConnected: boolean): void;
  /** It holds that; undefined: it is away. */
  heard(sequence: number | undefined): void;
  isHolding(): boolean;
}

function createMarks(applied: AppliedTracker): Marks {
  applied.register(dnsEngine);
  let wanted = -1;
  let latest = -1;
  let holds = -1;
  const mark = (isConnected: boolean): void => {
    if (!isConnected) applied.mark(dnsEngine, latest, unreachable);
    else if (wanted >= 0 && holds === wanted) {
      applied.mark(dnsEngine, latest, { state: 'applied' });
    }
  };
  return {
    held(sequence, isConnected) {
      wanted = sequence;
      latest = Math.max(latest, sequence);
      // What is on its way says so itself when it is there.
      if (!isConnected) mark(false);
    },
    passed(sequence, isConnected) {
      latest = Math.max(latest, sequence);
      mark(isConnected);
    },
    heard(sequence) {
      holds = sequence ?? -1;
      mark(sequence !== undefined);
    },
    isHolding: () => holds >= 0,
  };
}

const unreachable = { state: 'failed', reason: 'the dns process cannot be reached' } as const;

/** By the sequence that the dns process knows it by. */
function dated(holding: DnsHolding, sequence: number): DnsHolding {
  return { ...holding, sequence, snapshot: { ...holding.snapshot, sequence } };
}

/**
 * Patches leave one at a time: while the dns process has not taken the last one, what comes is gathered, the last
 * word of each member, so that neither end is ever behind by more than all members once.
 */
function createPatchLine(send: (message: ToDns) => void): {
  send(patches: readonly PoolPatch[]): void;
  patched(count: number): void;
  /** Everything is handed over. */
  reset(): void;
} {
  const gathered = createPatchGatherer();
  let isWaiting = false;
  let sent = 0;
  const next = (): void => {
    if (isWaiting) return;
    const patches = gathered.take();
    if (patches.length === 0) return;
    isWaiting = true;
    sent += 1;
    send({ type: 'patch', count: sent, patches });
  };
  return {
    send(patches) {
      gathered.add(patches);
      next();
    },
    patched(count) {
      // One from before everything was handed over says nothing.
      if (count !== sent) return;
      isWaiting = false;
      next();
    },
    reset() {
      gathered.clear();
      isWaiting = false;
    },
  };
}

interface PersistenceEnd {
  readonly line: PersistenceLine;
  /** Connected, now or again. */
  open(): void;
  hear(records: readonly SharedRecord[]): void;
}

/** `send` drops what it cannot send. */
function createPersistenceLine(send: (message: ToDns) => void): PersistenceEnd {
  let isShared = false;
  let onRecords: (records: readonly SharedRecord[]) => void = () => undefined;
  let onOpen = (): void => undefined;
  return {
    line: {
      share(isWanted) {
        isShared = isWanted;
        send({ type: 'share', isWanted });
      },
      hand: (records) => send({ type: 'persistence', records }),
      listen(records, open) {
        onRecords = records;
        onOpen = open;
      },
    },
    open() {
      if (isShared) send({ type: 'share', isWanted: true });
      onOpen();
    },
    hear: (records) => onRecords(records),
  };
}

/** Of one message: a line has a bound. */
const mostPaths = 1_000;

/** `send` drops what it cannot send. */
function createPathLine(send: (message: ToDns) => void): {
  readonly line: PathLine;
  open(): void;
  hear(clients: readonly string[]): void;
} {
  let onWanted: (clients: readonly string[]) => void = () => undefined;
  let onOpen = (): void => undefined;
  return {
    line: {
      tell(paths) {
        for (let at = 0; at < paths.length; at += mostPaths) {
          send({ type: 'paths', paths: paths.slice(at, at + mostPaths) });
        }
      },
      listen(wanted, open) {
        onWanted = wanted;
        onOpen = open;
      },
    },
    open: () => onOpen(),
    hear: (clients) => onWanted(clients),
  };
}

interface Sums {
  take(instance: string, report: CounterReport): void;
  read(): Counters;
}

/** What the dns process counted since it started; another instance starts from nothing. */
function createSums(): Sums {
  let from = '';
  let traffic: CounterReport['traffic'] | undefined;
  const wideIps = new Map<string, CounterReport['wideIps'][number]['counts']>();
  const pools = new Map<string, CounterReport['pools'][number]>();
  return {
    take(instance, report) {
      if (instance !== from) {
        wideIps.clear();
        pools.clear();
        from = instance;
      }
      traffic = report.traffic;
      for (const { counts, name, type } of report.wideIps) wideIps.set(`${type} ${name}`, counts);
      for (const pool of report.pools) pools.set(`${pool.type} ${pool.name}`, pool);
    },
    read: () => ({ wideIps, pools, traffic }),
  };
}

interface Questions {
  /** Undefined when there is no answer in time. */
  ask(inquiry: Inquiry, send: (question: ToDns) => void): Promise<string | undefined>;
  answer(id: number, text: string): void;
  giveUp(): void;
}

function createQuestions(clock: Clock): Questions {
  const open = new Map<number, (text: string | undefined) => void>();
  let last = 0;
  return {
    ask(inquiry, send) {
      last += 1;
      const id = last;
      const patience = inquiry.kind === 'tap' ? inquiry.seconds * 1_000 : 0;
      return new Promise((resolve) => {
        const cancel = clock.after(explainMilliseconds + patience, () => open.get(id)?.(undefined));
        open.set(id, (text) => {
          cancel();
          open.delete(id);
          resolve(text);
        });
        send({ type: 'ask', id, inquiry });
      });
    },
    answer: (id, text) => open.get(id)?.(text),
    giveUp() {
      for (const resolve of open.values()) resolve(undefined);
    },
  };
}
