/**
 * One end of the bench, a process of its own: `peer.ts FOLDER iquery|grpc send MESSAGES TOGETHER` or `… take PORT`. Who sends
 * tells its port, waits for the other end, sends as many messages as are to be forgotten, says `warm`, waits for a
 * line, sends all the others and says `done` when they were taken.
 */
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { globalName, healthOf, readDirectory, siteName } from '../health/world.ts';
import { grpcStack } from './grpc.ts';
import { iqueryStack } from './iquery.ts';
import type { HealthReport } from './stack.ts';

const [folder = '', kind, role, first, second] = process.argv.slice(2);
const longestMilliseconds = 240_000;
const virtuals = 1_000;
/** What was sent is taken so often: no end is ever further behind. */
const window = 2_048;
const answerEvery = 256;
/** Both stacks are compiled by then. */
const warmUp = 80 * answerEvery;

const stack = kind === 'grpc' ? grpcStack : iqueryStack;
// All of them are answered: no half window is left.
if (role === 'send')
  await send(Math.ceil(Number(first) / answerEvery) * answerEvery, Number(second));
else await take(Number(first));

async function take(port: number): Promise<void> {
  let taken = 0;
  await stack.take(readDirectory(folder, globalName), port, (answer) => {
    taken += 1;
    if (taken % answerEvery === 0) answer(taken);
  });
}

async function send(messages: number, together: number): Promise<void> {
  let taken = 0;
  const line = await stack.send(readDirectory(folder, siteName(0)), (port) => say(`${port}`), {
    onAnswer: (count) => void (taken = count),
  });
  let sent = 0;
  const sendAll = async (count: number): Promise<void> => {
    for (const end = sent + count; sent < end;) {
      for (let index = 0; index < together; index += 1, sent += 1) line.send(reportOf(sent));
      // A turn of its own: what is sent in one may leave together.
      await new Promise((resolve) => void setImmediate(resolve));
      if (sent - taken > window) await reached(() => sent - taken <= window / 2);
    }
    await reached(() => taken >= sent);
  };
  const reached = (isSo: () => boolean): Promise<void> =>
    waitUntil(systemClock, 'the other end', longestMilliseconds, isSo);
  await sendAll(warmUp);
  say('warm');
  await new Promise((resolve) => void process.stdin.once('data', resolve));
  await sendAll(messages);
  say('done');
}

/** One virtual server that went down or came back, as a local device tells it at once. */
function reportOf(sequence: number): HealthReport {
  const index = sequence % virtuals;
  return {
    complete: false,
    sequence,
    device: siteName(0),
    virtuals: [healthOf(0, index, 1_790_000_000_000 + sequence, (sequence & 1) === 0)],
    metrics: { cpuPercent: 10, memoryAvailableKilobytes: 1_000_000, connections: 1_000 },
    proberEligible: true,
    networks: [],
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
