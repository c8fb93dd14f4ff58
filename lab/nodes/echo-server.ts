/**
 * Echoes on TCP, both families. Arguments: port, pid file, and `websocket` for text frames (RFC 6455) in place of
 * bytes.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';

const [port = '7', pidFile, kind] = process.argv.slice(2);
const handshake = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const mostShort = 125;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  if (kind === 'websocket') upgrade(socket);
  else socket.pipe(socket);
});
server.listen(Number(port), '::', () => {
  if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
});

function upgrade(socket: Socket): void {
  let held: Buffer = Buffer.alloc(0);
  let isOpen = false;
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    if (!isOpen) {
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = held.subarray(0, end).toString('latin1');
      held = held.subarray(end + 4);
      const key = /^sec-websocket-key: *(.*)$/im.exec(head)?.[1]?.trim();
      if (key === undefined) return void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      const accept = createHash('sha1').update(`${key}${handshake}`).digest('base64');
      const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket'];
      lines.push('Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      isOpen = true;
    }
    held = echoFrames(socket, held);
  });
}

/** Short masked frames, as clients send them; returns what is left. */
function echoFrames(socket: Socket, bytes: Buffer): Buffer {
  let at = 0;
  for (;;) {
    const length = (bytes[at + 1] ?? 0) & 0x7f;
    if (length > mostShort) socket.destroy();
    if (bytes.length < at + 6 + length) return bytes.subarray(at);
    const mask = bytes.subarray(at + 2, at + 6);
    const text = bytes.subarray(at + 6, at + 6 + length).map((one, i) => one ^ (mask[i % 4] ?? 0));
    socket.write(Buffer.concat([Buffer.from([bytes[at] ?? 0, length]), text]));
    at += 6 + length;
  }
}
