import { chmodSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { removeIfPresent } from './files.ts';

/** One HTTP request, whole: bodies are bounded, so nobody above this door handles streams. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The same as it came, for files. */
  readonly bytes: Uint8Array;
  readonly remoteAddress: string;
  /** Came by the device's own Unix socket. */
  readonly isLocal: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpListener {
  readonly address: string;
  readonly port: number;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

export interface TlsIdentity {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

const maximumBodyBytes = 16 * 1024 * 1024;
const maximumHeaderBytes = 16 * 1024;
const maximumConnections = 1000;
const headersTimeoutMilliseconds = 10_000;
const requestTimeoutMilliseconds = 60_000;
const keepAliveMilliseconds = 65_000;

const limits = {
  maxHeaderSize: maximumHeaderBytes,
  headersTimeout: headersTimeoutMilliseconds,
  requestTimeout: requestTimeoutMilliseconds,
  keepAliveTimeout: keepAliveMilliseconds,
};

/** HTTPS on one address; port 0 picks a free one. Rejects when the address cannot be bound. */
export async function serveHttps(
  where: { readonly address: string; readonly port: number },
  identity: TlsIdentity,
  handler: HttpHandler,
): Promise<HttpListener> {
  const server = createTlsServer(
    { ...limits, key: identity.key, cert: identity.certificate, minVersion: 'TLSv1.2' },
    (request, response) => void answer(request, response, false, handler),
  );
  const close = track(server);
  await listening(server, () => server.listen(where.port, where.address));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : where.port;
  return { address: where.address, port, close };
}

/** The same without TLS on a Unix socket that only root can open. */
export async function serveHttpSocket(path: string, handler: HttpHandler): Promise<HttpListener> {
  removeIfPresent(path);
  const server = createServer(
    limits,
    (request, response) => void answer(request, response, true, handler),
  );
  const close = track(server);
  await listening(server, () => server.listen(path));
  chmodSync(path, 0o600);
  return { address: path, port: 0, close };
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      // A socket error after start concerns one client, never the server.
      server.on('error', () => undefined);
      resolve();
    });
    start();
  });
}

function track(server: Server): () => Promise<void> {
  server.maxConnections = maximumConnections;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  isLocal: boolean,
  handler: HttpHandler,
): Promise<void> {
  const bytes = await readBody(request).catch(() => undefined);
  if (bytes === undefined) {
    send(response, {
      status: 413,
      headers: { connection: 'close' },
      body: JSON.stringify({
        code: 413,
        message: `The request body exceeds ${maximumBodyBytes} bytes`,
        errorStack: [],
      }),
    });
    return;
  }
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  send(
    response,
    await handler({
      method: request.method ?? 'GET',
      target: request.url ?? '/',
      headers,
      body: bytes.toString('utf8'),
      bytes,
      remoteAddress: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      isLocal,
    }),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answered: HttpResponse): void {
  if (response.destroyed) return;
  const { body } = answered;
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  response.writeHead(answered.status, {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': bytes.length,
    ...answered.headers,
  });
  response.end(bytes);
}
