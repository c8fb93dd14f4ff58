/** `evenkeel demo [--json] [--keep] [--name NAME]`: the whole story, each step checked and timed. */
import { parseArgs } from 'node:util';
import { badInput } from './story/bad-input.ts';
import { downLab, nameOption, upLab } from './lab.ts';
import type { Lab } from './types.ts';
import { globalDevices, sameOnBoth, siteDies, staticRecords, wideIpAnswers } from './story/dns.ts';
import { activeKilled, activePoweredOff, engineKilled, plannedFailover } from './story/failover.ts';
import { deviceGroup, pairTrust, strangerRefused } from './story/form.ts';
import { memberDisabled, serviceInLondon, serviceOnPair, webServerStops } from './story/traffic.ts';
import { type Figures, round, type Step, type StepResult } from './story/story.ts';
import { milliseconds } from './wait.ts';

const steps: readonly Step[] = [
  pairTrust,
  strangerRefused,
  deviceGroup,
  serviceOnPair,
  badInput,
  webServerStops,
  memberDisabled,
  serviceInLondon,
  globalDevices,
  wideIpAnswers,
  staticRecords,
  sameOnBoth,
  activeKilled,
  plannedFailover,
  engineKilled,
  activePoweredOff,
  siteDies,
];

interface Document {
  readonly ok: boolean;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
}

export async function demo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      name: { type: 'string', default: 'demo' },
    },
  });
  const show = values.json ? silent : process.stdout.isTTY ? terminal : plain;
  const started = milliseconds();
  const results = await tell(values.name, values.keep, show);
  const document: Document = {
    ok: results.every((result) => result.ok) && results.length === steps.length + 1,
    seconds: round((milliseconds() - started) / 1000, 1),
    steps: results,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(document)}\n`);
  else process.stdout.write(closing(document, values.keep, values.name));
  return document.ok ? 0 : 1;
}

interface Show {
  begins(name: string): void;
  ends(result: StepResult): void;
}

const silent: Show = { begins: () => undefined, ends: () => undefined };

const plain: Show = {
  begins: () => undefined,
  ends: (result) => void process.stdout.write(`${lineOf(result)}\n`),
};

const terminal: Show = {
  begins: (name) => void process.stdout.write(`… ${name}`),
  ends: (result) => void process.stdout.write(`\r\u001B[K${lineOf(result)}\n`),
};

function lineOf(result: StepResult): string {
  const mark = result.ok ? 'ok  ' : 'FAIL';
  const figures = Object.entries(result.figures)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
  const more = result.error ?? figures;
  return `${mark} ${result.name} (${result.seconds.toFixed(1)} s)${more === '' ? '' : `\n       ${more}`}`;
}

/** Steps build on each other: the first that fails ends the story. The lab goes whatever happens. */
async function tell(name: string, keep: boolean, show: Show): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  let lab: Lab | undefined;
  const interrupted = (): void => void downLab(name).finally(() => process.exit(130));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const play = async (step: string, run: () => Promise<Figures>): Promise<boolean> => {
    show.begins(step);
    const result = await timed(step, run);
    results.push(result);
    show.ends(result);
    return result.ok;
  };
  try {
    const isUp = await play('five devices in two sites start', async () => {
      lab = await upLab(name, 'two-sites', () => undefined);
      return { devices: 5 };
    });
    for (const step of isUp ? steps : []) {
      const opened = lab;
      if (opened === undefined || !(await play(step.name, () => step.run(opened)))) break;
    }
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    // A lab that was up before us is not ours to end.
    if (!keep && lab !== undefined) await downLab(name);
  }
  return results;
}

async function timed(name: string, run: () => Promise<Figures>): Promise<StepResult> {
  const started = milliseconds();
  const seconds = (): number => round((milliseconds() - started) / 1000, 2);
  try {
    const figures = await run();
    return { name, ok: true, seconds: seconds(), figures };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { name, ok: false, seconds: seconds(), figures: {}, error: text };
  }
}

function closing(document: Document, keep: boolean, name: string): string {
  const verdict = document.ok ? 'all held' : 'it did not hold';
  const lines = [`${verdict}, ${document.seconds} s`];
  if (keep) {
    const option = nameOption(name);
    lines.push(
      `the lab is still up: evenkeel lab status${option}; evenkeel lab url${option};`,
      `  evenkeel lab exec nyc-a${option} -- tmsh -c "show ltm pool"; evenkeel lab fault kill nyc-a${option}`,
      `  when done: evenkeel lab down${option}`,
    );
  }
  return `${lines.join('\n')}\n`;
}
