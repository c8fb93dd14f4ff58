/**
 * Measures one way: round trip and losses by probes one after the other, hops by the lowest hop limit with which an
 * echo request arrives. Pure but for its doors.
 */
import type { Pinger, PingAddress } from '../../platform/icmp.ts';
import { parseAddress } from '../../base/address.ts';
import { recordClass, recordType } from '../../base/dns/constants.ts';
import { decodeMessage, encodeMessage, flag } from '../../base/dns/message.ts';
import type { ProbeDoors } from '../probe/doors.ts';
import type { PathMeasure, PathPlan, PathProtocol } from './path-plan.ts';

export interface PathDoors extends Pick<ProbeDoors, 'after' | 'connectDatagrams' | 'exchangeTcp'> {
  /** One that looks often: what it says is measured. */
  readonly pinger: Pinger;
  /** Monotonic milliseconds. */
  now(): number;
}

/** Nobody serves a resolver that is further away. */
const answerMilliseconds = 1_000;
/** Two of a protocol that are not answered, and the next one is tried. */
const trials = 2;
/** Between two probes of one way. */
const pauseMilliseconds = 20;
const mostProbes = 100;
/** RFC 1393's and every traceroute's idea of far. */
const mostHops = 30;
const hopSpacingMilliseconds = 5;
/** Answers to two requests that left 5 ms apart come so far apart at most. */
const lateMilliseconds = 100;
const dnsPort = 53;
/** Where no one listens, so that the host says so: traceroute's first. */
const unusedPort = 33_434;

/** Begins one; the result ends it. */
type Probe = (
  target: PingAddress,
  doors: PathDoors,
  tell: (isAnswered: boolean) => void,
) => () => void;

/** Undefined: the address is none. */
export async function measurePath(
  plan: PathPlan,
  doors: PathDoors,
): Promise<PathMeasure | undefined> {
  const parsed = parseAddress(plan.address);
  if (parsed === undefined) return undefined;
  const target: PingAddress = { family: parsed.family, text: parsed.text, bytes: parsed.bytes };
  const times = await timesOf(target, plan, doors);
  const hops = plan.hops && (await countHops(target, plan.hops, doors));
  const answered = times.milliseconds.length;
  const mean = times.milliseconds.reduce((sum, one) => sum + one, 0) / answered;
  return {
    ...(answered > 0 && { protocol: times.protocol, roundTripMilliseconds: mean }),
    completionPercent: times.sent === 0 ? 0 : Math.round((100 * answered) / times.sent),
    ...(hops !== undefined && { hops }),
  };
}

interface Times {
  readonly protocol: PathProtocol;
  readonly sent: number;
  readonly milliseconds: readonly number[];
}

async function timesOf(target: PingAddress, plan: PathPlan, doors: PathDoors): Promise<Times> {
  let last: Times = { protocol: 'icmp', sent: 0, milliseconds: [] };
  const count = Math.min(Math.max(plan.probes, 1), mostProbes);
  for (const protocol of plan.protocols) {
    const milliseconds: number[] = [];
    let sent = 0;
    while (sent < count && (sent < trials || milliseconds.length > 0)) {
      if (sent > 0) await pause(doors);
      sent += 1;
      const took = await askOnce(target, probes[protocol], doors);
      if (took !== undefined) milliseconds.push(took);
    }
    last = { protocol, sent, milliseconds };
    if (milliseconds.length > 0) return last;
  }
  return last;
}

function pause(doors: PathDoors): Promise<void> {
  return new Promise((resolve) => void doors.after(pauseMilliseconds, resolve));
}

function askOnce(target: PingAddress, probe: Probe, doors: PathDoors): Promise<number | undefined> {
  return new Promise((resolve) => {
    const started = doors.now();
    let isOver = false;
    let stop = (): void => undefined;
    const end = (took: number | undefined): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      stop();
      resolve(took);
    };
    const cancel = doors.after(answerMilliseconds, () => end(undefined));
    stop = probe(target, doors, (isAnswered) =>
      end(isAnswered ? doors.now() - started : undefined),
    );
    // It may have been told before there was anything to stop.
    if (isOver) stop();
  });
}

