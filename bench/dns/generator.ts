/**
 * Asks one DNS server by UDP as fast as it answers (a window of questions is always on its way), or at a rate, and says
 * what came back: one JSON line. `node generator.ts PORT SECONDS RATE NAMES...`; rate 0: as fast as it answers.
 */
import { systemClock } from '../../src/platform/clock.ts';
import { connectDescriptor, createPoll, DatagramBatch } from '../../src/platform/ffi/datagrams.ts';
import { queryPacket } from '../../src/gtm/test-support.ts';

export interface Load {
  readonly answers: number;
  readonly lost: number;
  /** NOERROR with at least one record. */
  readonly good: number;
  readonly seconds: number;
  readonly p50Microseconds: number;
  readonly p99Microseconds: number;
}

const socketCount = 4;
const windowSize = 64;
const patienceMilliseconds = 100;
const typeA = 1;

const [port = '', seconds = '', rate = '', ...names] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(run(Number(port), Number(seconds), Number(rate)))}\n`);

interface Asker {
  readonly descriptor: number;
  readonly sentAt: Float64Array;
  pending: number;
  heardAt: number;
}

function run(to: number, lastsSeconds: number, perSecond: number): Load {
  // `DIGITS` in a name: any of so many.
  const questions = names.flatMap((name) => expand(name)).map((name) => queryPacket(name, typeA));
  const batch = new DatagramBatch(windowSize, 1536);
  const askers: Asker[] = Array.from({ length: socketCount }, () => ({
    descriptor: connectDescriptor('127.0.0.1', to, undefined),
    sentAt: new Float64Array(0x1_0000).fill(-1),
    pending: 0,
    heardAt: 0,
  }));
  const poll = createPoll(socketCount);
  poll.watch(askers.map(({ descriptor }) => descriptor));
  const now = systemClock.monotonicMilliseconds;
  const times: number[] = [];
  let answers = 0;
  let good = 0;
  let lost = 0;
  let nextQuestion = 0;
  let nextId = 0;
  let sent = 0;
  const send = (asker: Asker, count: number): void => {
    const at = now();
    for (let slot = 0; slot < count; slot += 1) {
      const question = questions[nextQuestion] ?? new Uint8Array(0);
      nextQuestion = (nextQuestion + 1) % questions.length;
      nextId = (nextId + 1) & 0xffff;
      batch.data.set(question, batch.start(slot));
      batch.data[batch.start(slot)] = nextId >>> 8;
      batch.data[batch.start(slot) + 1] = nextId & 0xff;
      batch.setLength(slot, question.length);
      batch.address(slot, undefined, 0);
      asker.sentAt[nextId] = at;
    }
    batch.send(asker.descriptor, 0, count);
    asker.pending += count;
    sent += count;
  };
  const receive = (asker: Asker): number => {
    const count = Math.max(0, batch.receive(asker.descriptor));
    const at = now();
    for (let slot = 0; slot < count; slot += 1) {
      const start = batch.start(slot);
      const id = ((batch.data[start] ?? 0) << 8) | (batch.data[start + 1] ?? 0);
      const sentAt = asker.sentAt[id] ?? -1;
      if (sentAt < 0) continue;
      asker.sentAt[id] = -1;
      asker.pending -= 1;
      answers += 1;
      if ((answers & 7) === 0) times.push(at - sentAt);
      if (((batch.data[start + 3] ?? 0) & 15) === 0 && batch.data[start + 7] !== 0) good += 1;
    }
    if (count > 0) asker.heardAt = at;
    return count;
  };
  const startedAt = now();
  const end = startedAt + lastsSeconds * 1_000;
  for (const asker of askers) asker.heardAt = startedAt;
  while (now() < end) {
    if (perSecond > 0) {
      const due = Math.floor(((now() - startedAt) * perSecond) / 1_000) - sent;
      const asker = askers[(sent >> 4) % socketCount];
      if (due > 0 && asker !== undefined) send(asker, Math.min(due, 16));
    } else {
      for (const asker of askers) {
        if (asker.pending > 0 && now() - asker.heardAt > patienceMilliseconds) {
          lost += asker.pending;
          asker.pending = 0;
          asker.sentAt.fill(-1);
          asker.heardAt = now();
        }
        if (asker.pending < windowSize) send(asker, windowSize - asker.pending);
      }
    }
    poll.wait(perSecond > 0 ? 0 : 10);
    for (const asker of askers) receive(asker);
  }
  if (perSecond > 0) lost = sent - answers;
  times.sort((a, b) => a - b);
  const quantile = (part: number): number =>
    Math.round((times[Math.floor(times.length * part)] ?? 0) * 1_000);
  return {
    answers,
    lost,
    good,
    seconds: lastsSeconds,
    p50Microseconds: quantile(0.5),
    p99Microseconds: quantile(0.99),
  };
}

/** `w{1000}.example.test`: a thousand names. */
function expand(name: string): readonly string[] {
  const many = /\{(\d+)\}/.exec(name);
  if (many === null) return [name];
  return Array.from({ length: Number(many[1]) }, (_, index) => name.replace(many[0], `${index}`));
}
