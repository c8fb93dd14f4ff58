/**
 * `evenkeel test [--long] [PATTERN]`: format, lint, types, unused code, then unit tests in two processes, lab
 * tests one after the other, and the demo. The last line is `N passed, N failed[, N skipped]`.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../src/base/user-error.ts';
import { systemClock } from '../src/platform/clock.ts';
import { isRoot } from '../src/platform/processes.ts';
import { readSummary, type Summary } from './summary.ts';

const root = join(import.meta.dirname, '..');
const checkLimitMilliseconds = 5 * 60_000;
const unitLimitMilliseconds = 12 * 60_000;
const labLimitMilliseconds = 5 * 60_000;
const longLabLimitMilliseconds = 90 * 60_000;
const demoLimitMilliseconds = 8 * 60_000;
const maximumOutputBytes = 4 * 1024 * 1024;

/** As many as the machine that CI has gives processors. */
const laneCount = 2;

/** Real clients (Ansible starts a Python for each task), and the walk of every role. */
const patientTests = /^test\/conformance\/(ansible|cloud-libs|conx-core|roles)/;

interface Part {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly limitMilliseconds: number;
  /** Counts as one test, or says how many there were. */
  readonly counts: 'itself' | 'tests';
  readonly environment?: Readonly<Record<string, string>>;
  /** Measures no time: parts of one crowd run side by side, in `laneCount` lanes. */
  readonly crowd?: 'units' | 'clients';
}

export async function test(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { long: { type: 'boolean', default: false } },
  });
  if (positionals.length > 1) throw new UserError('usage: evenkeel test [--long] [PATTERN]');
  const pattern = positionals[0];
  const parts = selectParts(pattern, values.long);
  if (parts.length === 0) throw new UserError(`no test has ${JSON.stringify(pattern)} in its path`);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const group of sideBySide(parts)) {
    for (const summary of await Promise.all(group.map(runLane))) {
      total.passed += summary.passed;
      total.failed += summary.failed;
      total.skipped += summary.skipped;
    }
  }
  const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 ? 0 : 1;
}

function selectParts(pattern: string | undefined, isLong: boolean): readonly Part[] {
  const find = (glob: string): string[] =>
    globSync(glob, { cwd: root })
      .filter((path) => pattern === undefined || path.includes(pattern))
      .toSorted();
  const environment = isLong ? { EVENKEEL_TEST_LONG: '1' } : {};
  const units = find('{src,lab,bench,web/src}/**/*.test.ts').concat(
    find('test/{arch,golden,sim}/**/*.test.ts'),
  );
  const labs = find('test/{lab,conformance,fuzz,e2e}/*.test.ts');
  const parts: Part[] = pattern === undefined ? [...checks()] : [];
  for (const [index, files] of dealt(units).entries()) {
    const name = `unit tests ${index + 1}/${laneCount}`;
    const args = ['--test-isolation=none', ...files];
    parts.push({ ...nodeTests(name, args, unitLimitMilliseconds, environment), crowd: 'units' });
  }
  const labLimit = isLong ? longLabLimitMilliseconds : labLimitMilliseconds;
  for (const path of labs) {
    const part = nodeTests(path, ['--test-isolation=none', path], labLimit, environment);
    parts.push(patientTests.test(path) ? { ...part, crowd: 'clients' } : part);
  }
  if (pattern === undefined || pattern === 'demo') parts.push(demoPart());
  return parts;
}

/** In turns, so that neighbours, which take alike long, are in different lanes. */
function dealt<T>(cards: readonly T[]): readonly (readonly T[])[] {
  const lanes = Array.from({ length: laneCount }, (_, lane) =>
    cards.filter((_card, index) => index % laneCount === lane),
  );
  return lanes.filter((lane) => lane.length > 0);
}

