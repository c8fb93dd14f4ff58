import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import type { Random } from './random.ts';

/** Below the range that the kernel takes for outgoing connections, above the well-known services. */
const lowest = 20_000;
const highest = 32_000;
const attempts = 200;

/** A loopback port that nobody has now, for TCP and UDP both, to be written down and kept. */
export async function findFreePort(random: Random): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = lowest + Math.floor(random.fraction() * (highest - lowest));
    if ((await canListen(port)) && (await canBind(port))) return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} on 127.0.0.1`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}
