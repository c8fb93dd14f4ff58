import { join } from 'node:path';
import { UserError } from '../src/base/user-error.ts';
import { systemClock, waitUntil } from '../src/platform/clock.ts';
import { devicePaths } from '../src/platform/device-paths.ts';
import {
  isPresent,
  readTextIfPresent,
  removeIfPresent,
  writeFileDurably,
} from '../src/platform/files.ts';
import { runChecked } from '../src/platform/process.ts';
import { readPidFile } from '../src/platform/exclusive.ts';
import { isAlive } from '../src/platform/processes.ts';
import { clockOffsetFile, startDevice, startWebServer, webServerPidFile } from './lab.ts';
import type { Lab } from './types.ts';
import { commandOf, pidsIn, runIn, signalIfThere } from './namespaces.ts';
import { portName, switchNamespace } from './plan.ts';
import { readLab, writeLab } from './state.ts';
import { type Leg, type Node, vlanNames } from './topology.ts';

/** The device's own processes; the supervisor among them, or it would start the others again. */
const ownProcesses = ['device', 'control', 'failover', 'monitor', 'dns'];
const siteLink = 'site-site';

export const faultUsage = `usage: evenkeel lab fault KIND TARGET
  kill|stop|cont DEVICE[:own|engines|all|control|failover|monitor|dns|supervisor|haproxy|named|conntrackd]  (own when left out)
  start DEVICE                       the product's start-up again; adopts engines that still run
  kill|stop|start WEBSERVER          stop ends a web server, so that its port is closed
  cut|heal DEVICE:external|internal|ha|mgmt, or site-site
  mute|deafen DEVICE:LINK            nothing it sends arrives, or nothing reaches it; healed by heal
  clock DEVICE:SECONDS               its wall clock is so far from the machine's, within a second
  power|power-on DEVICE              all its links at once`;

export async function fault(lab: Lab, kind: string, target: string): Promise<void> {
  const [name = '', part] = target.split(':');
  if (kind === 'cut' || kind === 'heal') return setLink(lab, target, kind === 'heal');
  if (kind === 'mute' || kind === 'deafen') return setOneWay(lab, legsOf(lab, target), kind);
  const node = lab.node(name);
  switch (kind) {
    case 'clock':
      return setClock(lab, node, part ?? '');
    case 'kill':
    case 'stop':
    case 'cont':
      if (node.role === 'web-server') return faultWebServer(lab, node.name, kind);
      return signalDevice(lab, node, part ?? 'own', signals[kind]);
    case 'start':
      if (node.role === 'web-server') return startWebServer(lab, node.name);
      if (node.role === 'device') return startDevice(lab, node);
      break;
    case 'power':
      return setLinks(lab, node, node.legs, false);
    case 'power-on':
      return setLinks(lab, node, node.legs, true);
    default:
      throw new UserError(`unknown fault ${kind}; ${faultUsage}`);
  }
  throw new UserError(`${kind} does not fit ${name}; ${faultUsage}`);
}

const signals = { kill: 'SIGKILL', stop: 'SIGSTOP', cont: 'SIGCONT' } as const;

async function signalDevice(
  lab: Lab,
  node: Node,
  part: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const pids = await pidsOf(lab, node.name, part);
  if (pids.length === 0) throw new UserError(`${node.name}: nothing runs that is called ${part}`);
  for (const pid of pids) signalIfThere(pid, signal);
}

/** Processes of a device by name; only such as live in its namespace. */
export async function pidsOf(lab: Lab, device: string, part: string): Promise<readonly number[]> {
  const inside = await pidsIn(lab.namespace(device));
  const run = devicePaths(lab.folder(device)).run;
  const byFile = (name: string): number[] => {
    const identity = readPidFile(join(run, `${name}.pid`));
    const isThere = identity !== undefined && isAlive(identity) && inside.includes(identity.pid);
    return isThere ? [identity.pid] : [];
  };
  const own = ownProcesses.flatMap((name) => byFile(name));
  switch (part) {
    case 'all':
      // Own processes first: the supervisor must not see the others die.
      return [...own, ...inside.filter((pid) => !own.includes(pid))];
    case 'own':
      return own;
    case 'engines':
      return inside.filter((pid) => !own.includes(pid));
    case 'supervisor':
      return byFile('device');
    case 'haproxy':
    case 'named':
    case 'conntrackd':
      return inside.filter((pid) => commandOf(pid) === part);
    default:
      if (!ownProcesses.includes(part)) throw new UserError(`unknown part ${part}; ${faultUsage}`);
      return byFile(part);
  }
}

const endLimitMilliseconds = 5_000;

