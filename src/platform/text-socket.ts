import { createConnection } from 'node:net';

/** A Unix socket that speaks text, as engines' command sockets do. */
export interface TextSocket {
  write(text: string): void;
  close(): void;
}

export interface TextSocketHandlers {
  onText(chunk: string): void;
  /** Once, whatever ended it. */
  onClose(): void;
}

/** Rejects when nobody listens there. */
export function connectTextSocket(path: string, handlers: TextSocketHandlers): Promise<TextSocket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.setEncoding('utf8');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: string) => handlers.onText(chunk));
      socket.on('close', () => handlers.onClose());
      resolve({
        write: (text) => {
          if (!socket.destroyed) socket.write(text);
        },
        close: () => socket.destroy(),
      });
    });
  });
}
