import { chmodSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { setImmediate } from 'node:timers/promises';
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
  readonly body: string | Uint8Array | TextChunks | EventFeed;
}

/** Text that is made while it is sent, in pieces that are each quickly made. */
export interface TextChunks {
  readonly chunks: Iterable<string>;
}

/** Text that comes as things happen, until one of both sides ends it. */
export interface EventFeed {
  /**
   * `end` closes the connection. The result is called once when it is over, whoever ended it. A reader that leaves
   * more than `maximumUnreadBytes` lying is cut off.
   */
  open(send: (text: string) => void, end: () => void): () => void;
}

export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

export interface HttpListener {
  readonly address: string;
  readonly port: number;
  /** For connections that come from now on; without TLS, nothing. */
  secure(settings: TlsSettings): void;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Versions and suites (OpenSSL's names) that are spoken. */
export interface TlsSettings {
  readonly oldest: 'TLSv1.2' | 'TLSv1.3';
  readonly newest: 'TLSv1.2' | 'TLSv1.3';
  readonly suites: string;
}

/** Does OpenSSL know any suite of the list? */
export function knowsSuites(suites: string): boolean {
  try {
    createSecureContext({ ciphers: suites });
    return true;
  } catch {
    return false;
  }
}

function secured(identity: TlsIdentity, { oldest, newest, suites }: TlsSettings) {
  return {
    key: identity.key,
    cert: identity.certificate,
    minVersion: oldest,
    maxVersion: newest,
    ciphers: suites,
  };
}

export interface TlsIdentity {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

const maximumBodyBytes = 16 * 1024 * 1024;
const maximumHeaderBytes = 16 * 1024;
const maximumConnections = 1000;
/** Nobody has to be known to open one: who has a single address must not have them all. */
const maximumOfAddress = 400;
const headersTimeoutMilliseconds = 10_000;
const requestTimeoutMilliseconds = 60_000;
const keepAliveMilliseconds = 65_000;
/** Who opens a connection and says nothing has it no longer than who says half a request. */
const handshakeTimeoutMilliseconds = 10_000;
/** How often the times above are looked at. */
const checkMilliseconds = 5_000;
/** Of all bodies that are being read: nobody has to be known to send one. */
const maximumHeldBytes = 256 * 1024 * 1024;

const limits = {
  maxHeaderSize: maximumHeaderBytes,
  headersTimeout: headersTimeoutMilliseconds,
  requestTimeout: requestTimeoutMilliseconds,
  keepAliveTimeout: keepAliveMilliseconds,
  connectionsCheckingInterval: checkMilliseconds,
};

/** HTTPS on one address; port 0 picks a free one. Rejects when the address cannot be bound. */
export async function serveHttps(
  where: { readonly address: string; readonly port: number },
  identity: TlsIdentity,
  settings: TlsSettings,
  handler: HttpHandler,
): Promise<HttpListener> {
  const server = createTlsServer(
    {
      ...limits,
      ...secured(identity, settings),
      handshakeTimeout: handshakeTimeoutMilliseconds,
    },
    (request, response) => void answer(request, response, false, handler).catch(cut(response)),
  );
  const close = track(server);
  await listening(server, () => server.listen(where.port, where.address));
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : where.port;
  return {
    address: where.address,
    port,
    secure: (now) => server.setSecureContext(secured(identity, now)),
    close,
  };
}

/** The same without TLS on a Unix socket that only root can open. */
export async function serveHttpSocket(path: string, handler: HttpHandler): Promise<HttpListener> {
  removeIfPresent(path);
  const server = createServer(
    limits,
    (request, response) => void answer(request, response, true, handler).catch(cut(response)),
  );
  const close = track(server);
  await listening(server, () => server.listen(path));
  chmodSync(path, 0o600);
  return { address: path, port: 0, secure: () => undefined, close };
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
  const ofAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    // On a Unix socket there is none, and only root.
    const address = socket.remoteAddress;
    const own = address === undefined ? 0 : (ofAddress.get(address) ?? 0) + 1;
    if (address !== undefined) ofAddress.set(address, own);
    socket.on('close', () => {
      open.delete(socket);
      if (address === undefined) return;
      const left = (ofAddress.get(address) ?? 1) - 1;
      if (left === 0) ofAddress.delete(address);
      else ofAddress.set(address, left);
    });
    if (own > maximumOfAddress) socket.destroy();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else socket.end(refusals[error.code ?? ''] ?? refusalText(400, 'Bad Request'));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

/** To what was no request, or not in time; the connection ends with it. */
const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: refusalText(431, 'Request Header Fields Too Large'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: refusalText(413, 'Payload Too Large'),
  ERR_HTTP_REQUEST_TIMEOUT: refusalText(408, 'Request Timeout'),
};

function refusalText(status: number, words: string): string {
  const body = JSON.stringify({ code: status, message: words, errorStack: [] });
  return (
    `HTTP/1.1 ${status} ${words}\r\nConnection: close\r\n` +
    `Content-Type: application/json; charset=UTF-8\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  isLocal: boolean,
  handler: HttpHandler,
): Promise<void> {
  const bytes = await readBody(request).catch(() => undefined);
  if (bytes === undefined) {
    await send(response, {
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
  await send(
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

/** An answer that failed on its way can only be ended; the client sees that it is not whole. */
function cut(response: ServerResponse): () => void {
  return () => void response.destroy();
}

let heldBytes = 0;

/** Undefined when it is too large, or when there are too many others. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      heldBytes += chunk.length;
      if (size > maximumBodyBytes || heldBytes > maximumHeldBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    heldBytes -= size;
  }
}

/** Requests wait no longer than this for each other while a long answer is made. */
const sliceMilliseconds = 5;
/** What is made ahead of a client that reads slowly. */
const sliceBytes = 64 * 1024;
/** Of a feed: whoever reads slower than things happen asks anew. */
const maximumUnreadBytes = 4 * 1024 * 1024;
/** A client that takes nothing for so long is gone. */
const stalledMilliseconds = 60_000;

async function send(response: ServerResponse, answered: HttpResponse): Promise<void> {
  if (response.destroyed) return;
  const { body } = answered;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    sendWhole(response, answered, body);
    return;
  }
  if ('open' in body) {
    feed(response, answered, body);
    return;
  }
  const chunks = body.chunks[Symbol.iterator]();
  let slice = takeSlice(chunks);
  if (slice.isLast) {
    sendWhole(response, answered, slice.text);
    return;
  }
  response.writeHead(answered.status, headersOf(answered));
  while (!response.destroyed) {
    const isTaken = response.write(slice.text);
    if (slice.isLast) break;
    await (isTaken ? setImmediate() : drained(response));
    slice = takeSlice(chunks);
  }
  // Whoever made the text may hold something for it.
  if (response.destroyed) chunks.return?.();
  else response.end();
}

function feed(response: ServerResponse, answered: HttpResponse, body: EventFeed): void {
  response.writeHead(answered.status, headersOf(answered));
  response.flushHeaders();
  const send = (text: string): void => {
    if (response.destroyed || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > maximumUnreadBytes) response.destroy();
  };
  const close = body.open(send, () => void response.end());
  response.once('close', close);
}

function takeSlice(chunks: Iterator<string>): { readonly text: string; readonly isLast: boolean } {
  const end = performance.now() + sliceMilliseconds;
  const parts: string[] = [];
  let size = 0;
  while (performance.now() < end && size < sliceBytes) {
    const next = chunks.next();
    if (next.done === true) return { text: parts.join(''), isLast: true };
    parts.push(next.value);
    size += next.value.length;
  }
  return { text: parts.join(''), isLast: false };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), stalledMilliseconds);
    const settle = (): void => {
      clearTimeout(timer);
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });
}

function headersOf(answered: HttpResponse): Record<string, string> {
  return {
    'content-type': 'application/json; charset=UTF-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...answered.headers,
  };
}

function sendWhole(
  response: ServerResponse,
  answered: HttpResponse,
  body: string | Uint8Array,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  response.writeHead(answered.status, { ...headersOf(answered), 'content-length': bytes.length });
  response.end(bytes);
}
