/**
 * The dns process: holds a snapshot, answers from it, tells control what it counted. Whatever happens to
 * control, it goes on with what it holds, and starts alone from the copy on disk.
 */
import { parsePrefix } from '../../base/address.ts';
import type { Clock } from '../../platform/clock.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { serveLocal, type LocalPeer } from '../../platform/local-channel.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { createReplacedFile } from '../../platform/replaced-file.ts';
import { compileSnapshot } from '../decision/compile.ts';
import { addressBytes } from '../decision/client.ts';
import { snapshotVersion, type GtmSnapshot } from '../decision/snapshot-types.ts';
import { readQosFactors } from '../qos.ts';
import type { GeographySource } from '../geography/source.ts';
import type { DnsHolding, FromDns, Inquiry, ListenerStatus, ToDns } from '../protocol.ts';
import { createDecisionLog } from './decision-log.ts';
import { explain, persistRecords, resolverTable } from './inquiry.ts';
import { createResponseRate } from './response-rate.ts';
import { createResolvers, type Resolvers } from './resolvers.ts';
import { createTaps, mostTapSeconds, type Taps } from './tap.ts';
import { answerPacket } from './answer.ts';
import type { AnswerEngine, RelayedQuery } from './engine.ts';
import { createListeners, type ListenerHandler } from './listeners.ts';
import { createRelay } from './relay.ts';
import { finishRelayed, type NamedReply } from './relayed.ts';
import { createSigner } from './signer.ts';
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
  const engine = newEngine(clock, log);
  const watchers = { resolvers: createResolvers(), taps: createTaps() };
  const relay = createRelay(clock, random);
  const peers = createPeers(engine, random.uuid());
  const onPacket = packetHandler(engine, relay, clock, watchers);
  const listeners = createListeners(clock, log, onPacket, () => peers.tell(holding()));
  const holding = (): FromDns => ({
    type: 'holding',
    sequence: engine.snapshot.sequence,
    listeners: listeners.status(),
  });
  let held: GtmSnapshot = emptySnapshot;
  const take = (snapshot: GtmSnapshot): void => {
    const next = compileSnapshot(snapshot, engine.snapshot, geography.current().locate);
    peers.tellChanges();
    engine.snapshot = next;
    held = snapshot;
  };
  const hold = (next: DnsHolding): void => {
    take(next.snapshot);
    engine.explainClients = next.explainClients.flatMap((text) => parsePrefix(text) ?? []);
    engine.cookieSecret =
      next.cookieSecret === '' ? undefined : Buffer.from(next.cookieSecret, 'hex');
    engine.rate.setLimit(next.responseRate);
    engine.signer.setZones(next.signedZones);
    engine.serverName = next.serverName === '' ? undefined : next.serverName;
    relay.setZones(next.zones ?? undefined);
    listeners.set(next.listeners);
  };
  startFromCopy(file, log, hold);
  const copy = createReplacedFile(file, (error) =>
    log.write('err', `cannot keep the DNS snapshot in ${file}: ${error.message}`),
  );
  const stopCounting = clock.every(countersMilliseconds, peers.tellChanges);
  const stopLooking = clock.every(geographyMilliseconds, () => {
    if (geography.refresh()) take(held);
  });
  const server = await serveLocal<ToDns, FromDns>(socket, {
    onOpen(peer) {
      peers.add(peer);
      peer.send(holding());
    },
    onMessage(message, peer) {
      if (message.type === 'ask') {
        const tell = (text: string): void => peer.send({ type: 'told', id: message.id, text });
        answerInquiry(message.inquiry, { engine, ...watchers, geography, clock }, tell);
        return;
      }
      hold(message.holding);
      copy.replace(() => JSON.stringify(message.holding));
      peer.send(holding());
    },
    onClose: (peer) => peers.remove(peer),
  });
  return {
    status: () => listeners.status(),
    async close() {
      stopCounting();
      stopLooking();
      listeners.close();
      relay.close();
      peers.close();
      server.close();
      await copy.settled();
    },
  };
}

