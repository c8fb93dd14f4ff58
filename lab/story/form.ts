/** Devices learn to trust each other and become one group. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Lab } from '../types.ts';
import { runIn } from '../namespaces.ts';
import { rolesOfPair, waitInSync } from './ask.ts';
import { addressOn, externalAddress, group, hostnameOf, pair } from './places.ts';
import { expect, type Figures, round, type Step } from './story.ts';
import { eventually, notYet } from '../wait.ts';

const joinLimitMilliseconds = 30_000;
const iqueryPort = 4353;
const heartbeatPort = 1026;

/** Where peers reach a device for sync and heartbeats, before they are introduced. */
async function setDeviceAddresses(lab: Lab, device: string): Promise<void> {
  const own = `/mgmt/tm/cm/device/~Common~${hostnameOf(lab, device)}`;
  const isPair = pair.some((member) => member === device);
  const site = lab.node(device).site;
  const main = isPair ? addressOn(lab, device, `${site}-ha`) : externalAddress(lab, device);
  const paths = isPair ? [main, externalAddress(lab, device)] : [main];
  await lab.rest(device).patch(own, {
    configsyncIp: main,
    unicastAddress: paths.map((ip) => ({
      ip,
      port: heartbeatPort,
      effectiveIp: ip,
      effectivePort: heartbeatPort,
    })),
  });
}

/** Both are introduced by one command on the first, as on BIG-IP. */
export async function joinTrust(lab: Lab, first: string, second: string): Promise<number> {
  await Promise.all([first, second].map((device) => setDeviceAddresses(lab, device)));
  await lab.rest(first).post('/mgmt/tm/cm/add-to-trust', {
    command: 'run',
    name: 'Root',
    caDevice: true,
    device: lab.managementAddress(second),
    deviceName: hostnameOf(lab, second),
    username: 'admin',
    password: lab.password(),
  });
  const { tookMilliseconds } = await eventually(
    `${first} and ${second} are connected`,
    joinLimitMilliseconds,
    async () => {
      await checkConnected(lab, first, second);
      await checkConnected(lab, second, first);
      return true;
    },
  );
  return tookMilliseconds;
}

/** The device knows its peer, and its session over 4353 is there. */
async function checkConnected(lab: Lab, device: string, peer: string): Promise<void> {
  const name = hostnameOf(lab, peer);
  const known = await lab.rest(device).send('GET', `/mgmt/tm/cm/device/~Common~${name}`);
  if (known.status !== 200) notYet(`${device} does not know ${peer}`);
  const text = JSON.stringify(await lab.rest(device).get('/mgmt/tm/cm/sync-status'));
  if (!text.includes(`${name}: connected`))
    notYet(`${device} is not connected to ${peer}: ${text}`);
}

export const pairTrust: Step = {
  name: 'device trust between nyc-a and nyc-b',
  async run(lab): Promise<Figures> {
    const took = await joinTrust(lab, ...pair);
    return { trustMs: round(took) };
  },
};

/** A certificate that nobody signed, and none at all: both must fail in the TLS handshake. */
export const strangerRefused: Step = {
  name: "a stranger's certificate is refused on TCP 4353",
  async run(lab): Promise<Figures> {
    const folder = mkdtempSync(join(tmpdir(), 'stranger-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    try {
      const subject = `/CN=${hostnameOf(lab, 'nyc-b')}`;
      const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
      const files = ['-keyout', key, '-out', certificate, '-days', '1', '-subj', subject];
      const words = ['openssl', 'req', '-x509', ...curve, ...files];
      const made = await runIn(lab.namespace('client'), words);
      expect(made.status === 0, `openssl req: ${made.stderr}`);
      const forged = await handshake(lab, ['-cert', certificate, '-key', key]);
      const bare = await handshake(lab, []);
      return { withForgedCertificate: forged, withoutCertificate: bare };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

async function handshake(lab: Lab, credentials: readonly string[]): Promise<string> {
  const target = `${externalAddress(lab, 'nyc-a')}:${iqueryPort}`;
  const words = ['openssl', 's_client', '-connect', target, '-alpn', 'h2', ...credentials];
  // With TLS 1.3 the refusal comes as an alert to the first read, so the client has to stay a moment.
  const result = await runIn(lab.namespace('client'), ['timeout', '3', ...words, '-ign_eof']);
  const said = `${result.stdout}\n${result.stderr}`;
  const refusal = refusals
    .map((pattern) => pattern.exec(said)?.[0])
    .find((text) => text !== undefined);
  expect(refusal !== undefined, `${target} did not refuse a stranger: ${said.slice(-300)}`);
  return refusal ?? '';
}

/** An alert, or the connection cut before a byte of the protocol was spoken. */
const refusals = [
  /alert (unknown ca|certificate required|bad certificate|handshake failure)/i,
  /unexpected eof while reading/,
  /errno=104/,
];

const syncLimitMilliseconds = 20_000;
const rolesLimitMilliseconds = 20_000;

export const deviceGroup: Step = {
  name: 'a sync-failover device group, In Sync',
  async run(lab): Promise<Figures> {
    const rest = lab.rest('nyc-a');
    await rest.post('/mgmt/tm/cm/device-group', {
      name: group,
      type: 'sync-failover',
      autoSync: 'enabled',
      networkFailover: 'enabled',
      devices: pair.map((device) => hostnameOf(lab, device)),
    });
    await rest.post('/mgmt/tm/cm', {
      command: 'run',
      utilCmdArgs: `config-sync to-group ${group}`,
    });
    const syncMs = await waitInSync(lab, syncLimitMilliseconds);
    const roles = await rolesOfPair(lab, rolesLimitMilliseconds);
    return { syncMs: round(syncMs), active: roles.active };
  },
};
