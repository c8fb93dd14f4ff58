/** A client of iControl REST that measures: one connection, one request at a time, answers unparsed. */
import { Agent, request } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly text: string;
  /** Milliseconds from the first byte sent to the last one received. */
  readonly milliseconds: number;
}

export interface Client {
  send(method: string, path: string, body?: object): Promise<Answer>;
  close(): void;
}

const timeoutMilliseconds = 120_000;

export function connect(host: string, password: string): Client {
  // The certificate is the device's own, made at its first boot.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 1 });
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const payload = body === undefined ? '' : JSON.stringify(body);
        const started = performance.now();
        const outgoing = request(
          {
            host,
            path,
            method,
            agent,
            timeout: timeoutMilliseconds,
            headers: {
              authorization,
              'content-type': 'application/json',
              'content-length': String(Buffer.byteLength(payload)),
            },
          },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('error', reject);
            answer.on('end', () => {
              const milliseconds = performance.now() - started;
              const bytes = Buffer.concat(chunks);
              const text = bytes.toString('utf8');
              resolve({ status: answer.statusCode ?? 0, bytes: bytes.length, text, milliseconds });
            });
          },
        );
        outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer`)));
        outgoing.on('error', reject);
        outgoing.end(payload);
      }),
    close: () => agent.destroy(),
  };
}

/** Rejects unless it was done. */
export async function done(answer: Promise<Answer>): Promise<Answer> {
  const known = await answer;
  if (known.status === 200) return known;
  throw new Error(`status ${known.status}: ${known.text.slice(0, 500)}`);
}
