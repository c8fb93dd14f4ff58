/**
 * Work in a thread of its own, for what would keep this one too long. Messages go one way; what the thread has
 * to say stands in memory that both see (`shared`).
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';

export interface Thread {
  post(message: unknown): void;
  /** Fulfilled when the thread said that it is done, or broke down: then with why. */
  readonly done: Promise<Error | undefined>;
}

/** Runs the module `path`, which calls `serveThread`. */
export function startThread(path: string, shared: SharedArrayBuffer): Thread {
  const worker = new Worker(path, { workerData: shared, execArgv: [] });
  const done = new Promise<Error | undefined>((resolve) => {
    worker.once('message', () => resolve(undefined));
    worker.once('error', (error) => {
      resolve(error instanceof Error ? error : new Error(String(error)));
    });
    worker.once('exit', () => resolve(undefined));
  });
  return {
    post(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(message);
    },
    done,
  };
}

/** What the module of a thread calls. */
export interface ThreadPort {
  readonly shared: SharedArrayBuffer;
  /** Tells the other side that it is done; there may be more to do that nobody waits for. */
  tellDone(): void;
}

/** Takes messages until `take` says that it was the last. */
export function serveThread(take: (message: unknown, port: ThreadPort) => boolean): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a thread only');
  const threadPort: ThreadPort = {
    // What `startThread` gave.
    shared: workerData as SharedArrayBuffer,
    tellDone: () => port.postMessage(undefined),
  };
  port.on('message', (message: unknown) => {
    if (take(message, threadPort)) port.close();
  });
}
