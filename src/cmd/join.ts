/**
 * `evenkeel join`: brings a device to those that are there. Asks both by REST, says what would be done and what is
 * in the way, and does it by the commands that people have (cm add-to-trust, gtm bigip-add).
 */
import { UserError } from '../base/user-error.ts';
import { type JsonObject, isJsonObject } from '../config/text/json.ts';
import { systemClock } from '../platform/clock.ts';
import { askSecretly, askWord, isInteractive, writeOutput } from '../platform/terminal.ts';
import type { RestClient } from '../tmsh/rest.ts';
import { treeOf } from '../tmsh/statistics-tree.ts';
import {
  type JoinFacts,
  type JoinKind,
  joinKinds,
  type JoinPlan,
  type JoinSide,
  type JoinStep,
  joinText,
  planJoin,
  stepText,
} from './join-plan.ts';
import { connectRest, connectionOptions, parseFlags } from './rest-connection.ts';

const usage = `evenkeel join: brings another device to this one

  evenkeel join ADDRESS [--as global | health | member] [--peer-user USER] [--peer-password TEXT] [--peer-port N] [--yes] [--json]
                        --config DIR, or --host HOST [--port N] [--user USER] [--password TEXT]   (a device that is there already)

  global: both answer DNS from the same wide IPs (gtm_add). health: the global device here asks the other one for the
  health of its virtual servers (bigip_add). member: one trust domain. Worked out from what both have when not given.
  Nothing is changed before it was shown and agreed to (--yes agrees). The password: EVENKEEL_PEER_PASSWORD, or typed.
  Exit status: 0 done, or nothing to do; 1 something went wrong; 2 something is in the way.
`;

const inTheWay = 2;
const connectSeconds = 60;
const general = 'gtm/global-settings/general';

interface Peer {
  readonly device: string;
  readonly username: string;
  readonly password: string;
  readonly port: number;
}

export async function join(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { given, values, words } = parseFlags(args, {
    as: text,
    'peer-user': text,
    'peer-password': text,
    'peer-port': text,
    yes: flag,
    json: flag,
  });
  const [address] = words;
  if (address === undefined || words.length > 1) throw new UserError(usage);
  const wanted = joinKinds.find((kind) => kind === values.as);
  if (values.as !== undefined && wanted === undefined) throw new UserError(usage);
  const peer = {
    device: address,
    username: values['peer-user'] ?? 'admin',
    password: await passwordOf(values['peer-password'] ?? process.env['EVENKEEL_PEER_PASSWORD']),
    port: Number(values['peer-port'] ?? 443),
  };
  const here = await connectRest('join', connectionOptions('join', given));
  const there = await connectRest('join', {
    host: address,
    port: peer.port,
    user: peer.username,
    password: peer.password,
    config: undefined,
  });
  try {
    const facts = await gather(here.rest, there.rest, peer, wanted);
    const plan = planJoin(facts);
    if (values.json === true) writeOutput(JSON.stringify({ ...plan, facts }));
    else writeOutput(joinText(facts, plan));
    if (plan.faults.length > 0) return inTheWay;
    if (plan.steps.length === 0) return 0;
    if (values.yes !== true && !(await isAgreed())) return 1;
    await carryOut({ here: here.rest, there: there.rest, peer, facts, plan });
    return 0;
  } finally {
    here.client.close();
    there.client.close();
  }
}

async function passwordOf(given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  if (isInteractive()) return askSecretly('Password there: ');
  throw new UserError('join: EVENKEEL_PEER_PASSWORD is not set');
}

async function isAgreed(): Promise<boolean> {
  if (!isInteractive()) throw new UserError('join: nothing was changed; --yes agrees');
  return (await askWord('Go on? (yes or no) ')) === 'yes';
}

