import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../src/base/user-error.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { isPresent } from '../src/platform/files.ts';
import { run } from '../src/platform/process.ts';
import { systemRandom } from '../src/platform/random.ts';
import { generatePassword } from '../src/supervisor/first-boot.ts';
import { isRoot, spawnDetached } from '../src/platform/processes.ts';
import { configureNetwork } from './base-config.ts';
import {
  inNamespace,
  ipBatch,
  listNamespaces,
  removeNamespaces,
  runIn,
  setSysctls,
} from './namespaces.ts';
import {
  hostInterface,
  namespaceOf,
  namespacePrefix,
  planNetworks,
  switchNamespace,
  sysctlsOf,
} from './plan.ts';
import { connectRest, type Rest } from './rest.ts';
import {
  checkLabName,
  isOwnerAlive,
  labFolder,
  type LabState,
  ownIdentity,
  readLab,
  removeLab,
  takeSlot,
  writeLab,
} from './state.ts';
import { pair } from './topologies/pair.ts';
import { twoSites } from './topologies/two-sites.ts';
import type { Lab } from './types.ts';
import {
  type DeviceNode,
  ipv4,
  legOn,
  managementNetwork,
  type Node,
  type Topology,
} from './topology.ts';

const topologies: readonly Topology[] = [twoSites, pair];
const launcher = join(import.meta.dirname, '..', 'evenkeel');
const webServerMain = join(import.meta.dirname, 'nodes', 'web-server.ts');
const httpPort = 80;
const webServerLimitMilliseconds = 15_000;
const deviceUpLimitMilliseconds = 60_000;

export type Progress = (line: string) => void;

export function openLab(name: string): Lab {
  checkLabName(name);
  const state = readLab(name);
  if (state?.state !== 'up') {
    throw new UserError(`lab ${name} is not up; cure: evenkeel lab up${nameOption(name)}`);
  }
  return labOf(state);
}

export function nameOption(name: string): string {
  return name === 'default' ? '' : ` --name ${name}`;
}

/** Builds the networks, starts every node, configures the devices' networks through REST. */
export async function upLab(name: string, topologyName: string, progress: Progress): Promise<Lab> {
  checkLabName(name);
  if (!isRoot())
    throw new UserError('the lab needs root (network namespaces): sudo evenkeel lab up');
  const topology = topologies.find((candidate) => candidate.name === topologyName);
  if (topology === undefined) {
    const known = topologies.map((candidate) => candidate.name).join(', ');
    throw new UserError(`unknown topology ${topologyName}; there is: ${known}`);
  }
  refuseIfUp(readLab(name));
  if (await cleanUp(name)) progress('removed what an earlier run had left');
  const slot = takeSlot(name, await slotsInUse());
  const state: LabState = {
    name,
    topology: topology.name,
    slot,
    state: 'starting',
    owner: ownIdentity(),
    startedAt: systemClock.wallMilliseconds(),
    cutLinks: [],
    password: generatePassword(systemRandom),
  };
  writeLab(state);
  const lab = labOf(state);
  try {
    progress(`networks of ${topology.nodes.length} nodes`);
    await buildNetworks(topology, name, slot);
    progress('web servers and devices');
    await Promise.all(topology.nodes.map((node) => startNode(lab, node)));
    progress("devices' vlans, self IPs and routes, through REST");
    await Promise.all(devicesOf(topology).map((device) => configureNetwork(lab, device)));
  } catch (error) {
    await cleanUp(name);
    throw error;
  }
  writeLab({ ...state, state: 'up' });
  return lab;
}

function refuseIfUp(state: LabState | undefined): void {
  if (state === undefined) return;
  const hasNetworks = listNamespaces(switchNamespace(state.name)).length > 0;
  if (state.state === 'up' && hasNetworks) {
    throw new UserError(
      `lab ${state.name} is up already; cure: evenkeel lab down${nameOption(state.name)}, or another --name`,
    );
  }
  if (state.state === 'starting' && isOwnerAlive(state)) {
    throw new UserError(`lab ${state.name} is being started by process ${state.owner.pid}`);
  }
}

export async function downLab(name: string): Promise<boolean> {
  checkLabName(name);
  if (!isRoot()) throw new UserError('the lab needs root: sudo evenkeel lab down');
  return cleanUp(name);
}

