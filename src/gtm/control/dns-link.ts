/**
 * Control's end of the line to the dns process: hands over what it is to hold, marks the commit when it
 * holds it, keeps its sums, and asks it to explain.
 */
import type { AppliedTracker } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import { connectLocal } from '../../platform/local-channel.ts';
import type { SharedRecord } from '../decision/persistence-news.ts';
import type { CounterReport } from '../listener/tally.ts';
import {
  holdMessages,
  type DnsHolding,
  type FromDns,
  type Inquiry,
  type ListenerStatus,
  type ToDns,
} from '../protocol.ts';

export const dnsEngine = 'dns';
const explainMilliseconds = 1_000;

export interface DnsLink {
  hold(holding: DnsHolding): void;
  /** A commit that changes nothing for the dns process: it holds that one, too. */
  pass(sequence: number): void;
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
  close(): void;
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
  applied.register(dnsEngine);
  let isConnected = false;
  let holding: DnsHolding | undefined;
  let heldSequence = -1;
  let passed = -1;
  let listeners: readonly ListenerStatus[] = [];
  const sums = createSums();
  const questions = createQuestions(clock);
  const persistence = createPersistenceLine((message) => {
    if (isConnected) peer.send(message);
  });
  const markHeld = (): void => {
    if (holding === undefined || heldSequence !== holding.sequence) return;
    applied.mark(dnsEngine, Math.max(heldSequence, passed), { state: 'applied' });
  };
  const markLost = (): void => {
    const sequence = Math.max(holding?.sequence ?? -1, passed);
    applied.mark(dnsEngine, sequence, {
      state: 'failed',
      reason: 'the dns process cannot be reached',
    });
  };
  const peer = connectLocal<FromDns, ToDns>(socket, clock, {
    onOpen(opened) {
      isConnected = true;
      if (holding !== undefined) holdMessages(holding).forEach(opened.send);
      persistence.open();
    },
    onMessage(message) {
      switch (message.type) {
        case 'holding':
          heldSequence = message.sequence;
          listeners = message.listeners;
          return markHeld();
        case 'counters':
          return sums.take(message.instance, message.report);
        case 'told':
          return questions.answer(message.id, message.text);
        case 'persistence':
          return persistence.hear(message.records);
      }
    },
    onClose() {
      isConnected = false;
      heldSequence = -1;
      listeners = [];
      questions.giveUp();
      markLost();
    },
  });
  return {
    hold(next) {
      holding = next;
      if (isConnected) holdMessages(holding).forEach(peer.send);
      else markLost();
    },
    pass(sequence) {
      passed = sequence;
      if (isConnected) markHeld();
      else markLost();
    },
    async ask(inquiry) {
      return isConnected && heldSequence >= 0 ? questions.ask(inquiry, peer.send) : undefined;
    },
    async forgetZones() {
      // One that we cannot reach keeps nothing for long.
      if (isConnected) await questions.ask({ kind: 'zones-moved' }, peer.send);
    },
    counters: sums.read,
    listeners: () => listeners,
    persistence: persistence.line,
    close: () => peer.close(),
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
