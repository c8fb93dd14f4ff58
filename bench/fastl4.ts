/**
 * What a FastL4 virtual server costs beside plain routed forwarding: CPU of client and server (which the kernel charges
 * with the packets' way through the device) for each connection, in turns, with SNAT and with a thousand virtual servers
 * too. Namespaces of its own: client, device, server. `node bench/fastl4.ts [--rounds 5] [--seconds 2]`. Needs wrk and root.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Properties } from '../src/catalogue/types.ts';
import { TestWorld } from '../src/config/model/test-world.ts';
import type { Operation } from '../src/config/types.ts';
import { haproxyPlaces } from '../src/ltm/haproxy/apply.ts';
import { wholeTable } from '../src/ltm/nftables/render.ts';
import { TrafficState } from '../src/ltm/traffic-state.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { run, runChecked } from '../src/platform/process.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
});
const [rounds, seconds] = [Number(values.rounds ?? 5), Number(values.seconds ?? 2)];
const ticksPerSecond = 100;
const folder = mkdtempSync(join(tmpdir(), 'ek-fastl4-'));
const [client, device, server] = ['c', 'd', 's'].map((end) => `fastl4-${process.pid}-${end}`) as [
  string,
  string,
  string,
]; // As many as were given.
const member = '198.18.222.11';
const address = '198.18.221.100';
const children: ChildProcess[] = [];

async function ip(lines: readonly string[], namespace?: string): Promise<void> {
  const args = namespace === undefined ? ['-batch', '-'] : ['-n', namespace, '-batch', '-'];
  await runChecked('ip', args, { input: `${lines.join('\n')}\n` });
}

async function build(): Promise<void> {
  await ip([
    ...[client, device, server].map((name) => `netns add ${name}`),
    `link add left netns ${device} type veth peer name eth0 netns ${client}`,
    `link add right netns ${device} type veth peer name eth0 netns ${server}`,
  ]);
  await ip(
    [
      'link set lo up',
      'link set left up',
      'link set right up',
      'addr add 198.18.221.1/24 dev left',
      'addr add 198.18.222.1/24 dev right',
      `addr add ${address}/32 dev left`,
    ],
    device,
  );
  await ip(
    ['link set eth0 up', 'addr add 198.18.221.9/24 dev eth0', 'route add default via 198.18.221.1'],
    client,
  );
  await ip(
    ['link set eth0 up', `addr add ${member}/24 dev eth0`, 'route add default via 198.18.222.1'],
    server,
  );
  const sysctl = ['netns', 'exec', device, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'];
  await runChecked('ip', sysctl);
}

const create = (component: string, name: string, properties: Properties): Operation => ({
  kind: 'create',
  component,
  name: `/Common/${name}`,
  properties,
});

/** What the device would load for so many virtual servers, the first of them the one that is asked. */
function table(count: number, translation: 'none' | 'automap'): string {
  const world = new TestWorld();
  const virtual = (name: string, destination: string): Operation =>
    create('ltm virtual', name, {
      destination: `/Common/${destination}`,
      'ip-protocol': 'tcp',
      pool: '/Common/p',
      'source-address-translation': { type: translation },
      profiles: [{ name: '/Common/fastL4' }],
    });
  world.do(create('ltm pool', 'p', { members: [{ name: `/Common/${member}:80` }] }));
  world.do(
    ...Array.from({ length: count }, (_, index) =>
      virtual(`v${index}`, `${address}:${index === 0 ? 80 : 1000 + index}`),
    ),
  );
  const facts = {
    interfaceOf: () => undefined,
    maximumConnections: () => 1000,
    isSharingWorth: () => false,
  };
  const health = { get: () => undefined };
  const places = haproxyPlaces(folder, 'bench');
  return wholeTable(new TrafficState(world.view, facts, places, health).table);
}

async function load(text: string): Promise<void> {
  await runChecked('ip', ['netns', 'exec', device, 'nft', '-f', '-'], { input: text });
}

/** Microseconds of CPU that the process has had. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond;
}

/** Microseconds of CPU for each connection, of wrk and of the server together; and connections a second. */
async function measure(place: string, serverPid: number): Promise<readonly [number, number]> {
  const before = cpuOf(serverPid);
  const head = ['-H', 'Connection: close'];
  const wrk = ['wrk', '-t1', '-c32', `-d${seconds}s`, ...head, `http://${place}/`];
  const timed = ['bash', '-c', 'time "$@"', 'bash', 'taskset', '-c', '1', ...wrk];
  const times = ['netns', 'exec', client, ...timed];
  const { stdout, stderr } = await run('ip', times, { timeoutMilliseconds: 60_000 });
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const spent = [...stderr.matchAll(/(?:user|sys)\s+(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + (Number(minutes) * 60 + Number(rest)) * 1_000_000,
    0,
  );
  if (!(requests > 0)) throw new Error(`wrk asked nothing: ${stdout}${stderr}`);
  return [(spent + cpuOf(serverPid) - before) / requests, requests / seconds];
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

async function startServer(): Promise<number> {
  const path = join(folder, 'server.cfg');
  const lines = [
    'defaults',
    '  mode http',
    '  timeout client 30s',
    'frontend web',
    `  bind ${member}:80`,
    `  http-request return status 200 content-type text/plain string "${'x'.repeat(128)}"`,
    '',
  ];
  writeFileSync(path, lines.join('\n'));
  const args = ['netns', 'exec', server, 'taskset', '-c', '0', 'haproxy', '-db', '-f', path];
  const child = spawn('ip', args, { stdio: 'ignore' });
  children.push(child);
  const probe = ['netns', 'exec', client, 'wrk', '-t1', '-c1', '-d1s', `http://${member}/`];
  await waitUntil(systemClock, 'the server', 20_000, async () =>
    (await run('ip', probe)).stdout.includes('requests in'),
  );
  return child.pid ?? 0;
}

const none = 'table inet evenkeel_ltm { }\ndelete table inet evenkeel_ltm\n';
const ways = [
  { name: 'routed', text: none, place: member },
  { name: 'FastL4', text: table(1, 'none'), place: address },
  { name: 'FastL4 with SNAT', text: table(1, 'automap'), place: address },
  { name: 'FastL4, 1,000 virtual servers', text: table(1000, 'none'), place: address },
];

try {
  await build();
  const pid = await startServer();
  const found = new Map(ways.map(({ name }) => [name, [] as (readonly [number, number])[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, text, place } of ways) {
      await load(text);
      found.get(name)?.push(await measure(place, pid));
    }
  }
  const routed = found.get('routed') ?? [];
  for (const [name, all] of found) {
    const ratios = all.map(([cost], at) => cost / (routed[at]?.[0] ?? NaN));
    const line = {
      name,
      microseconds: Math.round(median(all.map(([cost]) => cost)) * 10) / 10,
      connectionsPerSecond: Math.round(median(all.map(([, rate]) => rate))),
      timesRouted: Math.round(median(ratios) * 100) / 100,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  for (const name of [client, device, server]) await run('ip', ['netns', 'del', name]);
  rmSync(folder, { recursive: true, force: true });
}