/** Ends processes, namespaces, cables and folders of the lab, whatever state it is in. */
async function cleanUp(name: string): Promise<boolean> {
  const state = readLab(name);
  const namespaces = listNamespaces(namespacePrefix(name));
  const isThere = state !== undefined || namespaces.length > 0;
  // Not asked to stop one by one: a lab is thrown away whole.
  await removeNamespaces(namespaces);
  if (state !== undefined) await run('ip', ['link', 'del', hostInterface(state.slot)]);
  removeLab(name);
  return isThere;
}

async function slotsInUse(): Promise<(slot: number) => boolean> {
  const routes = await run('ip', ['route', 'show', 'table', 'all']);
  return (slot) => routes.stdout.includes(`${ipv4(slot, 0)}/`);
}

async function buildNetworks(topology: Topology, name: string, slot: number): Promise<void> {
  const plan = planNetworks(topology, name, slot);
  const [namespaces, cables] = [
    plan.host.filter((line) => line.startsWith('netns ')),
    plan.host.filter((line) => !line.startsWith('netns ')),
  ];
  await ipBatch(namespaces);
  await Promise.all([
    setSysctls(switchNamespace(name), sysctlsOf('switch')),
    ...topology.nodes.map((node) => setSysctls(namespaceOf(name, node.name), sysctlsOf(node.role))),
  ]);
  await ipBatch(cables);
  await ipBatch(plan.switch, switchNamespace(name));
  await Promise.all(
    [...plan.nodes].map(([node, lines]) => ipBatch(lines, namespaceOf(name, node))),
  );
}

async function startNode(lab: Lab, node: Node): Promise<void> {
  if (node.role === 'web-server') await startWebServer(lab, node.name);
  if (node.role === 'device') await startDevice(lab, node);
}

/** The product's own start-up, inside the namespace; nothing of it is special in a lab. */
export async function startDevice(lab: Lab, node: DeviceNode): Promise<void> {
  const folder = lab.folder(node.name);
  if (!isPresent(join(folder, 'device.json'))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = {
      hostname: node.hostname,
      managementAddress: lab.managementAddress(node.name),
      adminPassword: lab.password(),
    };
    writeFileSync(join(folder, 'device.json'), JSON.stringify(file), { mode: 0o600 });
  }
  const clock = `EVENKEEL_CLOCK_OFFSET_FILE=${clockOffsetFile(folder)}`;
  const command = ['env', clock, launcher, 'device', 'up', '--config', folder];
  const result = await runIn(lab.namespace(node.name), command, deviceUpLimitMilliseconds);
  if (result.status !== 0) {
    throw new Error(`${node.name} did not start: ${(result.stderr || result.stdout).trim()}`);
  }
}

/** What `fault clock` writes; read by the device's processes. */
export function clockOffsetFile(folder: string): string {
  return `${folder}.clock`;
}

export async function startWebServer(lab: Lab, name: string): Promise<void> {
  const pidFile = webServerPidFile(lab, name);
  const logFile = join(labFolder(lab.name), `${name}.out`);
  const main = [process.execPath, webServerMain, name, String(httpPort), pidFile];
  spawnDetached('ip', inNamespace(lab.namespace(name), main), { logFile }, () => undefined);
  await waitUntil(systemClock, `web server ${name}`, webServerLimitMilliseconds, () =>
    isPresent(pidFile),
  );
}

export function webServerPidFile(lab: Lab, name: string): string {
  return join(labFolder(lab.name), `${name}.pid`);
}

export function devicesOf(topology: Topology): readonly DeviceNode[] {
  return topology.nodes.filter((node) => node.role === 'device');
}

function labOf(state: LabState): Lab {
  const topology = topologies.find((candidate) => candidate.name === state.topology);
  if (topology === undefined) throw new Error(`lab ${state.name} has no known topology`);
  const clients = new Map<string, Rest>();
  const lab: Lab = {
    name: state.name,
    slot: state.slot,
    topology,
    namespace: (node) => namespaceOf(state.name, node),
    node(name) {
      const found = topology.nodes.find((node) => node.name === name);
      if (found !== undefined) return found;
      const known = topology.nodes.map((node) => node.name).join(', ');
      throw new UserError(`no node ${name} in lab ${state.name}; there are: ${known}`);
    },
    folder: (device) => join(labFolder(state.name), device),
    managementAddress(device) {
      const leg = legOn(lab.node(device), managementNetwork);
      if (leg === undefined) throw new UserError(`${device} is not a device`);
      return ipv4(state.slot, leg.host);
    },
    password: () => state.password,
    rest(device) {
      const known = clients.get(device);
      if (known !== undefined) return known;
      const client = connectRest(lab.managementAddress(device), state.password);
      clients.set(device, client);
      return client;
    },
  };
  return lab;
}
