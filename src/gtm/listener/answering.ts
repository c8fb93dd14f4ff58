/**
 * Everything that answers in one thread: the engine, named behind it, and who looks on. The dns process has one for TCP
 * (and for UDP where batches are not to be had), each thread of the answer loop has its own.
 */
import { present } from '../../base/assert.ts';
import { parsePrefix } from '../../base/address.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { compileSnapshot, patchCompiled } from '../decision/compile.ts';
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import {
  snapshotVersion,
  type GtmSnapshot,
  type SnapshotPool,
} from '../decision/snapshot-types.ts';
import type { Locate } from '../geography/location.ts';
import type { DnsHolding } from '../protocol.ts';
import type { PathMemory } from '../paths/path-table.ts';
import { readQosFactors } from '../qos.ts';
import { answerPacket } from './answer.ts';
import type { Respond } from './connections.ts';
import { createDecisionLog } from './decision-log.ts';
import type { AnswerEngine, RelayedQuery } from './engine.ts';
import type { ListenerHandler } from './listeners.ts';
import { createRelay, type Connect, type PlainDoor } from './relay.ts';
import { finishRelayed, type NamedReply } from './relayed.ts';
import type { Resolvers } from './resolvers.ts';
import { createResponseRate } from './response-rate.ts';
import { createSigner } from './signer.ts';
import { createTally } from './tally.ts';
import type { Taps } from './tap.ts';

export interface AnsweringOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly locate: () => Locate;
  /** Persistence records that other threads see, too. */
  readonly persistence: SharedArrayBuffer;
  /** What is known of ways to resolvers: of all threads, too. */
  readonly paths: PathMemory;
  readonly resolvers: Pick<Resolvers, 'saw'>;
  readonly taps: Pick<Taps, 'isIdle' | 'saw'>;
  /** How named is asked by UDP. */
  readonly connect: Connect;
  /** Takes what needs connections, where there are none. */
  readonly handOver?: (bytes: Uint8Array, client: string, respond: Respond) => void;
}

export interface Answering {
  readonly engine: AnswerEngine;
  readonly handle: ListenerHandler;
  hold(holding: DnsHolding): void;
  /** Throws when they are of something else than what is held, which stays as it is then. */
  patch(patches: readonly PoolPatch[]): void;
  /** What is held, patched; nothing as long as nothing is. */
  holding(): DnsHolding | undefined;
  /** Where plain questions about static zones go. */
  plainDoor(): PlainDoor | undefined;
  /** Where addresses are may have changed. */
  relocate(): void;
  close(): void;
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

export function createAnswering(options: AnsweringOptions): Answering {
  const { clock, connect, locate, log, paths, persistence, random } = options;
  const engine: AnswerEngine = {
    snapshot: {
      ...compileSnapshot(emptySnapshot, undefined, undefined, { persistence, paths }),
      log: createDecisionLog(log, clock),
    },
    explainClients: [],
    cookieSecret: undefined,
    serverName: undefined,
    signer: createSigner(),
    rate: createResponseRate(),
    unixSeconds: () => Math.floor(clock.wallMilliseconds() / 1_000),
    tally: createTally(),
  };
  const relay = createRelay(clock, random, connect);
  let held: GtmSnapshot & { readonly pools: SnapshotPool[] } = { ...emptySnapshot, pools: [] };
  let holding: DnsHolding | undefined;
  // The same as long as addresses are where they were: what was worked out by it holds.
  let where = locate();
  const take = (snapshot: GtmSnapshot): void => {
    engine.snapshot = compileSnapshot(snapshot, engine.snapshot, where);
    held = { ...snapshot, pools: [...snapshot.pools] };
  };
  return {
    engine,
    handle: packetHandler(engine, relay, options),
    hold(next) {
      take(next.snapshot);
      engine.explainClients = next.explainClients.flatMap((text) => parsePrefix(text) ?? []);
      engine.cookieSecret =
        next.cookieSecret === '' ? undefined : Buffer.from(next.cookieSecret, 'hex');
      engine.rate.setLimit(next.responseRate);
      engine.signer.setZones(next.signedZones);
      engine.serverName = next.serverName === '' ? undefined : next.serverName;
      relay.setZones(next.zones ?? undefined);
      holding = { ...next, snapshot: held };
    },
    patch(patches) {
      engine.snapshot = patchCompiled(engine.snapshot, patches);
      for (const { place } of patches) {
        held.pools[place] = present(engine.snapshot.pools[place], `pool ${place}`).data;
      }
    },
    holding: () => holding,
    plainDoor: () => relay.plainDoor(),
    relocate() {
      where = locate();
      engine.snapshot = compileSnapshot(held, engine.snapshot, where);
    },
    close: () => relay.close(),
  };
}

function packetHandler(
  engine: AnswerEngine,
  relay: ReturnType<typeof createRelay>,
  { clock, handOver, resolvers, taps }: AnsweringOptions,
): ListenerHandler {
  return (bytes, client, transport, respond, profile) => {
    const packet = { bytes, client, transport, profile, now: clock.monotonicMilliseconds() };
    resolvers.saw(client, packet.now);
    const finish = (reply: Uint8Array | undefined): void => {
      if (!taps.isIdle) taps.saw(packet, reply, clock.monotonicMilliseconds());
      respond(reply);
    };
    const passage = relay.passage(bytes, client);
    if (passage?.kind === 'update' && handOver !== undefined) {
      return handOver(bytes, client, respond);
    }
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
