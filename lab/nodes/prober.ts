/**
 * A client that asks again and again, as many users would: a new connection every few milliseconds, whether
 * or not earlier ones have been answered. One JSON line per request on standard output.
 * Arguments: host, port, interval in ms, limit of one request in ms.
 */
import { createConnection } from 'node:net';

export interface ProbeLine {
  /** Wall milliseconds with fractions, comparable with the capture's stamps. */
  readonly start: number;
  readonly end: number;
  /** "nyc-web-1", or why there was no whole answer. */
  readonly by: string;
  readonly ok: boolean;
}

const [host = '', port = '80', interval = '4', limit = '1000'] = process.argv.slice(2);
const request = `GET /probe HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const maximumOpen = 2_000;
let open = 0;

function now(): number {
  return performance.timeOrigin + performance.now();
}

function probe(): void {
  if (open >= maximumOpen) return;
  open += 1;
  const start = now();
  let answer = '';
  let isDone = false;
  const socket = createConnection({ host, port: Number(port) });
  const finish = (ok: boolean, by: string): void => {
    if (isDone) return;
    isDone = true;
    open -= 1;
    clearTimeout(timer);
    socket.destroy();
    const line: ProbeLine = { start, end: now(), by, ok };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const timer = setTimeout(() => finish(false, `no answer in ${limit} ms`), Number(limit));
  socket.setEncoding('latin1');
  socket.on('connect', () => socket.write(request));
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.on('end', () => {
    const server = /^X-Served-By: (.*)\r$/im.exec(answer)?.[1];
    if (answer.startsWith('HTTP/1.1 200') && server !== undefined) finish(true, server);
    else finish(false, answer.split('\r\n')[0] || 'connection closed without an answer');
  });
  socket.on('error', (error: NodeJS.ErrnoException) => finish(false, error.code ?? error.message));
}

setInterval(probe, Number(interval));
process.once('SIGTERM', () => process.exit(0));
