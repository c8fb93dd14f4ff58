/** What a TLS server of ours is given, and who is at its door without having said enough yet. */
import type { Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';

export interface ServingTls {
  /** PEM, chain and key included; of several with keys of one kind the first is shown. */
  readonly pems: readonly string[];
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
  readonly newest: 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's words; null: its own choice. */
  readonly ciphers: string | null;
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
