/**
 * The network and ltm rooms with real engines: a device between a client and three tiny web servers, each in a
 * namespace of its own. What is asked and seen is in ltm/scenario.ts.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { run, runChecked } from '../../src/platform/process.ts';
import { isRoot } from '../../src/platform/processes.ts';

/** Namespaces of a scenario. */
interface Places {
  readonly device: string;
  readonly client: string;
  readonly servers: string;
}

const inner = '198.18.202';
const here = join(import.meta.dirname, 'ltm');
/** One that takes longer hangs; every wait within is bounded by less. */
const scenarioMilliseconds = 480_000;

async function whyNot(): Promise<string | false> {
  if (!isRoot()) return 'needs root for network namespaces';
  for (const [program, argument] of [
    ['haproxy', '-v'],
    ['nft', '-v'],
    ['ip', '-V'],
  ] as const) {
    if ((await run(program, [argument]).catch(() => undefined)) === undefined)
      return `${program} is not installed`;
  }
  return false;
}

async function ip(lines: readonly string[], namespace?: string): Promise<void> {
  const args = namespace === undefined ? ['-batch', '-'] : ['-n', namespace, '-batch', '-'];
  await runChecked('ip', args, { input: `${lines.join('\n')}\n` });
}

async function build({ device, client, servers }: Places): Promise<void> {
  await ip([
    ...[device, client, servers].map((name) => `netns add ${name}`),
    `link add 1.1 netns ${device} type veth peer name eth0 netns ${client}`,
    `link add 1.2 netns ${device} type veth peer name eth0 netns ${servers}`,
  ]);
  await ip(['link set lo up'], device);
  await ip(
    [
      'link set lo up',
      'link set eth0 up',
      'addr add 198.18.201.9/24 dev eth0',
      'addr add fd00:201::9/64 dev eth0 nodad',
    ],
    client,
  );
  await ip(
    [
      'link set lo up',
      'link set eth0 up',
      ...['11', '12', '13', '14'].map((host) => `addr add ${inner}.${host}/24 dev eth0`),
      `route add default via ${inner}.1`,
    ],
    servers,
  );
}

interface StepLine {
  readonly name?: string;
  readonly ok?: boolean;
  readonly why?: string;
  readonly figures?: Readonly<Record<string, number>>;
}

type How = 'own' | 'shared';

function runScenario(
  name: string,
  folder: string,
  how: How,
  { device, client, servers }: Places,
): Promise<readonly StepLine[]> {
  const script = join(here, `${name}.ts`);
  const args = ['netns', 'exec', device, process.execPath, '--disable-warning=ExperimentalWarning'];
  const places = [folder, client, '198.18.201.100', inner, servers];
  const child = spawn('ip', [...args, script, ...places, how], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const cancel = systemClock.after(scenarioMilliseconds, () => {
    errors += `\nended after ${scenarioMilliseconds} ms`;
    child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (status) => {
      cancel();
      const lines = output
        .trim()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as StepLine);
      if (status === 0) resolve(lines);
      else resolve([...lines, { name: 'the scenario ends well', ok: false, why: errors }]);
    });
  });
}

const skip = await whyNot();

const isLong = process.env['EVENKEEL_TEST_LONG'] !== undefined;
const scenarios = [
  ['scenario', 'own'],
  ['scenario', 'shared'],
  ['balancing', 'own'],
  ['virtuals', 'shared'],
  ['last-hop', 'own'],
  ...(isLong ? ([['virtuals', 'own']] as const) : []),
] as const;

/** They mostly wait. */
const atOnce = 2;

async function tryScenario(t: TestContext, scenario: string, how: How): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ek-ltm-'));
  const prefix = `ltm-${process.pid}-${scenario.slice(0, 1)}${how.slice(0, 1)}-`;
  const [device, client, servers] = [`${prefix}dev`, `${prefix}cli`, `${prefix}srv`];
  const places = { device, client, servers };
  let web: ChildProcess | undefined;
  try {
    await build(places);
    const webs = ['a@', 'b@', 'c@'].map((name, index) => `${name}${inner}.${11 + index}:80`);
    const args = ['netns', 'exec', servers, process.execPath, join(here, 'servers.ts'), ...webs];
    web = spawn('ip', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    web.stdout?.on('data', (chunk) => (said += String(chunk)));
    await waitUntil(systemClock, 'the web servers to listen', 30_000, () => said !== '');
    const lines = await runScenario(scenario, folder, how, places);
    for (const line of lines) {
      if (line.figures !== undefined) t.diagnostic(JSON.stringify(line.figures));
      else {
        await t.test(line.name ?? '', () => {
          assert.ok(line.ok, line.why ?? '');
        });
      }
    }
    const hasEnded = lines.some((line) => line.figures !== undefined);
    assert.ok(hasEnded, 'the scenario did not end');
  } finally {
    web?.kill();
    for (const namespace of [device, client, servers]) {
      const end = 'ip netns pids "$1" | xargs -r kill -9; ip netns del "$1"';
      await run('sh', ['-c', end, 'sh', namespace]);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

test('ltm and network on real engines', { skip, concurrency: atOnce }, async (t) => {
  const all = scenarios.map(([scenario, how]) =>
    t.test(`${scenario}, ${how} listeners`, (each) => tryScenario(each, scenario, how)),
  );
  await Promise.all(all);
});
