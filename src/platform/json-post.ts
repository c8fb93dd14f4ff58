import { Agent, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';

/** JSON over HTTP or HTTPS to one server, on connections that stay open. */
export interface JsonServer {
  /** Rejects when there is no whole answer in time. */
  post(path: string, body: string): Promise<JsonAnswer>;
  close(): void;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
}

/** PEM; empty texts: the system's authorities, no client certificate. */
export interface JsonTls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const maximumAnswerBytes = 4 * 1024 * 1024;
const maximumSockets = 2;

/** `timeoutMilliseconds`: from the request to the end of its answer. */
export function openJsonServer(url: string, tls: JsonTls, timeoutMilliseconds: number): JsonServer {
  const isTls = url.startsWith('https:');
  const options = { keepAlive: true, maxSockets: maximumSockets };
  const agent = isTls
    ? new TlsAgent({
        ...options,
        ...(tls.authority !== '' && { ca: tls.authority }),
        ...(tls.certificate !== '' && { cert: tls.certificate, key: tls.key }),
      })
    : new Agent(options);
  return {
    post: (path, body) =>
      new Promise((resolve, reject) => {
        const headers = {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        };
        const signal = AbortSignal.timeout(timeoutMilliseconds);
        const sent = (isTls ? tlsRequest : request)(
          new URL(path, url),
          { method: 'POST', agent, headers, signal },
          (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (chunk: string) => {
              text += chunk;
              if (text.length > maximumAnswerBytes) response.destroy(new Error('answer too large'));
            });
            response.once('error', reject);
            response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
          },
        );
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