async function faultWebServer(
  lab: Lab,
  name: string,
  kind: 'kill' | 'stop' | 'cont',
): Promise<void> {
  const file = webServerPidFile(lab, name);
  const pid = Number(readTextIfPresent(file) ?? 0);
  const inside = await pidsIn(lab.namespace(name));
  if (!isPresent(file) || !inside.includes(pid)) throw new UserError(`${name} does not run`);
  if (kind === 'cont') throw new UserError(`${name} cannot be continued: use start`);
  signalIfThere(pid, kind === 'kill' ? 'SIGKILL' : 'SIGTERM');
  removeIfPresent(file);
  await waitUntil(systemClock, `${name} to end`, endLimitMilliseconds, async () =>
    (await pidsIn(lab.namespace(name))).every((other) => other !== pid),
  );
}

async function setLink(lab: Lab, target: string, isUp: boolean): Promise<void> {
  if (target === siteLink) return setSiteLink(lab, isUp);
  const legs = legsOf(lab, target);
  if (isUp) await setOneWay(lab, legs, undefined);
  return setLinks(lab, legs.node, legs.legs, isUp);
}

interface Legs {
  readonly node: Node;
  readonly legs: readonly Leg[];
}

/** `nyc-a:external`: by the VLAN's, the network's or the interface's name. */
function legsOf(lab: Lab, target: string): Legs {
  const [name = '', wanted = ''] = target.split(':');
  const node = lab.node(name);
  const legs = node.legs.filter(
    (leg) =>
      leg.interface === wanted || leg.network === wanted || vlanNames[leg.interface] === wanted,
  );
  if (legs.length === 0)
    throw new UserError(`${name} has no link ${JSON.stringify(wanted)}; ${faultUsage}`);
  return { node, legs };
}

/** One direction of a link lost, at the switch; the link itself stays up. Without `kind`: both work again. */
async function setOneWay(
  lab: Lab,
  { node, legs }: Legs,
  kind: 'mute' | 'deafen' | undefined,
): Promise<void> {
  const hook = kind === 'mute' ? 'ingress' : 'egress';
  const rules = legs.flatMap((leg) => {
    const port = portName(node.name, leg);
    const table = `netdev lab_${port.replaceAll(/[^a-z0-9]/g, '_')}`;
    const fresh = [`add table ${table}`, `delete table ${table}`];
    if (kind === undefined) return fresh;
    const chain = `{ type filter hook ${hook} device "${port}" priority -400; policy drop; }`;
    return [...fresh, `add table ${table}`, `add chain ${table} lost ${chain}`];
  });
  const result = await runIn(switchNamespace(lab.name), ['nft', rules.join('; ')]);
  if (result.status !== 0) throw new Error(`nft in the switch: ${result.stderr}`);
  const ports = legs.map((leg) => portName(node.name, leg));
  remember(lab, ports, kind === undefined);
}

function setClock(lab: Lab, node: Node, seconds: string): Promise<void> {
  if (node.role !== 'device' || !/^[+-]?\d+$/.test(seconds))
    throw new UserError(`clock wants DEVICE:SECONDS, not ${node.name}:${seconds}; ${faultUsage}`);
  writeFileDurably(clockOffsetFile(lab.folder(node.name)), String(Number(seconds) * 1000));
  return Promise.resolve();
}

/** The bridge's end of the cable goes down, so that the node sees its link lost. */
async function setLinks(lab: Lab, node: Node, legs: readonly Leg[], isUp: boolean): Promise<void> {
  const ports = legs.map((leg) => portName(node.name, leg));
  const lines = ports.map((port) => `link set ${port} ${isUp ? 'up' : 'down'}`);
  await runChecked('ip', ['-n', switchNamespace(lab.name), '-batch', '-'], {
    input: `${lines.join('\n')}\n`,
  });
  remember(lab, ports, isUp);
}

/** The router forwards nothing between the sites any more; the client still reaches both. */
async function setSiteLink(lab: Lab, isUp: boolean): Promise<void> {
  const router = lab.topology.nodes.find((node) => node.role === 'router');
  if (router === undefined) throw new UserError(`topology ${lab.topology.name} has no router`);
  const sites = router.legs.map((leg) => leg.interface).filter((leg) => leg !== 'client');
  const set = `{ ${sites.join(', ')} }`;
  const rules = [
    'add table inet lab_cut',
    'delete table inet lab_cut',
    ...(isUp
      ? []
      : [
          'add table inet lab_cut',
          'add chain inet lab_cut forward { type filter hook forward priority 0; }',
          `add rule inet lab_cut forward iifname ${set} oifname ${set} drop`,
        ]),
  ];
  const result = await runIn(lab.namespace(router.name), ['nft', rules.join('; ')]);
  if (result.status !== 0) throw new Error(`nft in ${router.name}: ${result.stderr}`);
  remember(lab, [siteLink], isUp);
}

/** For `lab status`. */
function remember(lab: Lab, links: readonly string[], isUp: boolean): void {
  const state = readLab(lab.name);
  if (state === undefined) return;
  const others = state.cutLinks.filter((link) => !links.includes(link));
  writeLab({ ...state, cutLinks: isUp ? others : [...others, ...links] });
}