const probes: Readonly<Record<PathProtocol, Probe>> = {
  icmp: (target, { pinger }, tell) => pinger.ping(target, (failure) => tell(failure === undefined)),
  tcp(target, doors, tell) {
    const running = doors.exchangeTcp({
      address: target.text,
      port: dnsPort,
      tls: undefined,
      trafficClass: 0,
      onData: () => undefined,
      onConnect: () => tell(true),
      // A refusal has been there and back, too.
      onError: (reason) => tell(/refused|reset/i.test(reason)),
    });
    return () => running.cancel();
  },
  udp(target, doors, tell) {
    const client = doors.connectDatagrams(target.text, unusedPort, {
      onPacket: () => tell(true),
      onError: (error) => tell(isRefusal(error)),
    });
    client.send(new Uint8Array(8));
    return () => client.close();
  },
  'dns-dot': (target, doors, tell) => askName('.', recordType.ns, target, doors, tell),
  'dns-rev': (target, doors, tell) =>
    askName(reverseName(target.bytes), recordType.ptr, target, doors, tell),
};

function isRefusal(error: Error): boolean {
  return 'code' in error && error.code === 'ECONNREFUSED';
}

/** Whatever it answers: that it does is what counts. */
function askName(
  name: string,
  type: number,
  target: PingAddress,
  doors: PathDoors,
  tell: (isAnswered: boolean) => void,
): () => void {
  // Not a secret: the socket takes answers only from where it asked.
  const id = 1 + (Math.floor(doors.now() * 16) & 0x7fff);
  const client = doors.connectDatagrams(target.text, dnsPort, {
    onPacket: (packet) => void (decodeMessage(packet)?.id === id && tell(true)),
    onError: (error) => tell(isRefusal(error)),
  });
  const question = { name, type, class: recordClass.internet };
  const empty = { answers: [], authorities: [], additionals: [] };
  client.send(encodeMessage({ id, flags: flag.recursionDesired, questions: [question], ...empty }));
  return () => client.close();
}

/** RFC 1035 §3.5, RFC 3596 §2.5. */
function reverseName(bytes: readonly number[]): string {
  if (bytes.length === 4) return `${bytes.toReversed().join('.')}.in-addr.arpa.`;
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15]).map((digit) => digit.toString(16));
  return `${digits.toReversed().join('.')}.ip6.arpa.`;
}

/** Undefined: no echo comes back at all. */
async function countHops(
  target: PingAddress,
  { bytes, samples, timeoutMilliseconds }: NonNullable<PathPlan['hops']>,
  doors: PathDoors,
): Promise<number | undefined> {
  for (let sample = 0; sample < Math.max(samples, 1); sample += 1) {
    const found = await countOnce(target, bytes, Math.max(timeoutMilliseconds, 100), doors);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Requests leave with growing limits, a few milliseconds apart, until one is answered: those before it were not. */
function countOnce(
  target: PingAddress,
  bytes: number,
  timeoutMilliseconds: number,
  doors: PathDoors,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const cancels: (() => void)[] = [];
    let lowest: number | undefined;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      for (const cancel of cancels) cancel();
      resolve(lowest);
    };
    cancels.push(doors.after(timeoutMilliseconds, end));
    const heard = (limit: number): void => {
      // A router may have been slower with the answer to a smaller one: as long as that may come, it is waited for.
      if (lowest === undefined) cancels.push(doors.after(lateMilliseconds, end));
      lowest = Math.min(lowest ?? limit, limit);
    };
    const send = (limit: number): void => {
      if (isOver || lowest !== undefined || limit > mostHops) return;
      const report = (failure: string | undefined): void => {
        if (failure === undefined) heard(limit);
      };
      cancels.push(doors.pinger.ping(target, report, { hopLimit: limit, bytes }));
      cancels.push(doors.after(hopSpacingMilliseconds, () => send(limit + 1)));
    };
    send(1);
  });
}
