/**
 * Two devices' failover processes, a witness, a client and a switch in network namespaces of their own:
 *
 *            client                 A, B: 198.18.240.1/.2 on ext, 198.18.241.1/.2 on ha
 *              │ ext                W:    198.18.241.3 on ha
 *   A ─ext──[ br-ext ]──ext─ B      floating: 198.18.240.50 and fd00:198:18:240::50
 *   A ─ha───[ br-ha ]───ha── B
 *                │ ha
 *                W
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  FailoverStatus,
  FromFailover,
  ToFailover,
} from '../../src/cluster/failover/protocol.ts';
import {
  type Command,
  type FailoverConfig,
  type GroupConfig,
  type Profile,
  type Voter,
} from '../../src/cluster/failover/types.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';
import { devicePaths } from '../../src/platform/device-paths.ts';
import type { FromSupervisor } from '../../src/platform/engines.ts';
import { connectLocal, type LocalPeer, serveLocal } from '../../src/platform/local-channel.ts';

export const floating4 = '198.18.240.50';
export const floating6 = 'fd00:198:18:240::50';
export const trafficGroup = '/Common/traffic-group-1';
const program = join(import.meta.dirname, '../../src/cmd/failover.ts');
const key = Buffer.alloc(32, 7).toString('base64');

export interface LabDevice {
  readonly name: string;
  readonly namespace: string;
  readonly folder: string;
  process: ChildProcess | undefined;
  status: FailoverStatus | undefined;
  peer: LocalPeer<ToFailover> | undefined;
  /** What the supervisor would tell it. */
  supervisor: ((message: FromSupervisor) => void) | undefined;
}

export interface FailoverLab {
  readonly a: LabDevice;
  readonly b: LabDevice;
  readonly w: LabDevice | undefined;
  start(device: LabDevice): void;
  command(device: LabDevice, command: Command): void;
  signal(device: LabDevice, name: NodeJS.Signals): void;
  cut(device: LabDevice, link: 'ext' | 'ha'): void;
  heal(device: LabDevice, link: 'ext' | 'ha'): void;
  /** The device that says it is the owner, when exactly one does. */
  owner(): LabDevice | undefined;
  waitForOwner(device?: LabDevice): Promise<LabDevice>;
  answers(): readonly Answer[];
  /** Runs a program in the namespace of a device (`a`), the client (`c`) or the switch (`sw`); its output. */
  run(where: string, ...command: readonly string[]): string;
  down(): void;
}

