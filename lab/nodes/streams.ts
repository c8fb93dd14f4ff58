/**
 * Long-lived streams to an echo server: each sends a numbered line every 20 ms and expects each back, in order.
 * Arguments: address, port, streams, `tcp` (when left out), `tls` or `websocket`, and other milliseconds than 20. Prints `ready` when all are
 * connected; at SIGTERM sends no more, waits for what is under way and prints one line of JSON (`StreamsReport`).
 */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface StreamsReport {
  readonly streams: number;
  /** Why, of each that ended or lost something. */
  readonly broken: readonly string[];
  readonly messages: number;
  /** Longest time between two echoes on one stream, milliseconds. */
  readonly longestGap: number;
}

const [address = '127.0.0.1', port = '7', count = '1', kind = 'tcp', every = '20'] =
  process.argv.slice(2);
const everyMilliseconds = Number(every);
const lookMilliseconds = 20;
const settleMilliseconds = 5000;

interface Stream {
  readonly name: string;
  readonly write: (line: string) => void;
  sent: number;
  echoed: number;
  rest: string;
  lastAt: number;
  longestGap: number;
  broken: string | undefined;
}

const streams: Stream[] = [];
let isEnding = false;

function newStream(name: string, write: (line: string) => void): Stream {
  const counters = { sent: 0, echoed: 0, rest: '', longestGap: 0, broken: undefined };
  return { name, write, lastAt: performance.now(), ...counters };
}

function fail(stream: Stream, why: string): void {
  if (!isEnding) stream.broken ??= `${stream.name}: ${why}`;
}

function openSocket(): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const place = { host: address, port: Number(port) };
    // The certificate is the device's own.
    const socket: Socket =
      kind === 'tls' ? connectTls({ ...place, rejectUnauthorized: false }) : connect(place);
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.once('error', reject);
    socket.once(kind === 'tls' ? 'secureConnect' : 'connect', () => {
      const stream = newStream(String(socket.localPort), (line) => void socket.write(line));
      socket.on('data', (chunk: string) => receive(stream, chunk));
      socket.on('error', (error) => fail(stream, error.message));
      socket.on('close', () => fail(stream, 'closed'));
      resolve(stream);
    });
  });
}

function openWebSocket(): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const host = address.includes(':') ? `[${address}]` : address;
    const socket = new WebSocket(`ws://${host}:${port}/`);
    const stream = newStream('websocket', (line) => socket.send(line));
    socket.addEventListener('open', () => resolve(stream));
    socket.addEventListener('message', ({ data }) => receive(stream, String(data)));
    socket.addEventListener('error', () => {
      fail(stream, 'error');
      reject(new Error('no WebSocket'));
    });
    socket.addEventListener('close', () => fail(stream, 'closed'));
  });
}

function open(): Promise<Stream> {
  return kind === 'websocket' ? openWebSocket() : openSocket();
}

function receive(stream: Stream, chunk: string): void {
  const lines = (stream.rest + chunk).split('\n');
  stream.rest = lines.pop() ?? '';
  for (const line of lines) {
    stream.echoed += 1;
    if (Number(line) !== stream.echoed) stream.broken ??= `${line} in place of ${stream.echoed}`;
  }
  const now = performance.now();
  stream.longestGap = Math.max(stream.longestGap, now - stream.lastAt);
  stream.lastAt = now;
}

function send(): void {
  for (const stream of streams) {
    if (stream.broken !== undefined) continue;
    stream.sent += 1;
    stream.write(`${stream.sent}\n`);
  }
}

for (let index = 0; index < Number(count); index += 1) streams.push(await open());
process.stdout.write('ready\n');
const timer = setInterval(send, everyMilliseconds);

process.on('SIGTERM', () => {
  clearInterval(timer);
  const end = performance.now() + settleMilliseconds;
  const look = (): void => {
    const isDone = streams.every((one) => one.broken !== undefined || one.echoed === one.sent);
    if (isDone || performance.now() > end) report();
    else setTimeout(look, lookMilliseconds);
  };
  look();
});

function report(): void {
  isEnding = true;
  for (const one of streams) {
    if (one.echoed !== one.sent) one.broken ??= `${one.name}: ${one.sent - one.echoed} missing`;
  }
  const said: StreamsReport = {
    streams: streams.length,
    broken: streams.flatMap(({ broken }) => broken ?? []),
    messages: streams.reduce((sum, { echoed }) => sum + echoed, 0),
    longestGap: Math.round(Math.max(0, ...streams.map(({ longestGap }) => longestGap))),
  };
  process.stdout.write(`${JSON.stringify(said)}\n`);
  process.exit(0);
}
