import { connect, type Socket } from 'node:net';
import { type TLSSocket, connect as connectTls, rootCertificates } from 'node:tls';

/**
 * A TCP connection for protocols of whole messages, request and answer, that may begin in clear and go on
 * in TLS (LDAP's StartTLS): what login servers speak.
 */
export interface FrameStream {
  send(bytes: Uint8Array): void;
  /** The next whole message; rejects when none comes in time, or the other end is gone. */
  receive(milliseconds: number): Promise<Uint8Array>;
  /** From here on in TLS; rejects when the handshake fails or takes too long. */
  secure(tls: TlsTrust, milliseconds: number): Promise<void>;
  close(): void;
}

export interface TlsTrust {
  /** Is the server's certificate checked, name and all? */
  readonly checksPeer: boolean;
  /** PEM; absent: the authorities that Node knows. */
  readonly authorities?: string;
  /** OpenSSL's names. */
  readonly ciphers?: string;
  /** PEM of a client certificate and its key. */
  readonly certificate?: string;
  readonly key?: string;
}

export interface FrameTarget {
  readonly host: string;
  readonly port: number;
  readonly connectMilliseconds: number;
  /** Octets of the message that begins here; undefined: too little is there to say. Throws on nonsense. */
  lengthOf(bytes: Uint8Array): number | undefined;
}

/** Of one message; a server that sends more is cut off. */
const maximumFrameBytes = 4 * 1024 * 1024;

/** Rejects with the system's error, or after `connectMilliseconds`. */
export async function connectFrames(target: FrameTarget): Promise<FrameStream> {
  const socket = connect({ host: target.host, port: target.port, noDelay: true });
  await within(socket, target.connectMilliseconds, 'no connection', (done, fail) => {
    socket.once('connect', done);
    socket.once('error', fail);
  });
  return new Frames(socket, target);
}

class Frames implements FrameStream {
  #socket: Socket | TLSSocket;
  readonly #target: FrameTarget;
  #unread: Buffer = Buffer.alloc(0);
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket, target: FrameTarget) {
    this.#socket = socket;
    this.#target = target;
    this.#listen();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('data', (chunk: Buffer) => {
      this.#unread = Buffer.concat([this.#unread, chunk]);
      if (this.#unread.length > maximumFrameBytes) this.#fail(new Error('the answer is too long'));
      this.#wake?.();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the connection was closed')));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#socket.destroy();
    this.#wake?.();
  }

  send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  receive(milliseconds: number): Promise<Uint8Array> {
    return within(this.#socket, milliseconds, 'no answer', (done, fail) => {
      const look = (): void => {
        try {
          const frame = this.#take();
          if (frame !== undefined) done(frame);
          else if (this.#failure !== undefined) fail(this.#failure);
        } catch (error) {
          fail(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#wake = look;
      look();
    });
  }

  #take(): Uint8Array | undefined {
    const length = this.#target.lengthOf(this.#unread);
    if (length === undefined) return undefined;
    if (length > maximumFrameBytes) throw new Error('the answer is too long');
    if (this.#unread.length < length) return undefined;
    const frame = Uint8Array.from(this.#unread.subarray(0, length));
    this.#unread = this.#unread.subarray(length);
    return frame;
  }

  async secure(tls: TlsTrust, milliseconds: number): Promise<void> {
    // Whatever came in clear before the handshake must not be taken for an answer after it.
    if (this.#unread.length > 0) throw new Error('octets came before the TLS handshake');
    const plain = this.#socket;
    plain.removeAllListeners();
    const { host } = this.#target;
    const isName = !/^[\d.]+$/.test(host) && !host.includes(':');
    const secured = connectTls({
      socket: plain,
      host,
      rejectUnauthorized: tls.checksPeer,
      ca: tls.authorities ?? [...rootCertificates],
      ...(isName && { servername: host }),
      ...(tls.ciphers !== undefined && { ciphers: tls.ciphers }),
      ...(tls.certificate !== undefined && { cert: tls.certificate }),
      ...(tls.key !== undefined && { key: tls.key }),
    });
    this.#socket = secured;
    await within(secured, milliseconds, 'no TLS handshake', (done, fail) => {
      secured.once('secureConnect', done);
      secured.once('error', fail);
      secured.once('close', () => fail(new Error('the connection was closed in the handshake')));
    });
    this.#listen();
  }

  close(): void {
    this.#wake = undefined;
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
  }
}

/** Destroys the socket when it takes too long. */
function within<T>(
  socket: Socket,
  milliseconds: number,
  what: string,
  start: (done: (value: T) => void, fail: (error: Error) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new Error(`${what} within ${milliseconds} ms`)),
      milliseconds,
    );
    start((value) => {
      clearTimeout(timer);
      resolve(value);
    }, fail);
  });
}
