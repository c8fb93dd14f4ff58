/**
 * What our rendering of a virtual server costs beside a configuration of HAProxy that somebody wrote by hand for the same: CPU
 * for each request (persistence cookie, X-Forwarded-For, a policy), and for each TLS handshake. Both in turns on core 0, client
 * and server on core 1: `node bench/traffic.ts [--rounds 5] [--seconds 2]`. Needs wrk.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Properties } from '../src/catalogue/types.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { runChecked } from '../src/platform/process.ts';
import { TestAuthority } from '../test/lab/web/certificates.ts';
import { freePorts, here, rendered } from '../test/lab/web/haproxy-here.ts';
import { ask } from '../test/lab/web/web.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, seconds: { type: 'string' } },
});
const [rounds, seconds] = [Number(values.rounds ?? 5), Number(values.seconds ?? 2)];
const ticksPerSecond = 100;
const pinner = 'taskset';
const host = 'www.example.com';
const folder = mkdtempSync(join(tmpdir(), 'ek-traffic-'));
const children: ChildProcess[] = [];

interface Peer {
  readonly name: string;
  readonly plain: number;
  readonly tls: number;
  readonly cookie: string;
  readonly pid: number;
}

async function start(name: string, text: string, core: string, port: number): Promise<number> {
  const path = join(folder, `${name}.cfg`);
  writeFileSync(path, text);
  const args = ['-c', core, 'haproxy', '-db', '-f', path];
  const child = spawn(pinner, args, { stdio: 'ignore' });
  children.push(child);
  const isUp = (): Promise<boolean> => ask(port, '/').then(Boolean, () => false);
  await waitUntil(systemClock, `${name} on port ${port}`, 10_000, isUp);
  return child.pid ?? 0;
}

const timeouts = ['  timeout connect 2s', '  timeout client 300s', '  timeout server 300s'];

function serverText(port: number): string {
  return [
    'defaults',
    '  mode http',
    ...timeouts,
    'frontend web',
    `  bind 127.0.0.1:${port}`,
    `  http-request return status 200 content-type text/plain string "${'x'.repeat(128)}"`,
    '',
  ].join('\n');
}

/** As somebody would write it who knows HAProxy. */
function handText(server: number, plain: number, tls: number, pem: string): string {
  const backend = (name: string): string[] => [
    `backend ${name}`,
    '  balance roundrobin',
    '  cookie SERVER insert indirect nocache httponly',
    `  server s1 127.0.0.1:${server} cookie s1`,
  ];
  const rules = [
    '  option forwardfor',
    '  http-request deny if { hdr(host) -i old.example.com }',
    '  http-request set-header X-Shop yes if { path_beg /shop }',
    '  use_backend images if { path_beg /img/ }',
    '  default_backend web',
  ];
  return [
    'global',
    '  nbthread 2',
    '  tune.ssl.default-dh-param 2048',
    'defaults',
    '  mode http',
    ...timeouts,
    'frontend plain',
    `  bind 127.0.0.1:${plain}`,
    ...rules,
    'frontend tls',
    `  bind 127.0.0.1:${tls} ssl crt ${pem} ssl-min-ver TLSv1.2 ssl-max-ver TLSv1.2 no-tls-tickets`,
    ...rules,
    ...backend('web'),
    ...backend('images'),
    '',
  ].join('\n');
}

const rule = (name: string, condition: Properties, action: Properties): Properties => ({
  name,
  conditions: [{ name: '0', ...condition }],
  actions: [{ name: '0', ...action }],
});
const path = (start: string): Properties => ({
  operand: 'http-uri',
  selector: 'path',
  operator: 'starts-with',
  values: [start],
});

