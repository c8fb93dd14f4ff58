/** Web servers that tell what they were asked, and a client that tells what it got: both in the test's own process. */
import assert from 'node:assert/strict';
import {
  type IncomingHttpHeaders,
  type RequestOptions,
  type Server,
  createServer,
  request,
} from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';

const patienceMilliseconds = 30_000;

export interface Seen {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** `?status=N&header=NAME:VALUE&type=T&size=N` of the request says how it answers. */
export async function startWebServer(
  name: string,
  host = '127.0.0.1',
): Promise<{ server: Server; port: number }> {
  const server = createServer((asked, response) => {
    const ask = new URL(asked.url ?? '/', 'http://here').searchParams;
    const { method = '', url = '', headers } = asked;
    const seen: Seen = { name, method, url, headers };
    response.statusCode = Number(ask.get('status') ?? 200);
    response.setHeader('Content-Type', ask.get('type') ?? 'application/json');
    for (const header of ask.getAll('header')) {
      const [field = '', ...value] = header.split(':');
      response.appendHeader(field, value.join(':'));
    }
    const text = JSON.stringify(seen);
    response.end(text.padEnd(Number(ask.get('size') ?? 0)));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the web server saw; undefined when the answer is not its. */
  readonly seen: Seen | undefined;
}

export interface Question extends RequestOptions {
  readonly isTls?: boolean;
  readonly body?: string;
  /** Of TLS. */
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
}

/** Rejects when the connection ends without an answer. */
export function ask(port: number, path: string, question: Question = {}): Promise<Answer> {
  const { isTls = false, body: sent, ...options } = question;
  const make = isTls ? tlsRequest : request;
  return new Promise((resolve, reject) => {
    const asked = make(
      { host: '127.0.0.1', port, path, agent: false, timeout: patienceMilliseconds, ...options },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString('latin1');
          const { statusCode: status = 0, headers } = response;
          const isOurs = body.startsWith('{"name":');
          resolve({ status, headers, body, seen: isOurs ? (JSON.parse(body) as Seen) : undefined });
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.on('error', reject);
    asked.end(sent);
  });
}

/** The connection ends without an answer. */
export async function assertRefused(
  port: number,
  path: string,
  question?: Question,
): Promise<void> {
  await assert.rejects(ask(port, path, question), /socket hang up|ECONNRESET/);
}
