/**
 * The dns process: holds a snapshot, answers from it, tells control what it counted. Whatever happens to
 * control, it goes on with what it holds, and starts alone from the copy on disk.
 */
import type { Clock } from '../../platform/clock.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { serveLocal, type LocalPeer } from '../../platform/local-channel.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { createReplacedFile } from '../../platform/replaced-file.ts';
import { compileSnapshot } from '../decision/compile.ts';
import { decide } from '../decision/decide.ts';
import { snapshotVersion, type GtmSnapshot } from '../decision/snapshot-types.ts';
import { readQosFactors } from '../qos.ts';
import type { GeographySource } from '../geography/source.ts';
import { printTrace, type TraceEvent } from '../decision/trace.ts';
import { nameKey } from '../../base/dns/name.ts';
import type { DnsHolding, FromDns, ListenerStatus, ToDns } from '../protocol.ts';
import { answerPacket, type AnswerEngine } from './answer.ts';
import type { PacketHandler } from './connections.ts';
import { createListeners } from './listeners.ts';
import { createRelay } from './relay.ts';
import { finishRelayed } from './relayed.ts';
import { createTally, reportOf } from './tally.ts';

const countersMilliseconds = 250;
/** A new database takes part so soon. */
const geographyMilliseconds = 30_000;

export interface DnsServiceOptions {
  /** Where control connects. */
  readonly socket: string;
  /** Copy of what is held. */
  readonly file: string;
  readonly geography: GeographySource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface DnsService {
  status(): readonly ListenerStatus[];
  close(): Promise<void>;
}

const emptySnapshot: GtmSnapshot = {
  version: snapshotVersion,
  sequence: 0,
  settings: {
    verifiesAvailability: true,
    fallbackRespectsAvailability: false,
    drainsPersistentRequests: true,
    topologyAllowsZeroScores: true,
    staticPersistCidrIpv4: 32,
    staticPersistCidrIpv6: 128,
    qosFactors: readQosFactors({}),
    nameserver: 'this.name.is.invalid',
  },
  topology: { records: [], regions: [] },
  pools: [],
  wideIps: [],
};

export async function startDnsService(options: DnsServiceOptions): Promise<DnsService> {
  const { clock, file, geography, log, random, socket } = options;
  const engine: AnswerEngine = {
    snapshot: compileSnapshot(emptySnapshot),
    tally: createTally(),
  };
  const instance = random.uuid();
  const copy = createReplacedFile(file, (error) =>
    log.write('err', `cannot keep the DNS snapshot in ${file}: ${error.message}`),
  );
  const relay = createRelay(clock, random);
  const peers = new Set<LocalPeer<FromDns>>();
  const tellAll = (message: FromDns): void => {
    for (const peer of peers) peer.send(message);
  };
  const holding = (): FromDns => ({
    type: 'holding',
    sequence: engine.snapshot.sequence,
    listeners: listeners.status(),
  });
  const onPacket = packetHandler(engine, relay, clock);
  const listeners = createListeners(clock, log, onPacket, () => tellAll(holding()));
  let held: GtmSnapshot = emptySnapshot;
  const take = (snapshot: GtmSnapshot): void => {
    const next = compileSnapshot(snapshot, engine.snapshot, geography.current().locate);
    tellChanges();
    engine.snapshot = next;
    held = snapshot;
  };
  const hold = (holding: DnsHolding): void => {
    take(holding.snapshot);
    relay.setPort(holding.namedPort ?? undefined);
    listeners.set(holding.listeners);
  };
  const tellChanges = (): void => {
    const report = engine.tally.takeChanges();
    if (report !== undefined) tellAll({ type: 'counters', instance, report });
  };
  const kept = readHolding(file, log);
  try {
    if (kept !== undefined) hold(kept);
  } catch (error) {
    // Damaged, though it is JSON: without it, the process waits for control; with it, it would never start.
    log.write('err', `the DNS snapshot in ${file} makes no sense: ${String(error)}`);
  }
  const stopCounting = clock.every(countersMilliseconds, tellChanges);
  const stopLooking = clock.every(geographyMilliseconds, () => {
    if (geography.refresh()) take(held);
  });
  const server = await serveLocal<ToDns, FromDns>(socket, {
    onOpen(peer) {
      peers.add(peer);
      const { pools, wideIps } = engine.snapshot;
      const report = reportOf(wideIps, pools, engine.tally.traffic);
      peer.send({ type: 'counters', instance, report });
      peer.send(holding());
    },
    onMessage(message, peer) {
      if (message.type === 'hold') {
        hold(message.holding);
        copy.replace(() => JSON.stringify(message.holding));
        peer.send(holding());
      } else
        peer.send({ type: 'explained', id: message.id, text: explain(engine, message, clock) });
    },
    onClose: (peer) => void peers.delete(peer),
  });
  return {
    status: () => listeners.status(),
    async close() {
      stopCounting();
      stopLooking();
      listeners.close();
      relay.close();
      for (const peer of peers) peer.close();
      server.close();
      await copy.settled();
    },
  };
}

function packetHandler(
  engine: AnswerEngine,
  relay: ReturnType<typeof createRelay>,
  clock: Clock,
): PacketHandler {
  return (bytes, client, transport, respond) => {
    const packet = { bytes, client, transport, now: clock.monotonicMilliseconds() };
    const outcome = answerPacket(engine, packet);
    if (outcome.kind === 'reply') return respond(outcome.bytes);
    if (outcome.kind === 'drop') return respond(undefined);
    engine.tally.relayed();
    relay.ask(outcome.relayed, (reply) => {
      const finished = finishRelayed(engine, outcome.relayed, reply);
      respond(finished.kind === 'reply' ? finished.bytes : undefined);
    });
  };
}

/** The very decision that the next query would get, without taking its turn. */
function explain(
  engine: AnswerEngine,
  message: Extract<ToDns, { type: 'explain' }>,
  clock: Clock,
): string {
  const trace: TraceEvent[] = [];
  const query = {
    key: nameKey(message.name.replace(/\.$/, '')),
    type: message.recordType,
    client: message.client,
    now: clock.monotonicMilliseconds(),
  };
  decide(engine.snapshot, query, trace, true);
  return printTrace(trace);
}

function readHolding(file: string, log: Log): DnsHolding | undefined {
  const text = readTextIfPresent(file);
  if (text === undefined) return undefined;
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