async function gather(
  here: RestClient,
  there: RestClient,
  peer: Peer,
  wanted: JoinKind | undefined,
): Promise<JoinFacts> {
  const [ours, theirs] = await Promise.all([sideOf(here), sideOf(there)]);
  // It asks over HTTPS, as add-to-trust will, and changes nothing.
  const seen = await send(here, 'POST', 'cm/device-information', { command: 'run', ...peer });
  const said = new Map(
    String(seen['commandResult'] ?? '')
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const preflight = said.get('preflight') ?? '';
  return {
    here: ours,
    there: theirs,
    address: said.get('address') ?? peer.device,
    fingerprint: said.get('sha256Fingerprint') ?? '',
    skewMilliseconds: Number(said.get('clockSkewMilliseconds') ?? 0),
    // One sentence each, ended by a full stop and a blank before the next "No", "The", …
    preflight: preflight === 'ready to be added' ? [] : preflight.split(/(?<=\.) (?=[A-Z])/),
    wanted,
  };
}

async function sideOf(rest: RestClient): Promise<JoinSide> {
  const paths = ['cm/device', 'net/self', 'gtm/listener', 'ltm/virtual', general];
  const [devices, selfs, listeners, virtuals, settings] = await Promise.all(
    paths.map((path) => send(rest, 'GET', path)),
  );
  const all = itemsOf(devices);
  const own = all.find((item) => item['selfDevice'] === 'true');
  const addresses = itemsOf(selfs)
    .filter((item) => String(item['trafficGroup']).endsWith('/traffic-group-local-only'))
    .map((item) => String(item['address']));
  return {
    name: String(own?.['name'] ?? ''),
    version: String(own?.['version'] ?? ''),
    configsyncIp: String(own?.['configsyncIp'] ?? 'none'),
    selfIps: addresses,
    listeners: itemsOf(listeners).length,
    virtuals: itemsOf(virtuals).length,
    domain: all.map((item) => String(item['name'])),
    synchronizes: settings?.['synchronization'] === 'yes',
    syncGroup: String(settings?.['synchronizationGroupName'] ?? 'default'),
  };
}

interface Work {
  readonly here: RestClient;
  readonly there: RestClient;
  readonly peer: Peer;
  readonly facts: JoinFacts;
  readonly plan: JoinPlan;
}

async function carryOut(work: Work): Promise<void> {
  const { facts, plan } = work;
  for (const [index, step] of plan.steps.entries()) {
    await carryOutStep(step, work);
    writeOutput(`done ${index + 1}  ${stepText(step, facts.here, facts.there)}`);
  }
  // Where a health-only device is reached, a gtm server has still to say.
  if (plan.kind === 'health') {
    writeOutput('Next: its virtual servers, by: tmsh create gtm server NAME { datacenter … }');
    return;
  }
  const seconds = await connected(work.here, facts.there.name);
  writeOutput(`${facts.there.name} is connected over iQuery after ${seconds} s`);
}

async function carryOutStep(step: JoinStep, { facts, here, peer, there }: Work): Promise<void> {
  const { name } = facts.there;
  const rest = 'on' in step && step.on === 'there' ? there : here;
  switch (step.kind) {
    case 'address': {
      const device = step.on === 'here' ? facts.here.name : name;
      await send(rest, 'PATCH', `cm/device/~Common~${device}`, { configsyncIp: step.address });
      return;
    }
    case 'trust': {
      const body = { command: 'run', name: 'Root', caDevice: true, deviceName: name, ...peer };
      await send(here, 'POST', 'cm/add-to-trust', body);
      return;
    }
    case 'exchange':
      await send(here, 'POST', 'gtm/bigip-add', { command: 'run', ...peer });
      return;
    case 'synchronize': {
      // The other one serves names of its own until it hears of ours: nothing of ours is overwritten.
      const body = { synchronization: 'yes', synchronizationGroupName: step.group };
      await send(rest, 'PATCH', general, body);
    }
  }
}

async function connected(rest: RestClient, device: string): Promise<number> {
  for (let second = 0; second < connectSeconds; second += 1) {
    const text = JSON.stringify(await send(rest, 'GET', 'gtm/iquery/stats'));
    const entries = treeOf(JSON.parse(text)).children.flatMap(([, child]) => [
      child,
      ...child.children.map(([, inner]) => inner),
    ]);
    const peer = entries.find(({ leaves }) => leaves.get('deviceName') === device);
    if (peer?.leaves.get('state') === 'connected') return second;
    await new Promise<void>((resolve) => void systemClock.after(1_000, resolve));
  }
  throw new UserError(
    `join: ${device} is a member, but not connected after ${connectSeconds} s; evenkeel doctor says why`,
  );
}

async function send(
  rest: RestClient,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const { isOk, json, message } = await rest.request(method, `/mgmt/tm/${path}`, body);
  if (!isOk) throw new UserError(`join: ${path}: ${message}`);
  return json;
}

function itemsOf(json: JsonObject | undefined): readonly JsonObject[] {
  const items = json?.['items'];
  return Array.isArray(items) ? items.filter(isJsonObject) : [];
}
