/**
 * A pair of keepalived and HAProxy, both Debian's, beside Evenkeel's pair: in the same lab, on the same networks,
 * before the same web servers, struck by the same blows and seen by the same client.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandOf,
  inNamespace,
  ipBatch,
  pidsIn,
  runIn,
  setSysctls,
  signalIfThere,
} from '../../lab/namespaces.ts';
import { macOf, namespaceOf, switchNamespace, sysctlsOf } from '../../lab/plan.ts';
import { nycServers, serverAddress } from '../../lab/story/places.ts';
import { failuresIn, longestOutage } from '../../lab/story/outage.ts';
import { startProber } from '../../lab/story/watch.ts';
import { ipv4, octetOf } from '../../lab/topology.ts';
import type { Lab } from '../../lab/types.ts';
import { eventually, pause } from '../../lab/wait.ts';
import { runChecked } from '../../src/platform/process.ts';

/** Shortest interval whose detection (3.6 intervals) stands beside our profile `fast`. */
const advertSeconds = 0.1;
const virtualHost = 90;
const members = [
  { name: 'ka-1', host: 41, priority: 101 },
  { name: 'ka-2', host: 42, priority: 100 },
] as const;
const legs = [
  { interface: 'ext', network: 'nyc-ext' },
  { interface: 'int', network: 'nyc-int' },
] as const;
const router = 1;
const startLimitMilliseconds = 15_000;
const steadyMilliseconds = 500;
const takeoverLimitMilliseconds = 15_000;

type Member = (typeof members)[number];

export const keepalivedNodes: readonly string[] = members.map((member) => member.name);

export type Blow = 'kill' | 'stop' | 'death' | 'power' | 'engine' | 'planned';

export interface Struck {
  readonly outageMs: number;
  readonly failedRequests: number;
  /** Half a second after the takeover the former owner's kernel has the address still, and answers whoever asks. */
  readonly hasTwoOwners: boolean;
}

export interface KeepalivedPair {
  strike(blow: Blow, probeMilliseconds: number): Promise<Struck>;
}

export async function startKeepalivedPair(lab: Lab, folder: string): Promise<KeepalivedPair> {
  const address = ipv4(octet(lab, 'nyc-ext'), virtualHost);
  for (const member of members) {
    await buildNode(lab, member);
    writeFiles(lab, folder, member, address);
    startHaproxy(lab, folder, member);
    startKeepalived(lab, folder, member);
  }
  const holders = async (): Promise<readonly Member[]> => {
    const held = await Promise.all(members.map((member) => holds(lab, member, address)));
    return members.filter((_, index) => held[index]);
  };
  const roles = async (): Promise<{ active: Member; standby: Member }> => {
    const { value } = await eventually(
      'one keepalived master',
      startLimitMilliseconds,
      async () => {
        const [active, second] = await holders();
        return active !== undefined && second === undefined ? active : undefined;
      },
    );
    const standby = members.find((member) => member !== value);
    if (standby === undefined) throw new Error('a pair has two members');
    return { active: value, standby };
  };
  return {
    async strike(blow, probeMilliseconds) {
      const { active, standby } = await roles();
      const struck = await observe(lab, { address, active, standby, probeMilliseconds }, () =>
        strikeMember(lab, active, blow),
      );
      await heal(lab, folder, active, blow);
      await roles();
      return struck;
    },
  };
}

function octet(lab: Lab, network: string): number {
  return octetOf(lab.topology, network, lab.slot);
}

