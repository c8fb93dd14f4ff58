/**
 * A thread that waits in the kernel for descriptors instead of in Node's event loop. Messages go both ways: those for
 * it are taken when it is woken by a descriptor that both know; those from it come as events.
 */
import { availableParallelism } from 'node:os';
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';

/** Processors that this process may run on. */
export const usableProcessors: () => number = availableParallelism;

export interface WaitingThread<To> {
  /** Taken when the thread is woken next. */
  post(message: To): void;
}

/** Runs the module `path`, which calls `waitingPort`. `onEnd`: it broke down, or has returned. */
export function startWaitingThread<To, From>(
  path: string,
  data: unknown,
  handlers: { onMessage(message: From): void; onEnd(error: Error | undefined): void },
): WaitingThread<To> {
  const worker = new Worker(path, {
    workerData: data,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let error: Error | undefined;
  // What the other side sends.
  worker.on('message', (message) => handlers.onMessage(message as From));
  worker.on('error', (thrown) => {
    error = thrown instanceof Error ? thrown : new Error(String(thrown));
  });
  worker.on('exit', () => handlers.onEnd(error));
  return {
    post(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
      worker.postMessage(message);
    },
  };
}

export interface WaitingPort<To, From> {
  /** What the thread was started with. */
  readonly data: unknown;
  send(message: From): void;
  /** Messages that wait, in order. */
  take(): readonly To[];
}

/** What the module of such a thread calls. */
export function waitingPort<To, From>(): WaitingPort<To, From> {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a thread only');
  return {
    data: workerData,
    send: (message) => port.postMessage(message),
    take() {
      const messages: To[] = [];
      for (;;) {
        const received = receiveMessageOnPort(port);
        if (received === undefined) return messages;
        // What the other side posted.
        messages.push(received.message as To);
      }
    },
  };
}
