import { localAddressTowards } from './local-address.ts';
import { serveStream, type StreamServer } from './stream.ts';

/** A connection that somebody was told to make to us (FTP's active mode): one, and from there only. */
export interface AwaitedConnection {
  readonly peer: string;
  /** Listening now, at our address towards the peer. */
  onReady(address: string, port: number): void;
  /** It cannot be listened, in words. */
  onError(reason: string): void;
}

/** More come at once only from others, who are turned away. */
const maximumConnections = 4;

/** What comes is read and thrown away. The result ends it, whatever its state. */
export function awaitConnection({ peer, onReady, onError }: AwaitedConnection): () => void {
  let isOver = false;
  let server: StreamServer | undefined;
  const listen = async (): Promise<void> => {
    const own = await localAddressTowards(peer);
    const opened = await serveStream(own, 0, maximumConnections, (connection) => {
      if (connection.remoteAddress !== peer) connection.destroy();
      return { onBytes: () => undefined, onClose: () => undefined };
    });
    if (isOver) {
      opened.close();
      return;
    }
    server = opened;
    onReady(own, opened.port);
  };
  listen().catch((error: unknown) => {
    if (!isOver) onError(error instanceof Error ? error.message : String(error));
  });
  return () => {
    isOver = true;
    server?.close();
  };
}