async function buildNode(lab: Lab, member: Member): Promise<void> {
  const namespace = namespaceOf(lab.name, member.name);
  const inSwitch = switchNamespace(lab.name);
  await ipBatch([`netns add ${namespace}`]);
  await setSysctls(namespace, [...sysctlsOf('device'), 'net.ipv4.ip_nonlocal_bind=1']);
  await ipBatch(
    legs.map(
      (leg) =>
        `link add ${leg.interface} netns ${namespace} address ${macOf(octet(lab, leg.network), member.host)} ` +
        `type veth peer name ${portOf(member, leg.interface)} netns ${inSwitch}`,
    ),
  );
  await ipBatch(
    legs.flatMap((leg) => [
      `link set ${portOf(member, leg.interface)} master ${leg.network}`,
      `link set ${portOf(member, leg.interface)} up`,
    ]),
    inSwitch,
  );
  await ipBatch(
    [
      'link set lo up',
      ...legs.flatMap((leg) => [
        `link set ${leg.interface} up`,
        `address add ${ipv4(octet(lab, leg.network), member.host)}/24 dev ${leg.interface}`,
      ]),
      `route add default via ${ipv4(octet(lab, 'nyc-ext'), router)}`,
    ],
    namespace,
  );
}

function portOf(member: Member, name: string): string {
  return `${member.name}.${name}`;
}

