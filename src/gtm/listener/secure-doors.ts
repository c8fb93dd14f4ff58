/** Listeners inside TLS: DNS over TLS (RFC 7858) and over HTTPS (RFC 8484), with what their client-ssl profile says. */
import type { Clock } from '../../platform/clock.ts';
import { serveExchanges } from '../../platform/https-exchanges.ts';
import { serveTlsStream, type TlsStreamServer } from '../../platform/tls-stream.ts';
import type { ListenerSpec, ListenerTls, SecureDoor } from '../protocol.ts';
import {
  createConnections,
  idleMilliseconds,
  inTls,
  maximumConnections,
  type PacketHandler,
} from './connections.ts';
import { exchangeAnswer, largestQuestion, readQuestion, transferAnswer } from './https.ts';

/** While the quietest is being closed. */
const spareConnections = 64;
/** Questions of one HTTP/2 connection on their way at a time. */
const maximumStreams = 64;

export interface SecureServer {
  readonly port: number;
  /** Throws when OpenSSL does not take it, or there is none. */
  setSecure(secure: SecureDoor): void;
  close(): void;
}

/** Rejects when it cannot be bound, or there is no certificate that could be shown. */
export async function openSecure(
  clock: Clock,
  spec: ListenerSpec,
  secure: SecureDoor,
  onPacket: PacketHandler,
): Promise<SecureServer> {
  const tls = usable(secure);
  const server = await (secure.kind === 'tls'
    ? openTls(clock, spec, tls, onPacket)
    : openHttps(spec, tls, onPacket));
  return {
    port: server.port,
    setSecure: (next) => server.setTls(usable(next)),
    close: () => server.close(),
  };
}

function usable({ tls }: SecureDoor): ListenerTls {
  if (typeof tls === 'string') throw new Error(tls);
  return tls;
}

function openTls(
  clock: Clock,
  { address, port }: ListenerSpec,
  tls: ListenerTls,
  onPacket: PacketHandler,
): Promise<TlsStreamServer> {
  const where = { address, port, maximumConnections: maximumConnections + spareConnections };
  return serveTlsStream(where, tls, 'dot', createConnections(clock, onPacket, inTls));
}

function openHttps(
  { address, port }: ListenerSpec,
  tls: ListenerTls,
  onPacket: PacketHandler,
): Promise<TlsStreamServer> {
  const bounds = {
    connections: maximumConnections,
    streamsOfConnection: maximumStreams,
    bodyBytes: largestQuestion,
    idleMilliseconds,
  };
  return serveExchanges({ address, port }, tls, bounds, (exchange, answer) => {
    const question = readQuestion(exchange);
    if (!(question instanceof Uint8Array)) return answer(question);
    onPacket(question, exchange.remoteAddress, 'tcp', (reply) => {
      if (reply === undefined) return answer(undefined);
      const [first, ...more] = reply instanceof Uint8Array ? [reply] : reply;
      if (first === undefined || more.length > 0) return answer(transferAnswer);
      answer(exchangeAnswer(question, first));
    });
  });
}
