/** A pair that mirrors: group, mirroring addresses, echo servers behind a FastL4 virtual server of each family. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StreamsReport } from '../../lab/nodes/streams.ts';
import { rolesOfPair } from '../../lab/story/ask.ts';
import { deviceGroup, pairTrust } from '../../lab/story/form.ts';
import { addressOn, hostnameOf, nycServers, nycVirtual, pair } from '../../lab/story/places.ts';
import { ipv6, legOn } from '../../lab/topology.ts';
import type { Lab } from '../../lab/types.ts';
import { eventually, notYet } from '../../lab/wait.ts';
import { systemClock, waitUntil } from '../../src/platform/clock.ts';

export const echoPort = 7;
export const unmirroredPort = 8;
export const webSocketPort = 9;
const internal = 111;
const floatingHost = 10;
const limit = 30_000;
const nodes = join(import.meta.dirname, '../../lab/nodes');

export interface Running {
  readonly child: ChildProcess;
  text(): string;
  readonly ended: Promise<string>;
}

export function start(lab: Lab, node: string, ...command: readonly string[]): Running {
  const child = spawn('ip', ['netns', 'exec', lab.namespace(node), ...command]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<string>((resolve) => child.on('close', () => resolve(text)));
  return { child, text: () => text, ended };
}

/** On the servers, and on the client for what begins inside. */
export async function startEchoServers(lab: Lab): Promise<readonly Running[]> {
  const started: Running[] = [];
  for (const server of [...nycServers, 'client']) {
    for (const port of [echoPort, unmirroredPort, webSocketPort]) {
      const pidFile = `/run/evenkeel/${lab.name}/echo-${server}-${port}.pid`;
      rmSync(pidFile, { force: true });
      const program = join(nodes, 'echo-server.ts');
      const kind = port === webSocketPort ? ['websocket'] : [];
      const words = [process.execPath, program, String(port), pidFile, ...kind];
      started.push(start(lab, server, ...words));
      await waitUntil(systemClock, `the echo server on ${server}`, limit, () =>
        existsSync(pidFile),
      );
    }
  }
  return started;
}

export async function startStreams(
  lab: Lab,
  address: string,
  count: number,
  port = echoPort,
  kind: 'tcp' | 'tls' | 'websocket' = 'tcp',
  from = 'client',
  everyMilliseconds = 20,
): Promise<Running> {
  const program = join(nodes, 'streams.ts');
  const numbers = [port, count].map(String);
  const words = [process.execPath, program, address, ...numbers, kind, String(everyMilliseconds)];
  const running = start(lab, from, ...words);
  await waitUntil(systemClock, `streams to ${address}`, limit, () => {
    if (running.child.exitCode !== null) throw new Error(running.text());
    return running.text().includes('ready');
  });
  return running;
}

export async function endStreams(streams: Running): Promise<StreamsReport> {
  streams.child.kill('SIGTERM');
  const last = (await streams.ended).trim().split('\n').at(-1) ?? '';
  // Printed by our own program.
  return JSON.parse(last) as StreamsReport;
}

export function serverAddresses(lab: Lab, family: 4 | 6): readonly string[] {
  return nycServers.map((server) => {
    const host = legOn(lab.node(server), 'nyc-int')?.host ?? 0;
    return family === 4 ? addressOn(lab, server, 'nyc-int') : ipv6(internal, host);
  });
}

/** Trust, group, mirroring addresses on the HA network, and what is mirrored: made on nyc-a. */
export async function formMirroringPair(lab: Lab): Promise<void> {
  await pairTrust.run(lab);
  await deviceGroup.run(lab);
  for (const device of pair) {
    await lab.rest(device).patch(`/mgmt/tm/cm/device/~Common~${hostnameOf(lab, device)}`, {
      mirrorIp: addressOn(lab, device, 'nyc-ha'),
      mirrorSecondaryIp: addressOn(lab, device, 'nyc-int'),
    });
  }
  const rest = lab.rest('nyc-a');
  for (const [name, address] of [
    ['float', `${addressOn(lab, 'nyc-a', 'nyc-int').replace(/\d+$/, String(floatingHost))}/24`],
    ['float6', `${ipv6(internal, floatingHost)}/64`],
  ]) {
    await rest.post('/mgmt/tm/net/self', {
      name,
      address,
      vlan: '/Common/internal',
      trafficGroup: '/Common/traffic-group-1',
      allowService: ['default'],
    });
  }
  for (const family of [4, 6] as const) {
    const virtual = family === 4 ? `${nycVirtual.ipv4}:` : `${nycVirtual.ipv6}.`;
    for (const port of [echoPort, unmirroredPort]) {
      const separator = family === 4 ? ':' : '.';
      const name = `echo${family}_${port}`;
      await rest.post('/mgmt/tm/ltm/pool', {
        name,
        members: serverAddresses(lab, family).map((address) => ({
          name: `${address}${separator}${port}`,
          address,
        })),
      });
      await rest.post('/mgmt/tm/ltm/virtual', {
        name,
        destination: `/Common/${virtual}${port}`,
        ipProtocol: 'tcp',
        pool: `/Common/${name}`,
        profiles: [{ name: '/Common/fastL4' }],
        sourceAddressTranslation: { type: 'automap' },
        mirror: port === echoPort ? 'enabled' : 'disabled',
      });
    }
  }
}

export interface MirrorRow {
  readonly state: string;
  readonly reason: string;
  readonly role: string;
  readonly connections: number;
  readonly peerConnections: number;
  readonly lost: number;
  readonly malformed: number;
  readonly refused: number;
}

interface Leaf {
  readonly value?: number;
  readonly description?: string;
}

/** The first row of `sys ha-mirror`. */
export async function mirrorRow(lab: Lab, device: string): Promise<MirrorRow> {
  const { entries } = await lab.rest(device).get<{
    readonly entries?: Readonly<
      Record<string, { readonly nestedStats: { readonly entries: Readonly<Record<string, Leaf>> } }>
    >;
  }>('/mgmt/tm/sys/ha-mirror');
  const row = Object.values(entries ?? {})[0]?.nestedStats.entries ?? {};
  const plain = Object.fromEntries(
    Object.entries(row).map(([name, leaf]) => [name, leaf.value ?? leaf.description]),
  );
  // The product's own names; a test that misses one fails on its value.
  return plain as unknown as MirrorRow;
}

export async function waitMirroring(lab: Lab): Promise<void> {
  await eventually('mirroring is up on both', limit, async () => {
    const rows = await Promise.all(pair.map((device) => mirrorRow(lab, device)));
    const isUp = rows.every(({ state, reason }) => state === 'up' && reason === '');
    return isUp ? true : notYet(JSON.stringify(rows));
  });
}

export async function waitRoles(lab: Lab): Promise<{ active: string; standby: string }> {
  return rolesOfPair(lab, limit);
}
