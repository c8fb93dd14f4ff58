import type { X509Certificate } from 'node:crypto';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterSockets } from './turn.ts';

/**
 * Byte streams over HTTP/2 over mutual TLS 1.3: one POST stream a connection. Who is admitted is the
 * caller's decision alone, and it is never skipped: OpenSSL proves that the other end holds the key of its
 * certificate; what the certificate is worth (pinned key, authority, dates) `refuse` says. Nothing of a stream
 * is seen before that.
 */
export interface Http2Credentials {
  /** PEM; certificates that lead from its issuer to older authorities may follow. */
  readonly certificate: string;
  readonly key: string;
  /** PEM certificates of authorities: named to clients, so that they know which certificate to show. */
  readonly authorities: readonly string[];
}

export interface Wire {
  /** Address of the other end, an IPv4 one without its IPv6 mapping. */
  readonly remoteAddress: string;
  readonly certificate: X509Certificate;
  readonly protocol: string;
  readonly cipher: string;
  bytesIn(): number;
  bytesOut(): number;
  /** Bytes handed to `write` that the kernel has not taken yet. */
  pendingBytes(): number;
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Exactly once, with the error's text or "closed". */
  onClose(listener: (reason: string) => void): void;
  /** Sends what is queued, then closes. */
  end(): void;
  destroy(): void;
}

export interface StreamServerOptions {
  readonly address: string;
  readonly port: number;
  readonly credentials: Http2Credentials;
  /** Called for each TCP connection before any work is done for it; false drops it. */
  readonly accept: (remoteAddress: string) => boolean;
  /** Why the certificate is not welcome, or undefined. */
  readonly refuse: (certificate: X509Certificate) => string | undefined;
  readonly onRefused: (remoteAddress: string, reason: string) => void;
  /** What the refused holder of this certificate is told in place of a stream; undefined: nothing. */
  readonly farewell?: (certificate: X509Certificate) => string | undefined;
  readonly onStream: (wire: Wire, path: string) => void;
}

export interface StreamServer {
  readonly port: number;
  setCredentials(credentials: Http2Credentials): void;
  close(): Promise<void>;
}

const handshakeMilliseconds = 5000;
/** Enough for a request and its answer; then who was refused is gone. */
const farewellMilliseconds = 1000;
const farewellHeader = 'evenkeel-farewell';
/** Large enough that a full load is never paced by window updates on a long link. */
const windowBytes = 8 * 1024 * 1024;
const settings = { initialWindowSize: windowBytes, maxConcurrentStreams: 1 };

export function serveStreams(options: StreamServerOptions): Promise<StreamServer> {
  const sockets = new Set<Socket>();
  /** Is the handshake of an open connection over, however it went? By `endOf`. */
  const isMet = new Map<string, boolean>();
  const secure = secureServer(options, (socket) => {
    const end = endOf(socket);
    if (isMet.has(end)) isMet.set(end, true);
  });
  // Own TCP server in front of the TLS one, so that a flood is dropped before a handshake is paid for.
  const server = createServer({ noDelay: true }, (socket) => {
    const remote = plainAddress(socket.remoteAddress);
    if (!options.accept(remote)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    const end = endOf(socket);
    isMet.set(end, false);
    socket.on('close', () => {
      sockets.delete(socket);
      const wasMet = isMet.get(end) === true;
      isMet.delete(end);
      // Who hangs up in the middle has no address any more when TLS tells of it.
      if (!wasMet) options.onRefused(remote, 'it hung up during the handshake');
    });
    secure.emit('connection', socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.address, port: options.port }, () => {
      server.removeListener('error', reject);
      resolve({
        port: portOf(server),
        setCredentials: (credentials) => secure.setSecureContext(contextOf(credentials)),
        close: () => closeServer(server, secure, sockets),
      });
    });
  });
}

/** Which of a source's connections it is. */
function endOf({ remoteAddress, remotePort }: Socket): string {
  return `${plainAddress(remoteAddress)} ${remotePort}`;
}

function secureServer(
  options: StreamServerOptions,
  meet: (socket: TLSSocket) => void,
): Http2SecureServer {
  const secure = createSecureServer({
    ...contextOf(options.credentials),
    requestCert: true,
    // `refuse` decides: a member is known by its key, whichever authority signed it at the time.
    rejectUnauthorized: false,
    handshakeTimeout: handshakeMilliseconds,
    settings,
  });
  secure.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    const remote = plainAddress(socket.remoteAddress);
    if (remote === '') return;
    meet(socket);
    options.onRefused(remote, error.message);
  });
  secure.on('secureConnection', (socket: TLSSocket) => {
    meet(socket);
    const certificate = socket.getPeerX509Certificate();
    const reason =
      certificate === undefined ? 'no certificate was presented' : options.refuse(certificate);
    if (reason === undefined) return;
    options.onRefused(plainAddress(socket.remoteAddress), reason);
    const words = certificate === undefined ? undefined : options.farewell?.(certificate);
    if (words === undefined) return void socket.destroy();
    const timer = setTimeout(() => socket.destroy(), farewellMilliseconds);
    socket.once('close', () => clearTimeout(timer));
  });
  secure.on('session', (session) => {
    session.on('error', () => session.destroy());
    session.setLocalWindowSize(windowBytes);
  });
  secure.on('stream', (stream: ServerHttp2Stream, headers) => {
    // The session's socket is a TLS one: this server has no other.
    const socket = stream.session?.socket as TLSSocket | undefined;
    const certificate = socket?.getPeerX509Certificate();
    // Admitted above; asked again, because trust can have changed since the handshake.
    if (socket === undefined || certificate === undefined) return stream.destroy();
    if (options.refuse(certificate) !== undefined) {
      sayFarewell(stream, options.farewell?.(certificate));
      return;
    }
    stream.respond({ ':status': 200 });
    options.onStream(wireOf(stream, socket, certificate), String(headers[':path']));
  });
  return secure;
}

