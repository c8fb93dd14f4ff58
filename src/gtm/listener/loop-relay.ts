/** Where the loop's plain questions about static zones go: to named, as the holding says where it is. */
import { addressOf } from '../../base/address.ts';
import type { Random } from '../../platform/random.ts';
import { defaultDnsProfile } from '../protocol.ts';
import { answerPacket } from './answer.ts';
import type { Answering } from './answering.ts';
import { FastRelay } from './fast-relay.ts';
import type { HeldAnswers } from './held-answers.ts';
import type { AnswerLoop, BatchAsking, LoopRelay } from './loop.ts';
import type { NamedDoor } from './relay.ts';
import { finishRelayed, type NamedReply } from './relayed.ts';

const namedAddress = '127.0.0.1';
const sweepMilliseconds = 100;

export function createLoopRelay(
  loop: AnswerLoop,
  answering: Answering,
  random: Random,
  held: HeldAnswers,
  /** Before the whole engine decides. */
  settle: () => void,
): LoopRelay & {
  /** After a new holding. */
  move(): void;
} {
  let current: FastRelay | undefined;
  let asking: BatchAsking | undefined;
  let door: NamedDoor | undefined;
  const open = (to: NamedDoor): void => {
    const relay: FastRelay = new FastRelay({
      engine: answering.engine,
      random,
      held,
      send: (data, length) => asking?.send(data, length),
      finish(question, envelope, addressSize, reply) {
        settle();
        return finishWhole(loop, answering, { question, envelope, addressSize }, reply);
      },
    });
    try {
      asking = loop.connectBatch(namedAddress, to.port, to.from, {
        heard: (data, start, length) => relay.heard(data, start, length),
        // named is not there: whoever waits need not wait longer.
        nobodyThere: () => relay.giveUp(undefined),
      });
      current = relay;
    } catch {
      // The whole engine asks, and says what it cannot.
      asking = undefined;
    }
  };
  loop.clock.every(sweepMilliseconds, () => current?.giveUp(loop.clock.monotonicMilliseconds()));
  return {
    get current() {
      return current;
    },
    move() {
      const next = answering.plainDoor();
      held.setLifetime(next?.heldMilliseconds ?? 0);
      if (next?.port === door?.port && next?.from === door?.from) return;
      door = next;
      held.forget();
      current?.giveUp(undefined);
      asking?.close();
      current = undefined;
      asking = undefined;
      if (next !== undefined) open(next);
    },
  };
}

/** As if the whole engine had asked. */
function finishWhole(
  loop: AnswerLoop,
  { engine }: Answering,
  asked: {
    readonly question: Uint8Array;
    readonly envelope: Uint8Array;
    readonly addressSize: number;
  },
  reply: NamedReply,
): Uint8Array | undefined {
  const at = asked.addressSize === 4 ? 4 : 8;
  const client = addressOf([...asked.envelope.subarray(at, at + asked.addressSize)]).text;
  const now = loop.clock.monotonicMilliseconds();
  const bytes = asked.question;
  const packet = { bytes, client, transport: 'udp', profile: defaultDnsProfile, now } as const;
  const outcome = answerPacket(engine, packet);
  if (outcome.kind === 'reply') return outcome.bytes;
  if (outcome.kind === 'drop') return undefined;
  engine.tally.relayed();
  const known = typeof reply === 'string' ? reply : withRecursion(reply, bytes);
  const finished = finishRelayed(engine, outcome.relayed, known);
  return finished.kind === 'reply' ? finished.bytes : undefined;
}

/** The client finds its RD back. */
function withRecursion(reply: Uint8Array, question: Uint8Array): Uint8Array {
  reply[2] = (reply[2] ?? 0) | ((question[2] ?? 0) & 1);
  return reply;
}
