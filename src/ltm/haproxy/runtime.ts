/**
 * HAProxy's runtime API on one connection that stays: `prompt` keeps it open, every command is answered by its
 * text, a newline and "> ". Commands go out in bounded lines, and the next only when the last was answered
 * (HAProxy resets a connection whose answers pile up).
 */
import { type Clock, waitUntil } from '../../platform/clock.ts';
import { type TextSocket, connectTextSocket } from '../../platform/text-socket.ts';

const maximumLineBytes = 8_000;
const answerMilliseconds = 10_000;
/** A connection made while one worker hands over to the next may stay in nobody's queue. */
const greetingMilliseconds = 2_000;
const endOfAnswer = '\n> ';

export interface RuntimeSession {
  /** One answer a command, in order, trimmed; rejects when the session ended or fell silent. */
  run(commands: readonly string[]): Promise<readonly string[]>;
  close(): void;
}

/** Rejects when HAProxy does not listen. `onClose` is called once, also after `close()`. */
export async function openRuntime(
  path: string,
  clock: Clock,
  onClose: () => void = () => undefined,
): Promise<RuntimeSession> {
  // A long answer comes in many pieces: only where they meet can its end be split.
  let pieces: string[] = [];
  let last = '';
  const answers: string[] = [];
  let isClosed = false;
  let wake: () => void = () => undefined;
  const socket: TextSocket = await connectTextSocket(path, {
    onText(chunk) {
      pieces.push(chunk);
      const seam = last.slice(1 - endOfAnswer.length) + chunk.slice(0, endOfAnswer.length - 1);
      const isEndIn = chunk.includes(endOfAnswer) || seam.includes(endOfAnswer);
      last = chunk.length < endOfAnswer.length ? last + chunk : chunk;
      if (!isEndIn) return;
      const parts = pieces.join('').split(endOfAnswer);
      last = parts.pop() ?? '';
      pieces = [last];
      answers.push(...parts);
      wake();
    },
    onClose() {
      isClosed = true;
      wake();
      onClose();
    },
  });
  const exchange = (
    line: string,
    count: number,
    limit = answerMilliseconds,
  ): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(limit, () => {
        socket.close();
        reject(new Error(`HAProxy did not answer within ${limit} ms`));
      });
      wake = () => {
        if (answers.length < count && !isClosed) return;
        cancel();
        wake = () => undefined;
        if (answers.length < count) reject(new Error('HAProxy closed its runtime socket'));
        else resolve(answers.splice(0, count).map((answer) => answer.trim()));
      };
      socket.write(`${line}\n`);
      wake();
    });
  await exchange('prompt', 1, greetingMilliseconds);
  let previous: Promise<unknown> = Promise.resolve();
  return {
    run(commands) {
      const result = previous.then(async () => {
        const all: string[] = [];
        for (const line of linesOf(commands)) {
          all.push(...(await exchange(line.join(';'), line.length)));
        }
        return all;
      });
      previous = result.catch(() => undefined);
      return result;
    },
    close: () => socket.close(),
  };
}

function linesOf(commands: readonly string[]): readonly string[][] {
  const lines: string[][] = [];
  let size = Infinity;
  for (const command of commands) {
    if (size + command.length + 1 > maximumLineBytes) {
      lines.push([]);
      size = 0;
    }
    lines.at(-1)?.push(command);
    size += command.length + 1;
  }
  return lines;
}

/**
 * Tells the master to read its file again. 2.6 answers nothing: whether it worked shows in a new worker.
 * Rejects when the master does not listen.
 */
export async function askReload(masterSocket: string, clock: Clock): Promise<void> {
  let isDone = false;
  const socket = await connectTextSocket(masterSocket, {
    onText: () => undefined,
    onClose: () => {
      isDone = true;
    },
  });
  socket.write('reload\n');
  // The master closes the connection when it has taken the command; a wedged one must not hold us.
  await waitUntil(clock, 'HAProxy to take the reload', 1000, () => isDone, 1).catch(
    () => undefined,
  );
  socket.close();
}
