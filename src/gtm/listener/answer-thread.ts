/** A thread of the answer loop: its engine, its sockets, and what the dns process tells it. */
import { createGeographySource, type GeographySource } from '../geography/source.ts';
import type { Level, Log } from '../../platform/log.ts';
import { systemRandom } from '../../platform/random.ts';
import { waitingPort } from '../../platform/waiting-thread.ts';
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import type { DnsHolding } from '../protocol.ts';
import { createAnswering } from './answering.ts';
import type { Respond } from './connections.ts';
import { explain } from './inquiry.ts';
import { createFastAnswer } from './fast.ts';
import { HeldAnswers } from './held-answers.ts';
import { createLoopRelay } from './loop-relay.ts';
import { clientText, createAnswerLoop } from './loop.ts';
import type { FromLoop, LoopStart, ToLoop } from './loop-protocol.ts';
import { createResolvers } from './resolvers.ts';
import { countersAtATime } from './tally.ts';

const countersMilliseconds = 250;

const port = waitingPort<ToLoop, FromLoop>();
// What `loop-threads.ts` starts it with.
const start = port.data as LoopStart;
const log: Log = {
  write: (level: Level, message: string) => port.send({ type: 'log', level, message }),
};
const loop = createAnswerLoop(start.wake, start.origin);
let geography: GeographySource | undefined;
let isTapped = false;
const resolvers = createResolvers(start.resolvers);
/** Packets that the dns process answers for us; what is too many is lost, as datagrams may be. */
const mostHandedOver = 256;
const handedOver = new Map<number, Respond>();
let lastHandedOver = 0;
const answering = createAnswering({
  clock: loop.clock,
  random: systemRandom,
  log,
  // Databases are large: read when somebody asks where an address is.
  locate: () => (address) => {
    if (start.geographyFolder === undefined) return undefined;
    geography ??= createGeographySource(start.geographyFolder, log);
    return geography.current().locate(address);
  },
  persistence: start.persistence,
  paths: start.paths,
  resolvers,
  taps: {
    get isIdle() {
      return !isTapped;
    },
    saw: ({ bytes, client, now }, reply, at) =>
      port.send({ type: 'seen', bytes, client, reply, milliseconds: at - now }),
  },
  connect: loop.connect,
  handOver(bytes, client, respond) {
    if (handedOver.size >= mostHandedOver) return respond(undefined);
    lastHandedOver += 1;
    handedOver.set(lastHandedOver, respond);
    port.send({ type: 'over', id: lastHandedOver, bytes, client });
  },
});

function tellCounters(most?: number): void {
  fast.settle(most);
  const report = answering.engine.tally.takeChanges(most);
  if (report !== undefined) port.send({ type: 'counters', report: JSON.stringify(report) });
}

function take(message: ToLoop): void {
  // Whatever comes may look at cursors and counters, or replace them.
  fast.settle();
  switch (message.type) {
    case 'hold':
      tellCounters(countersAtATime);
      // What the dns process wrote, after it took it itself.
      answering.hold(JSON.parse(message.holding) as DnsHolding);
      relay.move();
      return port.send({ type: 'held', generation: message.generation });
    case 'patch':
      answering.patch(JSON.parse(message.patches) as readonly PoolPatch[]);
      return port.send({ type: 'held', generation: message.generation });
    case 'listen':
      return loop.listen(message.id, message.descriptor, message.profile);
    case 'profile':
      return loop.setProfile(message.id, message.profile);
    case 'leave':
      return loop.leave(message.id);
    case 'ask': {
      const { inquiry } = message;
      const now = loop.clock.monotonicMilliseconds();
      if (inquiry.kind !== 'explain') return;
      const text = explain(answering.engine.snapshot, inquiry, now, message.geography);
      return port.send({ type: 'told', id: message.id, text });
    }
    case 'reply':
      handedOver.get(message.id)?.(message.reply ?? undefined);
      handedOver.delete(message.id);
      return;
    case 'tap':
      isTapped = message.isOpen;
      return;
    case 'relocate':
      if (geography?.refresh() === true) answering.relocate();
      return;
    case 'stop':
      tellCounters();
      answering.close();
      loop.stop();
  }
}

loop.clock.every(countersMilliseconds, () => tellCounters(countersAtATime));
const held = new HeldAnswers(start.zoneNews);
const fast = createFastAnswer({
  engine: answering.engine,
  held,
  resolvers,
  isTapped: () => isTapped,
  clientOf: clientText,
});
const relay = createLoopRelay(loop, answering, systemRandom, held, () => fast.settle());
loop.run(answering.handle, () => port.take().forEach(take), fast, relay);
