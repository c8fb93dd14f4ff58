/** The TCP door of `stream.ts` with TLS in front: a handshake has a time, and half-open ones have a bound. */
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import {
  contextOf,
  createGuests,
  createServedNames,
  endOf,
  handshakeMilliseconds,
  type ServingTls,
} from './serving-tls.ts';
import {
  attach,
  connectionOf,
  type StreamConnection,
  type StreamHandlers,
  type StreamServer,
} from './stream.ts';

/** Handshakes at once; the oldest makes room. */
const maximumHandshakes = 128;

export interface TlsStreamServer extends StreamServer {
  /** For connections that come from now on. Throws when OpenSSL does not take it. */
  setTls(tls: ServingTls): void;
}

/**
 * Rejects with the system's error when it cannot be bound, with OpenSSL's when it does not take certificate, key or
 * ciphers. `protocol`: what a client that names protocols must name (ALPN).
 */
export async function serveTlsStream(
  where: { readonly address: string; readonly port: number; readonly maximumConnections: number },
  tls: ServingTls,
  protocol: string,
  onConnection: (connection: StreamConnection) => StreamHandlers,
): Promise<TlsStreamServer> {
  const open = new Set<Socket>();
  const shaking = createGuests(maximumHandshakes, handshakeMilliseconds);
  const names = createServedNames(tls);
  const server = createServer(
    { ...contextOf(tls), SNICallback: names.callback, ALPNProtocols: [protocol], noDelay: true },
    (socket) => {
      shaking.release(endOf(socket));
      attach(socket, onConnection(connectionOf(socket)));
    },
  );
  server.maxConnections = where.maximumConnections + maximumHandshakes;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    shaking.admit(socket);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  const port = await listening(server, where);
  return {
    address: where.address,
    port,
    setTls(next) {
      names.take(next);
      server.setSecureContext(contextOf(next));
    },
    close() {
      shaking.close();
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** The port that it is bound to. */
export function listening(
  server: Pick<ReturnType<typeof createServer>, 'address' | 'listen' | 'off' | 'on' | 'once'>,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, ipv6Only: true }, () => {
      server.off('error', reject);
      // Of one client, never of the server.
      server.on('error', () => undefined);
      const bound = server.address();
      resolve(bound !== null && typeof bound === 'object' ? bound.port : port);
    });
  });
}
