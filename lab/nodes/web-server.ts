/**
 * A web server that says who it is. Arguments: name, port, pid file. Speaks just enough HTTP/1.1 for GET with
 * kept connections, and answers the bare `GET /` of BIG-IP's default monitor as other web servers do (which
 * Node's own HTTP server does not). `GET /slow/SECONDS` takes that long: a piece every 100 ms.
 */
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const [name = 'web', port = '80', pidFile] = process.argv.slice(2);
const maximumHeadBytes = 16_384;
const pieceMilliseconds = 100;
const piece = 'x'.repeat(10_000);

function answer(socket: Socket, head: string): void {
  const [method = '', path = '/', version] = (head.split('\r\n')[0] ?? '').split(' ');
  const slow = /^\/slow\/(\d{1,2})$/.exec(path)?.[1];
  if (slow !== undefined) {
    answerSlowly(socket, (Number(slow) * 1000) / pieceMilliseconds);
    return;
  }
  const forwarded = /^x-forwarded-for: (.*)$/im.exec(head)?.[1]?.trim();
  const body = `${name} ${forwarded ?? socket.remoteAddress ?? ''} ${path}\n`;
  const isLast = version !== 'HTTP/1.1' || /^connection: close/im.test(head);
  const lines = [
    'HTTP/1.1 200 OK',
    `X-Served-By: ${name}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(isLast ? ['Connection: close'] : []),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${method === 'HEAD' ? '' : body}`);
  if (isLast) socket.end();
}

function answerSlowly(socket: Socket, pieces: number): void {
  const length = `Content-Length: ${pieces * piece.length}`;
  socket.write(`HTTP/1.1 200 OK\r\nX-Served-By: ${name}\r\n${length}\r\nConnection: close\r\n\r\n`);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    socket.write(piece);
    if (sent < pieces) return;
    clearInterval(timer);
    socket.end();
  }, pieceMilliseconds);
  socket.on('close', () => clearInterval(timer));
}

/** Where the head of a request ends: after a blank line, or after the only line of a request without version. */
function endOfHead(text: string): number {
  const firstLine = text.indexOf('\r\n');
  if (firstLine >= 0 && !text.slice(0, firstLine).includes(' HTTP/')) return firstLine + 2;
  const blank = text.indexOf('\r\n\r\n');
  return blank < 0 ? -1 : blank + 4;
}

const server = createServer((socket) => {
  let text = '';
  socket.setEncoding('latin1');
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    text += String(chunk);
    for (let end = endOfHead(text); end >= 0; end = endOfHead(text)) {
      answer(socket, text.slice(0, end));
      text = text.slice(end);
    }
    if (text.length > maximumHeadBytes) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
});
server.listen({ host: '::', port: Number(port) }, () => {
  if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
});
process.once('SIGTERM', () => process.exit(0));
