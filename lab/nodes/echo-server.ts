/** Echoes on TCP, both families. Arguments: port, pid file. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [port = '7', pidFile] = process.argv.slice(2);

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(Number(port), '::', () => {
  if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
});
