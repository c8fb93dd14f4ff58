/** Asks name servers for the addresses of a name, by UDP, and by TCP where an answer does not fit. */
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import type { Clock } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import type { Random } from '../../platform/random.ts';
import { connectStream } from '../../platform/stream.ts';
import { type AddressType, type Answer, questionPacket, readAnswer } from './question.ts';

export interface Asking {
  /** Asked in turn, until one answers. */
  readonly servers: readonly string[];
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
}

const waitMilliseconds = 2000;
const rounds = 2;

/** Never rejects: what went wrong is in the answer. */
export async function askAddresses(
  asking: Asking,
  name: string,
  type: AddressType,
): Promise<Answer> {
  if (asking.servers.length === 0) return { kind: 'failed', reason: 'sys dns has no name servers' };
  let last: Answer = { kind: 'failed', reason: 'no name server answers' };
  for (let round = 0; round < rounds; round += 1) {
    for (const server of asking.servers) {
      const [high = 0, low = 0] = asking.random.bytes(2);
      const question = { id: high * 256 + low, name, type };
      let answer = await exchange(asking, server, question, false);
      if (answer?.kind === 'truncated') answer = await exchange(asking, server, question, true);
      if (answer?.kind === 'addresses') return answer;
      if (answer !== undefined) last = answer;
    }
  }
  return last;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly type: AddressType;
}

/** Undefined: nothing came in time. */
function exchange(
  { clock, port }: Asking,
  server: string,
  question: Question,
  isTcp: boolean,
): Promise<Answer | undefined> {
  const packet = questionPacket(question.id, question.name, question.type);
  return new Promise((resolve) => {
    const finish = (answer: Answer | undefined): void => {
      cancel();
      close();
      resolve(answer);
    };
    const take = (bytes: Uint8Array): void => {
      const answer = readAnswer(bytes, question);
      if (answer !== undefined) finish(answer);
    };
    const close = isTcp
      ? byTcp(server, port, packet, take, () => finish(undefined))
      : byUdp(server, port, packet, take, () => finish(undefined));
    const cancel = clock.after(waitMilliseconds, () => finish(undefined));
  });
}

function byUdp(
  server: string,
  port: number,
  packet: Uint8Array,
  onPacket: (bytes: Uint8Array) => void,
  onGone: () => void,
): () => void {
  let isOpen = true;
  const client = connectDatagrams(server, port, {
    onPacket,
    onError: () => {
      if (isOpen) onGone();
    },
  });
  client.send(packet);
  return () => {
    if (isOpen) client.close();
    isOpen = false;
  };
}

function byTcp(
  server: string,
  port: number,
  packet: Uint8Array,
  onPacket: (bytes: Uint8Array) => void,
  onGone: () => void,
): () => void {
  const reader = createFrameReader();
  let isOpen = true;
  const connection = connectStream(server, port, () => ({
    onBytes(chunk) {
      const frames = reader.push(chunk);
      if (frames === 'malformed') onGone();
      else for (const bytes of frames) onPacket(bytes);
    },
    onClose: () => {
      if (isOpen) onGone();
    },
  }));
  connection.write(frame(packet));
  return () => {
    isOpen = false;
    connection.destroy();
  };
}
