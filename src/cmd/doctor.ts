/** `evenkeel doctor`: asks a device by REST for what commonly goes wrong between devices, and says the cure. */
import { UserError } from '../base/user-error.ts';
import { type JsonObject, isJsonObject } from '../config/text/json.ts';
import { systemClock } from '../platform/clock.ts';
import { writeOutput } from '../platform/terminal.ts';
import { type StatisticsTree, treeOf } from '../tmsh/statistics-tree.ts';
import type { RestClient } from '../tmsh/rest.ts';
import { type DoctorFacts, type PeerFacts, diagnose, findingsText } from './doctor-findings.ts';
import { connectRest, connectionOptions, parseFlags, unreachable } from './rest-connection.ts';

const doctorHelp = `evenkeel doctor: finds what commonly goes wrong between devices, and says the cure

  evenkeel doctor [--json]      --config DIR, or --host HOST [--port N] [--user USER] [--password TEXT]

  Looks for: iQuery (TCP 4353) blocked, certificates that do not match or end soon, clocks and versions apart,
  synchronisation that is stuck, devices that are disconnected or active at the same time, closed DNS listeners.
  Exit status: 0 nothing found, 1 the device could not be asked, 2 something found.
`;

const foundStatus = 2;
/** Something that is being synchronised is left to finish. */
const syncingSeconds = 10;

export async function doctor(args: readonly string[]): Promise<number> {
  const { given, values, words } = parseFlags(args, { json: { type: 'boolean' } });
  if (words.length > 0) throw new UserError(doctorHelp);
  const { client, place, rest } = await connectRest('doctor', connectionOptions('doctor', given));
  try {
    const facts = await gather(rest);
    const findings = diagnose(facts);
    const names = facts.devices.filter(({ isSelf }) => isSelf).map(({ name }) => name);
    const checked = `${names[0] ?? 'device'}, ${facts.peers.length} iQuery peers`;
    if (values.json === true) writeOutput(JSON.stringify({ findings, facts }));
    else writeOutput(findingsText(findings, checked));
    return findings.length === 0 ? 0 : foundStatus;
  } catch (error) {
    throw unreachable(error, place);
  } finally {
    client.close();
  }
}

async function gather(rest: RestClient): Promise<DoctorFacts> {
  const [general, peers, devices, groups, listeners] = await Promise.all([
    ask(rest, 'gtm/global-settings/general'),
    ask(rest, 'gtm/iquery/stats'),
    ask(rest, 'cm/device'),
    ask(rest, 'cm/traffic-group/stats'),
    ask(rest, 'gtm/listener/stats'),
  ]);
  const tolerance = general['synchronizationTimeTolerance'];
  return {
    now: systemClock.wallMilliseconds(),
    toleranceSeconds: typeof tolerance === 'number' ? tolerance : 0,
    peers: nodesWith(treeOf(peers), 'ip').map(peerFacts),
    devices: itemsOf(devices).map((item) => ({
      name: textOf(item, 'fullPath'),
      isSelf: textOf(item, 'selfDevice') === 'true',
      version: textOf(item, 'version'),
      certificateExpires: textOf(item, 'certificateExpiration'),
    })),
    sync: await syncFacts(rest),
    trafficGroups: trafficGroups(treeOf(groups)),
    listeners: namedNodesWith(treeOf(listeners), 'status.availabilityState')
      .filter(([, node]) => leaf(node, 'status.enabledState') !== 'disabled')
      .map(([name, node]) => ({
        name,
        isOpen: leaf(node, 'status.availabilityState') === 'available',
        reason: leaf(node, 'status.statusReason'),
      })),
  };
}

async function ask(rest: RestClient, path: string): Promise<JsonObject> {
  const { isOk, json, message } = await rest.request('GET', `/mgmt/tm/${path}`);
  if (!isOk) throw new UserError(`doctor: ${path}: ${message}`);
  return json;
}

async function syncFacts(rest: RestClient): Promise<DoctorFacts['sync']> {
  for (let second = 0; ; second += 1) {
    const tree = treeOf(await ask(rest, 'cm/sync-status'));
    const [node] = nodesWith(tree, 'status');
    const status = leaf(node, 'status');
    if (status !== 'Syncing' || second === syncingSeconds) {
      const details = nodesWith(tree, 'details').map((line) => leaf(line, 'details'));
      return { status, summary: leaf(node, 'summary').trim(), details };
    }
    await new Promise<void>((resolve) => void systemClock.after(1_000, resolve));
  }
}

function peerFacts(node: StatisticsTree): PeerFacts {
  const skew = node.leaves.get('clockSkew');
  return {
    address: leaf(node, 'ip'),
    device: leaf(node, 'deviceName'),
    server: leaf(node, 'serverName'),
    state: leaf(node, 'state'),
    reason: leaf(node, 'stateReason'),
    version: leaf(node, 'remoteVersion'),
    certificateExpires: leaf(node, 'certificateExpiration'),
    skewMilliseconds: typeof skew === 'number' ? skew : undefined,
  };
}

function trafficGroups(tree: StatisticsTree): DoctorFacts['trafficGroups'] {
  const active = new Map<string, string[]>();
  for (const node of nodesWith(tree, 'trafficGroup')) {
    const name = leaf(node, 'trafficGroup');
    // Every device is active for its own addresses.
    if (name.endsWith('/traffic-group-local-only')) continue;
    const devices = active.get(name) ?? [];
    if (leaf(node, 'failoverState') === 'active') devices.push(leaf(node, 'deviceName'));
    active.set(name, devices);
  }
  return [...active].map(([name, devices]) => ({ name, active: devices }));
}

function nodesWith(tree: StatisticsTree, key: string): readonly StatisticsTree[] {
  return namedNodesWith(tree, key).map(([, node]) => node);
}

function namedNodesWith(
  tree: StatisticsTree,
  key: string,
): readonly (readonly [string, StatisticsTree])[] {
  return tree.children.flatMap(([name, child]) => [
    ...(child.leaves.has(key) ? [[name, child] as const] : []),
    ...namedNodesWith(child, key),
  ]);
}

function leaf(node: StatisticsTree | undefined, key: string): string {
  return String(node?.leaves.get(key) ?? '');
}

function itemsOf(json: JsonObject): readonly JsonObject[] {
  const { items } = json;
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}

function textOf(item: JsonObject, key: string): string {
  const value = item[key];
  return typeof value === 'string' ? value : '';
}