/** Something on the wire that only an owner sends: an echo reply, an ARP reply, a neighbour advertisement. */
export interface Answer {
  /** Wall milliseconds. */
  readonly at: number;
  readonly device: string;
  readonly family: 4 | 6;
  readonly isEcho: boolean;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function inside(namespace: string, command: readonly string[]): ChildProcess {
  return spawn('ip', ['netns', 'exec', namespace, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function startLab(options: {
  readonly profile: Profile;
  readonly withWitness: boolean;
  /** Changes what a device is configured with. */
  readonly adjust?: (config: FailoverConfig, device: string) => FailoverConfig;
}): Promise<FailoverLab> {
  const prefix = `fo-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), 'fo-'));
  const device = (name: string): LabDevice => ({
    name,
    namespace: `${prefix}-${name}`,
    folder: join(folder, name),
    process: undefined,
    status: undefined,
    peer: undefined,
    supervisor: undefined,
  });
  const a = device('a');
  const b = device('b');
  const w = options.withWitness ? device('w') : undefined;
  const all = [a, b, ...(w === undefined ? [] : [w])];
  const switchSpace = `${prefix}-sw`;
  const client = `${prefix}-c`;
  const children: ChildProcess[] = [];
  const servers: { close(): void }[] = [];
  buildNetwork(prefix, all);
  const hardware = new Map([a, b].map((one) => [hardwareAddress(one.namespace, 'ext'), one.name]));
  const capture = inside(switchSpace, [
    'tcpdump',
    '-i',
    'br-ext',
    '-e',
    '-n',
    '-tt',
    '-l',
    `(icmp[icmptype]==icmp-echoreply or (icmp6 and (ip6[40]==129 or ip6[40]==136)) or (arp and arp[6:2]==2))`,
  ]);
  let captured = '';
  capture.stdout?.on('data', (chunk: Buffer) => (captured += chunk.toString()));
  children.push(
    capture,
    inside(client, ['ping', '-q', '-n', '-i', '0.002', floating4]),
    inside(client, ['ping', '-6', '-q', '-n', '-i', '0.002', floating6]),
  );
  const lab: FailoverLab = {
    a,
    b,
    w,
    start(one) {
      const plain = configOf(one, all, options.profile);
      const config = options.adjust?.(plain, one.name) ?? plain;
      prepare(one, config);
      one.process = inside(one.namespace, [
        process.execPath,
        '--disable-warning=ExperimentalWarning',
        program,
        '--config',
        one.folder,
      ]);
      one.peer ??= connectLocal<FromFailover, ToFailover>(
        devicePaths(one.folder).failoverSocket,
        systemClock,
        {
          onOpen: () => undefined,
          onMessage: (message) => {
            if (message.type === 'status') one.status = message.status;
          },
          onClose: () => (one.status = undefined),
        },
      );
    },
    command: (one, command) => one.peer?.send({ type: 'command', id: 1, command }),
    signal(one, name) {
      // `ip netns exec` becomes the program it starts.
      one.process?.kill(name);
    },
    cut: (one, link) => ip('-n', switchSpace, 'link', 'set', `${one.name}-${link}`, 'down'),
    heal: (one, link) => ip('-n', switchSpace, 'link', 'set', `${one.name}-${link}`, 'up'),
    owner() {
      const owners = [a, b].filter((one) => one.status?.groups[0]?.role === 'owner');
      return owners.length === 1 ? owners[0] : undefined;
    },
    async waitForOwner(wanted) {
      await waitUntil(systemClock, `${wanted?.name ?? 'a device'} to be the owner`, 15_000, () => {
        const owner = lab.owner();
        return owner !== undefined && (wanted === undefined || owner === wanted);
      });
      const owner = lab.owner();
      if (owner === undefined) throw new Error('the owner is gone again');
      return owner;
    },
    run: (where, ...command) =>
      execFileSync('ip', ['netns', 'exec', `${prefix}-${where}`, ...command], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    answers: () => captured.split('\n').flatMap((line) => parseAnswer(line, hardware)),
    down() {
      for (const one of all) {
        one.peer?.close();
        one.process?.kill('SIGCONT');
        one.process?.kill('SIGKILL');
      }
      for (const child of children) child.kill('SIGKILL');
      for (const server of servers) server.close();
      for (const one of all) ip('netns', 'del', one.namespace);
      ip('netns', 'del', client);
      ip('netns', 'del', switchSpace);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    for (const one of all) {
      servers.push(await superviseBy(one));
      lab.start(one);
    }
    await lab.waitForOwner();
  } catch (error) {
    lab.down();
    throw error;
  }
  return lab;
}

async function superviseBy(device: LabDevice): Promise<{ close(): void }> {
  const clients = new Set<LocalPeer<FromSupervisor>>();
  device.supervisor = (message) => {
    for (const client of clients) client.send(message);
  };
  const paths = devicePaths(device.folder);
  mkdirSync(paths.run, { recursive: true });
  const server = await serveLocal<unknown, FromSupervisor>(paths.supervisorSocket, {
    onOpen: (client) => void clients.add(client),
    onMessage: () => undefined,
    onClose: (client) => void clients.delete(client),
  });
  return {
    close() {
      for (const client of clients) client.close();
      server.close();
    },
  };
}

function buildNetwork(prefix: string, devices: readonly LabDevice[]): void {
  const switchSpace = `${prefix}-sw`;
  ip('netns', 'add', switchSpace);
  for (const bridge of ['br-ext', 'br-ha']) {
    ip('-n', switchSpace, 'link', 'add', bridge, 'type', 'bridge');
    ip('-n', switchSpace, 'link', 'set', bridge, 'up');
  }
  const attach = (namespace: string, name: string, link: string): void => {
    const far = `${name}-${link}`;
    ip(
      '-n',
      switchSpace,
      'link',
      'add',
      far,
      'type',
      'veth',
      'peer',
      'name',
      link,
      'netns',
      namespace,
    );
    ip('-n', switchSpace, 'link', 'set', far, 'master', `br-${link}`, 'up');
    ip('-n', namespace, 'link', 'set', link, 'up');
  };
  for (const [index, one] of devices.entries()) {
    ip('netns', 'add', one.namespace);
    ip('-n', one.namespace, 'link', 'set', 'lo', 'up');
    attach(one.namespace, one.name, 'ha');
    ip('-n', one.namespace, 'addr', 'add', `198.18.241.${index + 1}/24`, 'dev', 'ha');
    if (one.name === 'w') continue;
    attach(one.namespace, one.name, 'ext');
    ip('-n', one.namespace, 'addr', 'add', `198.18.240.${index + 1}/24`, 'dev', 'ext');
    ip(
      '-n',
      one.namespace,
      'addr',
      'add',
      `fd00:198:18:240::${index + 1}/64`,
      'dev',
      'ext',
      'nodad',
    );
    for (const knob of ['arp_ignore=1', 'arp_announce=2']) {
      const setting = `net.ipv4.conf.all.${knob}`;
      execFileSync('ip', ['netns', 'exec', one.namespace, 'sysctl', '-qw', setting]);
    }
  }
  const client = `${prefix}-c`;
  ip('netns', 'add', client);
  attach(client, 'c', 'ext');
  ip('-n', client, 'addr', 'add', '198.18.240.100/24', 'dev', 'ext');
  ip('-n', client, 'addr', 'add', 'fd00:198:18:240::100/64', 'dev', 'ext', 'nodad');
}

function hardwareAddress(namespace: string, link: string): string {
  const shown = execFileSync('ip', ['-n', namespace, '-j', 'link', 'show', link], {
    encoding: 'utf8',
  });
  // The shape of `ip -j link`.
  return (JSON.parse(shown) as readonly { readonly address: string }[])[0]?.address ?? '';
}

function configOf(own: LabDevice, all: readonly LabDevice[], profile: Profile): FailoverConfig {
  const voters = all.map((one, index): Voter => {
    const addresses = [{ address: `198.18.241.${index + 1}`, port: 1026 }];
    if (one.name !== 'w') addresses.push({ address: `198.18.240.${index + 1}`, port: 1026 });
    return { device: one.name, addresses };
  });
  const group = (device: string): GroupConfig => ({
    device,
    deviceGroup: '/Common/pair',
    members: voters.filter((voter) => voter.device !== 'w'),
    witnesses: voters.filter((voter) => voter.device === 'w'),
    profile,
    trafficGroups: [
      {
        name: trafficGroup,
        addresses: [floating4, floating6].map((address) => ({ address, interface: 'ext' })),
        haOrder: [],
        autoFailback: false,
        autoFailbackSeconds: 60,
        loadFactor: 1,
      },
    ],
    capacity: {},
  });
  const localAddresses = voters.find((voter) => voter.device === own.name)?.addresses ?? [];
  if (own.name !== 'w')
    return { own: group(own.name), localAddresses, key, fixedAddresses: [], witnessing: [] };
  return {
    own: { ...group('w'), deviceGroup: '', members: [], witnesses: [], trafficGroups: [] },
    localAddresses,
    key: '',
    fixedAddresses: [],
    witnessing: [{ group: group('w'), key }],
  };
}

function prepare(device: LabDevice, config: FailoverConfig): void {
  const file = join(device.folder, 'data', 'failover.json');
  mkdirSync(join(device.folder, 'data'), { recursive: true });
  try {
    readFileSync(file);
  } catch {
    const durable = { forcedOffline: false };
    writeFileSync(file, JSON.stringify({ config, durable }));
  }
}

function parseAnswer(line: string, hardware: ReadonlyMap<string, string>): readonly Answer[] {
  const match = /^(\d+\.\d+) ([0-9a-f:]{17}) > /.exec(line);
  const device = hardware.get(match?.[2] ?? '');
  if (match === null || device === undefined) return [];
  const isAbout6 = line.includes(floating6);
  if (!isAbout6 && !line.includes(floating4)) return [];
  const isEcho = line.includes('echo reply');
  // Replies of a device to others name the floating address only when it answers for it.
  return [{ at: Number(match[1]) * 1000, device, family: isAbout6 ? 6 : 4, isEcho }];
}
