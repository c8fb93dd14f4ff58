import { createServer } from 'node:net';

/** Can a TCP server listen there now? "free", or Node's error code ("EADDRINUSE", "EADDRNOTAVAIL", …). */
export function probeListen(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () => {
      server.close(() => resolve('free'));
    });
  });
}
