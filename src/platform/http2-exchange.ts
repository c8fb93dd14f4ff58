import { connect } from 'node:http2';
import { describe, type TlsOffer, tlsOptions } from './tcp.ts';

/** One request over HTTP/2 on a connection of its own, for probes. */
export interface Http2Exchange {
  readonly address: string;
  readonly port: number;
  /** Undefined: with prior knowledge, in clear. */
  readonly tls: TlsOffer | undefined;
  /** IP's type of service, IPv6's traffic class, from the end of the handshake on; 0 is none. */
  readonly trafficClass: number;
  readonly method: string;
  readonly path: string;
  readonly authority: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly maximumBytes: number;
  /** `headers` as `name: value`. Called once, at the end of the answer or at its bound. */
  onAnswer(status: number, headers: readonly string[], body: string): void;
  /** In words for people; nothing is called after it. */
  onError(reason: string): void;
}

/** The result ends it, whatever its state; no callback comes after that. */
export function exchangeHttp2(exchange: Http2Exchange): () => void {
  const { address, port, tls, method, path, authority } = exchange;
  const host = address.includes(':') ? `[${address}]` : address;
  const options = tls === undefined ? {} : tlsOptions(tls);
  if (typeof options === 'string') {
    queueMicrotask(() => exchange.onError(options));
    return () => undefined;
  }
  let isOver = false;
  const session = connect(`${tls === undefined ? 'http' : 'https'}://${host}:${port}`, options);
  const finish = (report: () => void): void => {
    if (isOver) return;
    isOver = true;
    session.destroy();
    report();
  };
  // Not before: a socket that has no descriptor yet refuses it.
  session.on('connect', (_session, socket) => {
    if (exchange.trafficClass > 0) socket.setTypeOfService(exchange.trafficClass);
  });
  session.on('error', (error) => finish(() => exchange.onError(describe(error))));
  session.on('close', () => finish(() => exchange.onError('connection closed')));
  const stream = session.request({
    ...exchange.headers,
    ':method': method,
    ':path': path,
    ...(authority !== undefined && { ':authority': authority }),
  });
  let status = 0;
  let lines: readonly string[] = [];
  let body = '';
  const answered = (): void => finish(() => exchange.onAnswer(status, lines, body));
  stream.setEncoding('latin1');
  stream.on('response', (headers) => {
    status = headers[':status'] ?? 0;
    lines = Object.entries(headers)
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]) => `${name}: ${String(value)}`);
  });
  stream.on('data', (part: string) => {
    body = `${body}${part}`.slice(0, exchange.maximumBytes);
    if (body.length >= exchange.maximumBytes) answered();
  });
  stream.on('end', () => {
    if (status !== 0) answered();
  });
  stream.on('error', (error) => finish(() => exchange.onError(describe(error))));
  stream.end();
  return () => finish(() => undefined);
}