function sayFarewell(stream: ServerHttp2Stream, words: string | undefined): void {
  if (words === undefined) return void stream.destroy();
  stream.on('error', () => stream.destroy());
  stream.respond({ ':status': 403, [farewellHeader]: words }, { endStream: true });
}

export interface StreamDialOptions {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly credentials: Http2Credentials;
  readonly refuse: (certificate: X509Certificate) => string | undefined;
  /** What the other end, which is welcome here, says when it refuses us (`farewell`). */
  readonly onFarewell?: (words: string) => void;
  /** Somebody is there: TCP is open, the handshake begins. */
  readonly onAnswer?: () => void;
}

/** Resolves when the other end has answered; rejects with why not, within 5 s. */
export function dialStream(options: StreamDialOptions): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({
      host: options.address,
      port: options.port,
      ALPNProtocols: ['h2'],
      // `refuse` decides, below, before anything is sent.
      rejectUnauthorized: false,
      ...contextOf(options.credentials),
    });
    socket.setNoDelay(true);
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(handshakeMilliseconds, () => {
      const seen = socket.bytesRead;
      // It may be we who stood still, with the answer waiting in the socket.
      afterSockets(() => {
        if (socket.bytesRead === seen) fail(new Error('connection timed out'));
      });
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('refused by the other end')));
    socket.once('connect', () => options.onAnswer?.());
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined) return fail(new Error('no certificate was presented'));
      const reason = options.refuse(certificate);
      if (reason !== undefined) return fail(new Error(reason));
      openStream(socket, certificate, options, resolve, fail);
    });
  });
}

function openStream(
  socket: TLSSocket,
  certificate: X509Certificate,
  options: StreamDialOptions,
  resolve: (wire: Wire) => void,
  fail: (error: Error) => void,
): void {
  const host = isIPv6(options.address) ? `[${options.address}]` : options.address;
  const session: ClientHttp2Session = connectHttp2(`https://${host}:${options.port}`, {
    createConnection: () => socket,
    settings: { ...settings, enablePush: false },
  });
  session.on('error', fail);
  session.on('connect', () => session.setLocalWindowSize(windowBytes));
  const stream = session.request(
    { ':method': 'POST', ':path': options.path },
    { endStream: false },
  );
  stream.on('error', fail);
  stream.once('response', (headers) => {
    if (headers[':status'] !== 200) {
      const words = headers[farewellHeader];
      if (typeof words === 'string') options.onFarewell?.(words);
      return fail(new Error(`answered ${headers[':status']}`));
    }
    socket.setTimeout(0);
    resolve(wireOf(stream, socket, certificate));
  });
}

/** The part of an HTTP/2 stream, of either end, that a wire needs. */
type DuplexStream = ServerHttp2Stream | ClientHttp2Stream;

function wireOf(stream: DuplexStream, socket: TLSSocket, certificate: X509Certificate): Wire {
  const protocol = socket.getProtocol() ?? '';
  const cipher = socket.getCipher().name;
  const session = stream.session;
  let closed: string | undefined;
  let failure = 'closed';
  const listeners: ((reason: string) => void)[] = [];
  const close = (): void => {
    if (closed !== undefined) return;
    closed = failure;
    session?.destroy();
    for (const listener of listeners) listener(closed);
  };
  stream.on('error', (error: Error) => void (failure = error.message));
  stream.on('end', () => stream.end());
  stream.on('close', close);
  return {
    remoteAddress: plainAddress(socket.remoteAddress),
    certificate,
    protocol,
    cipher,
    bytesIn: () => socket.bytesRead,
    bytesOut: () => socket.bytesWritten,
    pendingBytes: () => stream.writableLength,
    write: (bytes) => {
      if (!stream.destroyed && closed === undefined) stream.write(bytes);
    },
    onData: (listener) => void stream.on('data', listener),
    onClose: (listener) => {
      if (closed === undefined) listeners.push(listener);
      else listener(closed);
    },
    end: () => void stream.end(),
    destroy: () => {
      stream.destroy();
      session?.destroy();
    },
  };
}

function contextOf(credentials: Http2Credentials): {
  cert: string;
  key: string;
  ca: string[];
  minVersion: 'TLSv1.3';
} {
  return {
    cert: credentials.certificate,
    key: credentials.key,
    ca: [...credentials.authorities],
    minVersion: 'TLSv1.3',
  };
}

function closeServer(
  server: Server,
  secure: Http2SecureServer,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    secure.removeAllListeners('session');
    for (const socket of sockets) socket.destroy();
  });
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}
