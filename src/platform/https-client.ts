import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';

/** Where REST is: the device's own socket, or an address with TLS. */
export type RestPlace =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'https';
      readonly host: string;
      readonly port: number;
      /** Self-signed certificates are the rule on devices: checked only where the caller has one to check by. */
      readonly certificateAuthority?: string;
      /** SHA-256 of the certificate, as Node prints it: nothing is sent to a server that shows another one. */
      readonly fingerprint?: string;
    };

export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface ClientResponse {
  readonly status: number;
  readonly body: string;
  readonly etag?: string | undefined;
}

export interface HttpClient {
  /** Rejects when there is no answer at all. */
  send(request: ClientRequest): Promise<ClientResponse>;
  close(): void;
}

const timeoutMilliseconds = 330_000;
const maximumAnswerBytes = 256 * 1024 * 1024;

/** Keeps one connection open between requests. */
export function connectHttp(place: RestPlace): HttpClient {
  // An import of node:http brings fetch, zlib and crypto with it: a fifth of the shell's start. TLS is another
  // tenth, and the device's own socket does without.
  const http = process.getBuiltinModule('node:http');
  const agent =
    place.kind === 'socket'
      ? new http.Agent({ keepAlive: true, maxSockets: 4 })
      : secureAgent(place.fingerprint);
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        const options = {
          method: request.method,
          path: request.path,
          headers: {
            'content-type': 'application/json',
            // Node leaves it out for DELETE, and the body would be taken for the next request.
            'content-length': String(Buffer.byteLength(request.body ?? '')),
            ...request.headers,
          },
          agent,
          timeout: timeoutMilliseconds,
        };
        const onResponse = (response: IncomingMessage): void => {
          readAll(response).then(
            (body) =>
              resolve({ status: response.statusCode ?? 0, body, etag: response.headers.etag }),
            reject,
          );
        };
        const sent =
          place.kind === 'socket'
            ? http.request({ ...options, socketPath: place.path }, onResponse)
            : process.getBuiltinModule('node:https').request(
                {
                  ...options,
                  host: place.host,
                  port: place.port,
                  rejectUnauthorized: place.certificateAuthority !== undefined,
                  ...(place.certificateAuthority === undefined
                    ? {}
                    : { ca: place.certificateAuthority }),
                },
                onResponse,
              );
        sent.on('error', reject);
        sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
        sent.end(request.body);
      }),
    close: () => agent.destroy(),
  };
}

function secureAgent(fingerprint: string | undefined): HttpAgent {
  const { Agent } = process.getBuiltinModule('node:https');
  const options = { keepAlive: true, maxSockets: 4 };
  return fingerprint === undefined ? new Agent(options) : pinnedAgent(fingerprint);

  function pinnedAgent(expected: string): HttpAgent {
    return new (class extends Agent {
      override createConnection(
        given: Parameters<HttpAgent['createConnection']>[0],
        done: (error: Error | null, socket: Duplex) => void,
      ): undefined {
        const { connect } = process.getBuiltinModule('node:tls');
        // What an agent of https passes on are options of TLS, which the type does not say.
        const socket = connect({ ...(given as ConnectionOptions), rejectUnauthorized: false });
        socket.once('error', (error) => done(error, socket));
        socket.once('secureConnect', () => {
          const isExpected = socket.getPeerCertificate().fingerprint256 === expected;
          if (!isExpected) socket.destroy(new Error('the certificate is another one than before'));
          else done(null, socket);
        });
      }
    })(options);
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumAnswerBytes) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