function newEngine(clock: Clock, log: Log): AnswerEngine {
  return {
    snapshot: { ...compileSnapshot(emptySnapshot), log: createDecisionLog(log, clock) },
    explainClients: [],
    cookieSecret: undefined,
    serverName: undefined,
    signer: createSigner(),
    rate: createResponseRate(),
    unixSeconds: () => Math.floor(clock.wallMilliseconds() / 1_000),
    tally: createTally(),
  };
}

interface Peers {
  add(peer: LocalPeer<FromDns>): void;
  remove(peer: LocalPeer<FromDns>): void;
  tell(message: FromDns): void;
  tellChanges(): void;
  close(): void;
}

/** Whoever connects is told all sums, later only what moved; another `instance` starts from nothing. */
function createPeers(engine: AnswerEngine, instance: string): Peers {
  const peers = new Set<LocalPeer<FromDns>>();
  const tell = (message: FromDns): void => {
    for (const peer of peers) peer.send(message);
  };
  return {
    add(peer) {
      peers.add(peer);
      const { pools, wideIps } = engine.snapshot;
      const report = reportOf(wideIps, pools, engine.tally.traffic);
      peer.send({ type: 'counters', instance, report });
    },
    remove: (peer) => void peers.delete(peer),
    tell,
    tellChanges() {
      const report = engine.tally.takeChanges();
      if (report !== undefined) tell({ type: 'counters', instance, report });
    },
    close() {
      for (const peer of peers) peer.close();
    },
  };
}

interface InquirySources extends Watchers {
  readonly engine: AnswerEngine;
  readonly geography: GeographySource;
  readonly clock: Clock;
}

function answerInquiry(
  inquiry: Inquiry,
  { clock, engine, geography, resolvers, taps }: InquirySources,
  tell: (text: string) => void,
): void {
  const now = clock.monotonicMilliseconds();
  switch (inquiry.kind) {
    case 'explain':
      return tell(explain(engine.snapshot, inquiry, now, geography.current().source));
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

function startFromCopy(file: string, log: Log, hold: (holding: DnsHolding) => void): void {
  const kept = readHolding(file, log);
  try {
    if (kept !== undefined) hold(kept);
  } catch (error) {
    // Damaged, though it is JSON: without it, the process waits for control; with it, it would never start.
    log.write('err', `the DNS snapshot in ${file} makes no sense: ${String(error)}`);
  }
}

interface Watchers {
  readonly resolvers: Resolvers;
  readonly taps: Taps;
}

function packetHandler(
  engine: AnswerEngine,
  relay: ReturnType<typeof createRelay>,
  clock: Clock,
  { resolvers, taps }: Watchers,
): ListenerHandler {
  return (bytes, client, transport, respond, profile) => {
    const packet = { bytes, client, transport, profile, now: clock.monotonicMilliseconds() };
    resolvers.saw(client, packet.now);
    const finish = (reply: Uint8Array | undefined): void => {
      if (!taps.isIdle) taps.saw(packet, reply, clock.monotonicMilliseconds());
      respond(reply);
    };
    const passage = relay.passage(bytes, client);
    if (passage !== undefined) {
      engine.tally.relayed();
      return relay.pass(bytes, passage, transport, (replies) => {
        respond(replies.length === 0 ? undefined : replies);
      });
    }
    const outcome = answerPacket(engine, packet);
    if (outcome.kind === 'reply') return finish(outcome.bytes);
    if (outcome.kind === 'drop') return finish(undefined);
    engine.tally.relayed();
    const { relayed } = outcome;
    const ask = profile.usesBind
      ? relay.ask
      : (_: RelayedQuery, done: (reply: NamedReply) => void) => done('no-zones');
    ask(relayed, (reply) => {
      const finished = finishRelayed(engine, relayed, reply);
      finish(finished.kind === 'reply' ? finished.bytes : undefined);
    });
  };
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