function ours(
  server: number,
  plain: number,
  tls: number,
  pair: Properties,
): Record<string, Properties> {
  const profiles = ['xff', 'tcp'].map((name) => ({ name: `/Common/${name}` }));
  const virtual = (port: number, more: readonly Properties[]): Properties => ({
    destination: `/Common/${here}:${port}`,
    'ip-protocol': 'tcp',
    pool: '/Common/web',
    'source-address-translation': { type: 'automap' },
    profiles: [...profiles, ...more],
    persist: [{ name: '/Common/cookie', default: 'yes' }],
    policies: [{ name: '/Common/site' }],
  });
  const member = { name: `/Common/${here}:${server}` };
  return {
    'sys file ssl-cert /Common/www.crt': { content: String(pair['certificate']) },
    'sys file ssl-key /Common/www.key': { content: String(pair['key']) },
    'ltm profile client-ssl /Common/www': {
      'defaults-from': '/Common/clientssl',
      cert: '/Common/www.crt',
      key: '/Common/www.key',
    },
    'ltm profile http /Common/xff': {
      'defaults-from': '/Common/http',
      'insert-xforwarded-for': 'enabled',
    },
    'ltm pool /Common/web': { members: [member] },
    'ltm pool /Common/images': { members: [member] },
    'ltm policy /Common/site': {
      legacy: 'legacy',
      rules: [
        rule(
          'old',
          {
            operand: 'http-host',
            selector: 'host',
            operator: 'equals',
            values: ['old.example.com'],
          },
          { target: 'forward', deed: 'reset' },
        ),
        rule('shop', path('/shop'), {
          target: 'http-header',
          deed: 'insert',
          'tm-name': 'X-Shop',
          value: 'yes',
        }),
        rule('images', path('/img/'), {
          target: 'forward',
          deed: 'select',
          pool: '/Common/images',
        }),
      ],
    },
    'ltm virtual /Common/plain': virtual(plain, []),
    'ltm virtual /Common/tls': virtual(tls, [{ name: '/Common/www', context: 'clientside' }]),
  };
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

interface Round {
  /** Microseconds. */
  readonly cpu: number;
  readonly perSecond: number;
}

async function load(peer: Peer, isTls: boolean): Promise<Round> {
  const url = isTls ? `https://127.0.0.1:${peer.tls}/a` : `http://127.0.0.1:${peer.plain}/a`;
  const close = isTls ? ['-H', 'Connection: close'] : [];
  const headers = ['-H', `Host: ${host}`, '-H', `Cookie: ${peer.cookie}`, ...close];
  const before = cpuSeconds(peer.pid);
  const args = ['-c', '1', 'wrk', '-t1', `-c${isTls ? 16 : 64}`, `-d${seconds}s`, ...headers, url];
  const said = await runChecked(pinner, args, { timeoutMilliseconds: seconds * 1000 + 30_000 });
  const requests = Number(/(\d+) requests in/.exec(said)?.[1] ?? 0);
  if (/Non-2xx|Socket errors/.test(said) && !isTls) throw new Error(said);
  return {
    cpu: ((cpuSeconds(peer.pid) - before) * 1e6) / requests,
    perSecond: requests / seconds,
  };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

async function compare(what: string, peers: readonly Peer[], isTls: boolean): Promise<void> {
  const results = new Map(peers.map((peer): [Peer, Round[]] => [peer, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const peer of round % 2 === 0 ? peers : peers.toReversed()) {
      results.get(peer)?.push(await load(peer, isTls));
    }
  }
  for (const [peer, all] of results) {
    const [cpu, rate] = [
      median(all.map((one) => one.cpu)),
      median(all.map((one) => one.perSecond)),
    ];
    process.stdout.write(`${what}, ${peer.name}: ${cpu.toFixed(1)} µs, ${rate.toFixed(0)}/s\n`);
  }
  const [first = [], second = []] = [...results.values()];
  const ratios = (name: keyof Round): number =>
    median(first.map((one, index) => one[name] / (second[index]?.[name] ?? NaN)));
  process.stdout.write(
    `${what}: CPU ${ratios('cpu').toFixed(3)}, rate ${ratios('perSecond').toFixed(3)} of that by hand\n`,
  );
}

const authority = await TestAuthority.make();
try {
  const pair = await authority.issue(host);
  const [server = 0, plain = 0, tls = 0, handPlain = 0, handTls = 0] = await freePorts(5);
  await start('server', serverText(server), '1', server);
  const pem = join(folder, 'www.pem');
  writeFileSync(pem, pair.certificate + pair.key);
  const own = join(folder, 'own');
  mkdirSync(own);
  const text = rendered(ours(server, plain, tls, { ...pair }), own);
  const cookie = `BIGipServerweb=${/server (\S+) /.exec(text)?.[1] ?? ''}`;
  const hand = handText(server, handPlain, handTls, pem);
  const peers: readonly Peer[] = [
    { name: 'ours', plain, tls, cookie, pid: await start('ours', text, '0', plain) },
    {
      name: 'by hand',
      plain: handPlain,
      tls: handTls,
      cookie: 'SERVER=s1',
      pid: await start('hand', hand, '0', handPlain),
    },
  ];
  await compare('request', peers, false);
  await compare('TLS handshake with a request', peers, true);
} finally {
  for (const child of children) child.kill('SIGKILL');
  authority.close();
  rmSync(folder, { recursive: true, force: true });
}
