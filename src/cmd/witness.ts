/**
 * `evenkeel witness`: the third vote on a machine that is no device. `join` makes it known to a trust domain, `run`
 * votes. No configuration database, no engines, no root: heartbeats on UDP 1026, iQuery on TCP 4353.
 */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { UserError } from '../base/user-error.ts';
import { bigipVersion } from '../catalogue/version.ts';
import {
  createAuthority,
  createDeviceCertificate,
  createKey,
} from '../cluster/trust/certificates.ts';
import { readExchange } from '../cluster/trust/documents.ts';
import { openRemote } from '../cluster/trust/remote.ts';
import { runWitness } from '../cluster/failover/witness/witness-process.ts';
import {
  openWitnessFiles,
  type WitnessFiles,
  type WitnessIdentity,
} from '../cluster/failover/witness/witness-state.ts';
import { splitBundle } from '../iquery/certificate.ts';
import { systemClock } from '../platform/clock.ts';
import { makeFolder } from '../platform/files.ts';
import { localAddressTowards } from '../platform/local-address.ts';
import type { Level, Log } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { askSecretly, isInteractive } from '../platform/terminal.ts';

const usage = `usage: evenkeel witness join ADDRESS --config DIR [--user USER] [--port PORT] [--fingerprint SHA256] [--name NAME]
       evenkeel witness run --config DIR [--listen ADDRESS]... [--name NAME]
the password: EVENKEEL_PASSWORD, or typed`;

export async function witness(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      name: { type: 'string', default: hostname() },
      user: { type: 'string', default: 'admin' },
      port: { type: 'string', default: '443' },
      fingerprint: { type: 'string' },
      listen: { type: 'string', multiple: true, default: [] },
    },
  });
  const [verb, address] = positionals;
  if (values.config === undefined) throw new UserError(`--config DIR is missing\n${usage}`);
  makeFolder(values.config);
  const files = openWitnessFiles(values.config);
  const identity = files.identity() ?? (await makeIdentity(files, values.name));
  if (verb === 'join' && address !== undefined) {
    return join(files, identity, {
      address,
      port: Number(values.port),
      user: values.user,
      ...(values.fingerprint !== undefined && { sha256: values.fingerprint }),
    });
  }
  if (verb === 'run') return run(files, identity, values.listen);
  throw new UserError(usage);
}

/** A trust domain of one: its authority's key is made, used once and forgotten. */
async function makeIdentity(files: WitnessFiles, device: string): Promise<WitnessIdentity> {
  const now = systemClock.wallMilliseconds();
  const domain = systemRandom.uuid();
  const authority = await createAuthority(`${device} ${domain}`, now);
  const key = await createKey();
  const certificate = await createDeviceCertificate(authority, { device, domain }, key, now);
  const identity = { device, domain, authority: authority.certificate, certificate, key };
  files.saveIdentity(identity);
  return identity;
}

interface Place {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly sha256?: string;
}

async function join(files: WitnessFiles, own: WitnessIdentity, place: Place): Promise<number> {
  const typed = isInteractive() ? await askSecretly(`Password of ${place.user}: `) : undefined;
  const password = process.env['EVENKEEL_PASSWORD'] ?? typed;
  if (password === undefined) throw new UserError('EVENKEEL_PASSWORD is not set');
  const remote = await openRemote({ ...place, password }, printLog, systemClock.wallMilliseconds());
  const document = { device: own.device, guid: own.domain, caCertificate: own.authority };
  const theirs = readExchange(await remote.ask('exchange', document));
  if (theirs === undefined) throw new UserError(`${place.address} sent an incomplete answer`);
  files.saveDomain({
    domain: theirs.guid,
    authorities: splitBundle(theirs.caCertificate),
    devices: {},
    address: place.address,
    local: await localAddressTowards(place.address),
  });
  process.stdout.write(
    `witness ${own.device} and the trust domain of ${theirs.device} know each other; next, on ${theirs.device}:\n` +
      `  tmsh modify cm device-group GROUP witness { ${own.device} }\n`,
  );
  return 0;
}

async function run(
  files: WitnessFiles,
  identity: WitnessIdentity,
  listen: readonly string[],
): Promise<number> {
  const running = await runWitness({
    files,
    identity,
    listen,
    clock: systemClock,
    random: systemRandom,
    log: printLog,
    software: bigipVersion,
  });
  printLog.write('notice', `witness ${identity.device} is up`);
  await new Promise<void>((done) => {
    process.once('SIGTERM', done);
    process.once('SIGINT', done);
  });
  await running.close();
  return 0;
}

/** Whatever started the witness keeps what it says. */
const printLog: Log = {
  write(level: Level, message: string) {
    const stamp = new Date(systemClock.wallMilliseconds()).toISOString();
    process.stderr.write(`${stamp} ${level} ${message}\n`);
  },
};
