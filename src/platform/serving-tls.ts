/** What a TLS server of ours is given, and who is at its door without having said enough yet. */
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';

export interface ServingTls {
  /** PEM, chain and key included; of several with keys of one kind the first is shown. */
  readonly pems: readonly string[];
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
  readonly newest: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's words; null: its own choice. */
  readonly ciphers: string | null;
  /** Shown to clients that ask for such a server (SNI, RFC 6066): lower case, `*.` before any one label. */
  readonly names?: readonly { readonly name: string; readonly pems: readonly string[] }[];
}

export const handshakeMilliseconds = 5_000;

/** OpenSSL takes the last of a kind. */
export function contextOf({ ciphers, newest, oldest, pems }: ServingTls): SecureContextOptions {
  const last = pems.toReversed();
  return {
    key: last,
    cert: last,
    minVersion: oldest,
    maxVersion: newest,
    ...(ciphers !== null && { ciphers }),
  };
}

/** What is shown to whom asks for a name; who asks for none, or for another one, sees the server's own. */
export interface ServedNames {
  /** Throws when OpenSSL does not take one. */
  take(tls: ServingTls): void;
  readonly callback: (
    name: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ) => void;
}

export function createServedNames(first: ServingTls): ServedNames {
  let contexts = contextsOf(first);
  return {
    take: (tls) => void (contexts = contextsOf(tls)),
    callback(asked, done) {
      const name = asked.toLowerCase();
      const dot = name.indexOf('.');
      const context = contexts.get(name) ?? contexts.get(`*${name.slice(dot)}`);
      // Without one Node goes on with the server's own.
      done(null, context);
    },
  };
}

function contextsOf({ names = [], ...tls }: ServingTls): ReadonlyMap<string, SecureContext> {
  const contexts = new Map<string, SecureContext>();
  for (const { name, pems } of names) {
    // Of several the first counts, as among profiles.
    if (contexts.has(name)) continue;
    contexts.set(name, createSecureContext(contextOf({ ...tls, pems })));
  }
  return contexts;
}

/** The other end, as both the bare connection and what is spoken over it know it. */
export function endOf(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`;
}

export interface Guests {
  admit(socket: Socket): void;
  /** Has said something whole: has its time anew, and is the last to go. */
  renew(end: string): void;
  /** Somebody else watches it from now on. */
  release(end: string): void;
  close(): void;
}

/**
 * Open connections, each with so much time for the next whole thing that it says; beyond `most`, who was quiet for
 * longest makes room for a newcomer.
 */
export function createGuests(most: number, milliseconds: number): Guests {
  const guests = new Map<string, { readonly socket: Socket; timer: NodeJS.Timeout }>();
  const release = (end: string): void => {
    clearTimeout(guests.get(end)?.timer);
    guests.delete(end);
  };
  const leave = (end: string): void => {
    guests.get(end)?.socket.destroy();
    release(end);
  };
  const watch = (end: string, socket: Socket): void => {
    guests.set(end, { socket, timer: setTimeout(() => leave(end), milliseconds) });
  };
  return {
    admit(socket) {
      const end = endOf(socket);
      watch(end, socket);
      socket.once('close', () => release(end));
      if (guests.size <= most) return;
      for (const quietest of guests.keys()) return leave(quietest);
    },
    renew(end) {
      const guest = guests.get(end);
      if (guest === undefined) return;
      release(end);
      watch(end, guest.socket);
    },
    release,
    close() {
      for (const end of guests.keys()) leave(end);
    },
  };
}
