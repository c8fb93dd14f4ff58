/** Asks named over TCP, signed: transfers of zones as it serves them, and updates of them. */
import { createFrameReader, frame } from '../../base/dns/framing.ts';
import { decodeMessage, type Message } from '../../base/dns/message.ts';
import { signMessage, type TsigSecret, verifyAnswers } from '../../base/dns/tsig.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { connectStream } from '../../platform/stream.ts';
import { readTransfer, transferQuery, type TransferStep } from '../../base/dns/transfer.ts';

const idleMilliseconds = 10_000;
/** 10 million records; a server that never ends is not listened to for ever. */
const maximumMessages = 100_000;

export interface ServerAddress {
  readonly address: string;
  readonly port: number;
}

export interface NamedClientOptions {
  readonly clock: Clock;
  readonly random: Random;
}

export class NamedClient {
  readonly #options: NamedClientOptions;

  constructor(options: NamedClientOptions) {
    this.#options = options;
  }

  id(): number {
    const [high = 0, low = 0] = this.#options.random.bytes(2);
    return high * 256 + low;
  }

  /**
   * Throws when there is no transfer, saying why. Resolves to: was the zone told whole (true), or as
   * differences to `since`?
   */
  async transfer(
    server: ServerAddress,
    domain: string,
    secret: TsigSecret | undefined,
    tell: (step: TransferStep) => void,
    since?: number,
  ): Promise<boolean> {
    const reader = readTransfer(since !== undefined, tell);
    const query = transferQuery(domain, this.id(), since);
    await this.#ask(server, query, secret, (message) => {
      const code = message.flags & 15;
      if (code !== 0)
        throw new Error(`the transfer of ${domain} was answered with ${codeName(code)}`);
      const state = reader.take(message);
      if (state === 'malformed') throw new Error(`the transfer of ${domain} makes no sense`);
      return state === 'over';
    });
    return reader.isWhole();
  }

  /** Throws when named does not say that it took it; only reading back proves that it did. */
  async update(server: ServerAddress, message: Uint8Array, secret: TsigSecret): Promise<void> {
    await this.#ask(server, message, secret, (answer) => {
      const code = answer.flags & 15;
      if (code !== 0) throw new Error(`the update was answered with ${codeName(code)}`);
      return true;
    });
  }

  #ask(
    server: ServerAddress,
    query: Uint8Array,
    secret: TsigSecret | undefined,
    take: (message: Message) => boolean,
  ): Promise<void> {
    const { clock } = this.#options;
    const seconds = Math.floor(clock.wallMilliseconds() / 1000);
    const signed = secret && signMessage(query, secret, seconds);
    const verifier = secret && signed && verifyAnswers(secret, signed.mac);
    const reader = createFrameReader();
    let left = maximumMessages;
    const takeBytes = (bytes: Uint8Array): boolean => {
      left -= 1;
      const message = decodeMessage(bytes);
      if (message === undefined || left < 0) throw new Error('the answer is no DNS message');
      const code = message.flags & 15;
      const state = verifier?.take(bytes) ?? 'good';
      // Who cannot read our signature answers without one: his word is "no" all the same.
      if (state === 'bad' && code === 0)
        throw new Error('the answer is not signed as it should be');
      return take(message) && state === 'good';
    };
    return new Promise((resolve, reject) => {
      let cancel = (): void => undefined;
      const finish = (error?: Error): void => {
        cancel();
        connection.destroy();
        if (error === undefined) resolve();
        else reject(error);
      };
      const restart = (): void => {
        cancel();
        const late = new Error(`no answer from ${server.address} port ${server.port} in time`);
        cancel = clock.after(idleMilliseconds, () => finish(late));
      };
      const connection = connectStream(server.address, server.port, () => ({
        onBytes(chunk) {
          restart();
          try {
            const frames = reader.push(chunk);
            if (frames === 'malformed') throw new Error('the answer is no DNS message');
            for (const bytes of frames) {
              if (takeBytes(bytes)) return finish();
            }
          } catch (error) {
            finish(error instanceof Error ? error : new Error(String(error)));
          }
        },
        onClose: () => finish(new Error(`${server.address} port ${server.port} does not answer`)),
      }));
      restart();
      connection.write(frame(signed?.bytes ?? query));
    });
  }
}

const codeNames: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  7: 'YXRRSET',
  8: 'NXRRSET',
  9: 'NOTAUTH',
  10: 'NOTZONE',
};

function codeName(code: number): string {
  return codeNames[code] ?? `code ${code}`;
}
