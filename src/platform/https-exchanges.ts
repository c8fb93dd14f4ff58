/**
 * Small requests and answers over HTTP/2 and HTTP/1.1 inside TLS, for many strangers: bodies, streams, connections
 * and the time between two whole requests have bounds.
 */
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  contextOf,
  createGuests,
  createServedNames,
  endOf,
  type ServingTls,
} from './serving-tls.ts';
import type { StreamServer } from './stream.ts';
import { listening, type TlsStreamServer } from './tls-stream.ts';

export interface Exchange {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly contentType: string;
  /** 'too-large': beyond the bound, not kept. */
  readonly body: Uint8Array | 'too-large';
  readonly remoteAddress: string;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Calls `answer` once; undefined: the connection ends without one. */
export type ExchangeHandler = (
  exchange: Exchange,
  answer: (answer: ExchangeAnswer | undefined) => void,
) => void;

export interface ExchangeBounds {
  readonly connections: number;
  readonly streamsOfConnection: number;
  readonly bodyBytes: number;
  /** Between two whole requests; the handshake counts as one. */
  readonly idleMilliseconds: number;
}

/** Rejects as `serveTlsStream` does. */
export async function serveExchanges(
  where: { readonly address: string; readonly port: number },
  tls: ServingTls,
  bounds: ExchangeBounds,
  handle: ExchangeHandler,
): Promise<TlsStreamServer> {
  const guests = createGuests(bounds.connections, bounds.idleMilliseconds);
  const names = createServedNames(tls);
  const server = createSecureServer(
    {
      ...contextOf(tls),
      SNICallback: names.callback,
      allowHTTP1: true,
      noDelay: true,
      maxSessionMemory: 1,
      settings: { maxConcurrentStreams: bounds.streamsOfConnection, enablePush: false },
    },
    (request, response) => take(request, response, bounds.bodyBytes, guests.renew, handle),
  );
  // Who is too many is told so by the quietest leaving, not by a door that stays shut.
  server.maxConnections = 2 * bounds.connections;
  server.on('connection', (socket: Socket) => guests.admit(socket));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('sessionError', () => undefined);
  const port = await listening(server, where);
  const stream: StreamServer = {
    address: where.address,
    port,
    close() {
      server.close();
      guests.close();
    },
  };
  return {
    ...stream,
    setTls(next) {
      names.take(next);
      server.setSecureContext(contextOf(next));
    },
  };
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

function take(
  request: Request,
  response: Response,
  bodyBytes: number,
  renew: (end: string) => void,
  handle: ExchangeHandler,
): void {
  // Both doors have it, also after the other side left.
  const { socket } = request;
  const end = endOf(socket);
  const remoteAddress = socket.remoteAddress ?? '';
  const parts: Uint8Array[] = [];
  let size = 0;
  const gone = (): void => undefined;
  request.on('error', gone);
  response.on('error', gone);
  request.on('data', (part: Uint8Array) => {
    size += part.length;
    if (size <= bodyBytes) parts.push(part);
    else parts.length = 0;
  });
  request.on('end', () => {
    renew(end);
    const exchange: Exchange = {
      method: request.method ?? '',
      target: request.url ?? '',
      contentType: request.headers['content-type'] ?? '',
      body: size > bodyBytes ? 'too-large' : Buffer.concat(parts),
      remoteAddress,
    };
    handle(exchange, (answer) => {
      renew(end);
      if (answer === undefined) return void socket.destroy();
      send(response, answer);
    });
  });
}

function send(response: Response, { body, headers, status }: ExchangeAnswer): void {
  // The client has left.
  if (response.destroyed || response.writableEnded) return;
  const fields = { ...headers, 'content-length': String(body.length) };
  // The two kinds of response have the same methods, and types that cannot be called together.
  const plain = response as ServerResponse;
  plain.writeHead(status, fields);
  plain.end(body);
}
