import { createServer, type Socket } from 'node:net';

export interface LineListenerHandlers {
  /** Without its end; one that is longer than the bound comes in parts. */
  onLine(line: string): void;
  /** It cannot listen. */
  onError(reason: string): void;
}

const longestLine = 16_384;
const mostConnections = 64;
/** HAProxy fills the rest of an address with zeros, which count. */
const nameBytes = 108;

/** Takes lines from whoever connects to that name: an abstract one (unix(7)), which no folder keeps anybody from. */
export function listenForLines(
  name: string,
  { onLine, onError }: LineListenerHandlers,
): () => void {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line);
      if (rest.length < longestLine) return;
      onLine(rest);
      rest = '';
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  server.maxConnections = mostConnections;
  server.on('error', (error) => onError(error.message));
  server.listen(`\0${name}`.padEnd(nameBytes, '\0'));
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