/** What runs at once, in the order of the parts; each lane runs its parts one after the other. */
function sideBySide(parts: readonly Part[]): readonly (readonly (readonly Part[])[])[] {
  const crowds = new Set<Part['crowd']>();
  return parts.flatMap((part) => {
    if (part.crowd === undefined) return [[[part]]];
    if (crowds.has(part.crowd)) return [];
    crowds.add(part.crowd);
    return [dealt(parts.filter(({ crowd }) => crowd === part.crowd))];
  });
}

async function runLane(parts: readonly Part[]): Promise<Summary> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    const { passed, failed, skipped } = await runPart(part);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

function checks(): readonly Part[] {
  const check = (name: string, program: string, args: readonly string[]): Part => ({
    name,
    program,
    args,
    limitMilliseconds: checkLimitMilliseconds,
    counts: 'itself',
  });
  return [
    check('format', 'oxfmt', ['--check', 'src', 'lab', 'test', 'bench', 'web']),
    check('lint', 'oxlint', ['--quiet', 'src', 'lab', 'test', 'bench', 'web']),
    check('types', 'tsc', ['-p', '.']),
    check('types of the GUI', 'tsc', ['-p', 'web']),
    check('unused code', 'knip', ['--no-progress']),
    check('unused code of the GUI', 'knip', ['--no-progress', '--directory', 'web']),
  ];
}

function nodeTests(
  name: string,
  args: readonly string[],
  limitMilliseconds: number,
  environment: Readonly<Record<string, string>>,
): Part {
  return {
    name,
    program: process.execPath,
    args: [...process.execArgv, '--test', '--test-reporter=spec', ...args],
    limitMilliseconds,
    counts: 'tests',
    environment,
  };
}

/** The demo is the end-to-end test; without root there are no namespaces. */
function demoPart(): Part {
  return {
    name: 'demo',
    program: process.execPath,
    args: [...process.execArgv, join(root, 'src/cmd/cli.ts'), 'demo', '--name', 'demotest'],
    limitMilliseconds: demoLimitMilliseconds,
    counts: 'itself',
  };
}

async function runPart(part: Part): Promise<Summary> {
  const started = systemClock.monotonicMilliseconds();
  if (part.name === 'demo' && !isRoot()) {
    process.stdout.write('demo: skipped, it needs root\n');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const { status, output } = await runBounded(part);
  const seconds = ((systemClock.monotonicMilliseconds() - started) / 1000).toFixed(1);
  const counted = part.counts === 'tests' ? readSummary(output) : undefined;
  const summary =
    counted ??
    (status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 });
  // A run that broke down after its last test (or before its first) is a failure too.
  const isBroken = status !== 0 && summary.failed === 0;
  const result = isBroken ? { ...summary, failed: 1 } : summary;
  const words = `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`;
  process.stdout.write(`${part.name}: ${words} (${seconds} s)\n`);
  if (result.failed > 0) process.stdout.write(`${failuresOf(output)}\n`);
  return result;
}

/** Of node's reporter only the failures, which stand at its end; of other programs everything. */
function failuresOf(output: string): string {
  const start = output.indexOf('✖ failing tests:');
  return (start < 0 ? output : output.slice(start)).trimEnd();
}

function runBounded(part: Part): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve) => {
    const bin = join(root, 'node_modules', '.bin');
    const nodeFolder = join(process.execPath, '..');
    const path = [nodeFolder, bin, process.env['PATH'] ?? ''].join(delimiter);
    const child = spawn(part.program, part.args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...part.environment, PATH: path, NO_COLOR: '1' },
    });
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= maximumOutputBytes) chunks.push(chunk);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const cancel = systemClock.after(part.limitMilliseconds, () => {
      chunks.push(Buffer.from(`\nnot done after ${part.limitMilliseconds} ms: killed\n`));
      child.kill('SIGKILL');
    });
    const finish = (status: number): void => {
      cancel();
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') });
    };
    child.once('error', (error) => {
      chunks.push(Buffer.from(String(error)));
      finish(1);
    });
    child.once('close', (code) => finish(code ?? 1));
  });
}