function writeFiles(lab: Lab, folder: string, member: Member, address: string): void {
  mkdirSync(folder, { recursive: true });
  const servers = nycServers.map((name) => `  server ${name} ${serverAddress(lab, name)}:80 check`);
  writeFileSync(
    join(folder, `${member.name}.haproxy.cfg`),
    [
      'defaults',
      '  mode http',
      '  timeout connect 2s',
      '  timeout client 30s',
      '  timeout server 30s',
      'frontend f',
      `  bind ${address}:80`,
      '  default_backend b',
      'backend b',
      ...servers,
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(folder, `${member.name}.check`),
    `#!/bin/sh\nexec kill -0 "$(cat ${haproxyPidFile(folder, member)})"\n`,
    { mode: 0o755 },
  );
  writeFileSync(
    join(folder, `${member.name}.keepalived.conf`),
    [
      'global_defs {',
      '  vrrp_version 3',
      '  script_user root',
      '}',
      // The shortest interval there is. Its own tracking of processes needs the host's first network namespace.
      'vrrp_script haproxy_here {',
      `  script "${join(folder, `${member.name}.check`)}"`,
      '  interval 1',
      '  fall 1',
      '  rise 1',
      '}',
      'vrrp_instance pair {',
      '  state BACKUP',
      '  nopreempt',
      '  interface ext',
      '  virtual_router_id 51',
      `  priority ${member.priority}`,
      `  advert_int ${advertSeconds}`,
      `  virtual_ipaddress { ${address}/32 dev ext }`,
      '  track_script { haproxy_here }',
      '}',
      '',
    ].join('\n'),
  );
}

function startIn(lab: Lab, member: Member, command: readonly string[]): ChildProcess {
  return spawn('ip', inNamespace(namespaceOf(lab.name, member.name), command), {
    stdio: 'ignore',
    detached: true,
  });
}

function haproxyPidFile(folder: string, member: Member): string {
  return join(folder, `${member.name}.haproxy.pid`);
}

function startHaproxy(lab: Lab, folder: string, member: Member): void {
  const config = join(folder, `${member.name}.haproxy.cfg`);
  startIn(lab, member, ['haproxy', '-D', '-f', config, '-p', haproxyPidFile(folder, member)]);
}

function startKeepalived(lab: Lab, folder: string, member: Member): void {
  const files = ['p', 'r'].flatMap((kind) => {
    const file = join(folder, `${member.name}.${kind}.pid`);
    // A killed one leaves it, and a zombie with its number would keep the next from starting.
    rmSync(file, { force: true });
    return [`-${kind}`, file];
  });
  const config = join(folder, `${member.name}.keepalived.conf`);
  startIn(lab, member, ['keepalived', '-n', '-P', '-f', config, ...files]);
}

async function holds(lab: Lab, member: Member, address: string): Promise<boolean> {
  const command = ['ip', '-o', 'address', 'show', 'dev', 'ext', 'to', address];
  return (await runIn(namespaceOf(lab.name, member.name), command)).stdout !== '';
}

async function pidsCalled(
  lab: Lab,
  member: Member,
  wanted: (name: string) => boolean,
): Promise<readonly number[]> {
  const pids = await pidsIn(namespaceOf(lab.name, member.name));
  return pids.filter((pid) => wanted(commandOf(pid)));
}

async function signal(
  lab: Lab,
  member: Member,
  name: NodeJS.Signals,
  wanted: (command: string) => boolean,
): Promise<void> {
  for (const pid of await pidsCalled(lab, member, wanted)) signalIfThere(pid, name);
}

const isKeepalived = (name: string): boolean => name.startsWith('keepalived');
const isHaproxy = (name: string): boolean => name === 'haproxy';

function strikeMember(lab: Lab, member: Member, blow: Blow): Promise<void> {
  switch (blow) {
    case 'kill':
      return signal(lab, member, 'SIGKILL', isKeepalived);
    case 'stop':
      return signal(lab, member, 'SIGSTOP', isKeepalived);
    case 'death':
      return signal(lab, member, 'SIGKILL', () => true);
    case 'power':
      return setPorts(lab, member, 'down');
    case 'engine':
      return signal(lab, member, 'SIGKILL', isHaproxy);
    case 'planned':
      // How one moves a keepalived pair: ended in order, it says so to its peer.
      return signal(lab, member, 'SIGTERM', isKeepalived);
  }
}

async function setPorts(lab: Lab, member: Member, state: 'up' | 'down'): Promise<void> {
  const lines = legs.map((leg) => `link set ${portOf(member, leg.interface)} ${state}`);
  await ipBatch(lines, switchNamespace(lab.name));
}

/** The blow's traces are removed by hand, addresses left behind among them, and the member comes back as backup. */
async function heal(lab: Lab, folder: string, member: Member, blow: Blow): Promise<void> {
  if (blow === 'power') return setPorts(lab, member, 'up');
  if (blow === 'engine') return startHaproxy(lab, folder, member);
  await signal(lab, member, 'SIGKILL', isKeepalived);
  await eventually(`keepalived of ${member.name} ended`, startLimitMilliseconds, async () =>
    (await pidsCalled(lab, member, isKeepalived)).length === 0 ? true : undefined,
  );
  const address = `${ipv4(octet(lab, 'nyc-ext'), virtualHost)}/32`;
  await runIn(namespaceOf(lab.name, member.name), ['ip', 'address', 'del', address, 'dev', 'ext']);
  if (blow === 'death') startHaproxy(lab, folder, member);
  startKeepalived(lab, folder, member);
  await pause(steadyMilliseconds);
}

interface Scene {
  readonly address: string;
  readonly active: Member;
  readonly standby: Member;
  readonly probeMilliseconds: number;
}

async function observe(lab: Lab, scene: Scene, act: () => Promise<void>): Promise<Struck> {
  const { address, active, standby, probeMilliseconds } = scene;
  const prober = await startProber(lab, {
    host: address,
    port: 80,
    intervalMilliseconds: probeMilliseconds,
    limitMilliseconds: 300,
  });
  try {
    await pause(steadyMilliseconds);
    const struck = performance.timeOrigin + performance.now();
    await act();
    await eventually(`${standby.name} master`, takeoverLimitMilliseconds, async () =>
      (await holds(lab, standby, address)) ? true : undefined,
    );
    const taken = performance.timeOrigin + performance.now();
    await eventually('answers again', takeoverLimitMilliseconds, () =>
      Promise.resolve(prober.seen.some((probe) => probe.ok && probe.start > taken) || undefined),
    );
    await pause(steadyMilliseconds);
    const seen = prober.seen.filter((probe) => probe.start >= struck - steadyMilliseconds / 2);
    return {
      outageMs: longestOutage(seen, struck, probeMilliseconds),
      failedRequests: failuresIn(seen).length,
      hasTwoOwners: await holds(lab, active, address),
    };
  } finally {
    await prober.stop();
  }
}

/** Is there anything to compare with? */
export async function hasKeepalived(): Promise<boolean> {
  try {
    await runChecked('keepalived', ['--version']);
    return true;
  } catch {
    return false;
  }
}
