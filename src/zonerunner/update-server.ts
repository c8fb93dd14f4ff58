/**
 * Updates of others (RFC 2136), handed over by the listeners: who signs with a key of the zone changes its
 * records by a commit like everybody else, with all its checks, and is answered when named serves them.
 * One listens on loopback, at a port that the listeners are told.
 */
import { createFrameReader, frame } from '../base/dns/framing.ts';
import { decodeMessage, encodeMessage, flag, type Message } from '../base/dns/message.ts';
import { opcode, recordClass, recordType } from '../base/dns/constants.ts';
import { type CheckedRequest, checkRequest, signAnswer } from '../base/dns/tsig.ts';
import type { AppliedTracker } from '../config/applied.ts';
import type { ConfigStore, ConfigView } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { serveStream, type StreamConnection, type StreamHandlers } from '../platform/stream.ts';
import { decideUpdate, updateCode } from './dynamic-update.ts';
import { keysOf } from './tsig-keys.ts';
import { tsigSecret } from './tsig-secret.ts';
import { viewAddress } from './view-address.ts';
import { readZone, type Zone, zoneComponent } from './zone.ts';

const maximumConnections = 32;
/** Who asks is answered then, though named may not have it yet: it is committed. */
const appliedMilliseconds = 3_000;
const idleMilliseconds = 10_000;

export interface UpdateServerOptions {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly clock: Clock;
  readonly log: Log;
}

export interface UpdateServer {
  readonly port: number;
  close(): void;
}

export function startUpdateServer(options: UpdateServerOptions): Promise<UpdateServer> {
  return serveStream('127.0.0.1', 0, maximumConnections, (connection) => {
    return receiver(options, connection);
  });
}

/** One message a connection: that is how the listeners ask. */
function receiver(options: UpdateServerOptions, connection: StreamConnection): StreamHandlers {
  const reader = createFrameReader();
  const cancel = options.clock.after(idleMilliseconds, () => connection.destroy());
  let isAsked = false;
  return {
    onBytes(chunk) {
      const frames = reader.push(chunk);
      if (frames === 'malformed') return connection.destroy();
      const [bytes] = frames;
      if (bytes === undefined || isAsked) return;
      isAsked = true;
      void answerUpdate(options, bytes, connection.remoteAddress).then((answer) => {
        if (answer === undefined) connection.destroy();
        else connection.write(frame(answer));
      });
    },
    onClose: cancel,
  };
}

/** Undefined: it is no update at all. `from`: the loopback address that says which view it is. */
async function answerUpdate(
  options: UpdateServerOptions,
  bytes: Uint8Array,
  from: string,
): Promise<Uint8Array | undefined> {
  const message = decodeMessage(bytes);
  if (message === undefined || ((message.flags >> 11) & 15) !== opcode.update) return undefined;
  const seconds = (): number => Math.floor(options.clock.wallMilliseconds() / 1_000);
  const view = options.store.view();
  const request = checkRequest(bytes, (name) => secretOf(view, name), seconds());
  const code = await judge(options, view, message, request, from);
  const answer = encodeMessage({
    id: message.id,
    flags: flag.response | (opcode.update << 11) | code,
    questions: message.questions,
    answers: [],
    authorities: [],
    additionals: [],
  });
  return request === undefined ? answer : signAnswer(answer, request, seconds());
}

function secretOf(view: ConfigView, name: string): ReturnType<typeof tsigSecret> | undefined {
  const key = keysOf(view).find((one) => one.name === name);
  return key && tsigSecret(key.name, key.secret, key.algorithm);
}

async function judge(
  options: UpdateServerOptions,
  view: ConfigView,
  message: Message,
  request: CheckedRequest | undefined,
  from: string,
): Promise<number> {
  const [question] = message.questions;
  const isZone =
    message.questions.length === 1 &&
    question?.type === recordType.soa &&
    question.class === recordClass.internet;
  if (question === undefined || !isZone) return updateCode.formerr;
  const name = `${question.name.toLowerCase()}.`;
  const key = request?.secret.name ?? 'nobody';
  const refuse = (code: number, reason: string): number => {
    options.log.write('notice', `update of ${name} signed by ${key} is refused: ${reason}`);
    return code;
  };
  if (request?.error !== undefined) {
    return refuse(updateCode.notauth, `its signature is not to be believed (${request.error})`);
  }
  const zone = zoneAt(view, name, from);
  if (zone === undefined) return refuse(updateCode.notauth, 'there is no such zone');
  if (request === undefined || !zone.links.updateKeys.includes(key)) {
    return refuse(updateCode.refused, 'the key is none of its update-keys');
  }
  const time = { wall: options.clock.wallMilliseconds(), counter: 0 };
  const verdict = decideUpdate(zone, message, time);
  if ('code' in verdict) return refuse(verdict.code, verdict.reason);
  const { operations } = verdict;
  if (operations.length === 0) return updateCode.noerror;
  const origin = { user: key, source: 'system', reason: `update of ${name} (RFC 2136)` } as const;
  const outcome = options.store.commit({ origin, operations });
  if (!outcome.ok) {
    return refuse(updateCode.refused, outcome.faults.map((fault) => fault.message).join(' '));
  }
  const sequence = outcome.commit?.sequence;
  if (sequence !== undefined) await options.applied.settled(sequence, appliedMilliseconds);
  return updateCode.noerror;
}

function zoneAt(view: ConfigView, domain: string, from: string): Zone | undefined {
  for (const object of view.list(zoneComponent)) {
    if (!object.name.endsWith(domain)) continue;
    const { zone } = readZone(object);
    const isHere = viewAddress(zone.view, 'query') === from;
    if (isHere && zone.domain === domain && zone.kind === 'primary') return zone;
  }
  return undefined;
}
