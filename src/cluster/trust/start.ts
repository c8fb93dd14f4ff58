import { present } from '../../base/assert.ts';
import { FaultError } from '../../base/fault.ts';
import type { CommitOrigin, CommitRequest } from '../../config/types.ts';
import type { TrustDirectory } from '../../iquery/admission.ts';
import type { TrustSource } from '../../iquery/core.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import { isIdentityOf, parseCertificate, splitBundle } from '../../iquery/certificate.ts';
import { createAuthority, createDeviceCertificate } from './certificates.ts';
import { registerTrustCommands } from './commands.ts';
import type { TrustContext, TrustOptions } from './context.ts';
import {
  type DomainSecrets,
  devicePath,
  foundOperations,
  members,
  membersToDial,
  renameOperations,
  rootName,
} from './domain.ts';
import { registerMasterKeyCommands } from './master-key-commands.ts';
import { type MasterKeys, startMasterKeys } from './master-key.ts';
import { registerExchange } from './exchange.ts';
import { type KeyStore, openKeyStore } from './keys.ts';

export interface RunningTrust {
  /** For `startIquery`. */
  readonly source: TrustSource;
  /** The master key that the domain's members share. */
  readonly masterKeys: MasterKeys;
  /** Keeps a session to every member, dialled by the one with the smaller name. */
  connect(channel: IqueryChannel): void;
  close(): void;
}

/** Makes the device's own trust domain at first boot; then trust follows the configuration. */
export async function startTrust(options: TrustOptions): Promise<RunningTrust> {
  const { store, log } = options;
  const keys = openKeyStore(options.secrets);
  const context = createContext(options, keys);
  if (readDirectory(options, keys) === undefined) {
    await context.reset({ user: 'system', source: 'system', reason: 'own trust domain' });
  }
  let directory = present(readDirectory(options, keys), 'the trust domain');
  const listeners = new Set<() => void>();
  let channel: IqueryChannel | undefined;
  const dial = (): void => {
    const peers = membersToDial(store.view());
    const port = options.iqueryPort;
    channel?.want(
      'trust',
      peers.map((peer) => ({ ...peer, port })),
    );
  };
  const follow = (): void => {
    const next = readDirectory(options, keys);
    if (next !== undefined && fingerprintOf(next) !== fingerprintOf(directory)) {
      directory = next;
      for (const listener of listeners) listener();
    }
    dial();
  };
  const stop = store.onCommit((commit, _before, after) => {
    if (!commit.changes.some(({ component }) => trustComponents.has(component))) return;
    follow();
    const path = devicePath(after.deviceName);
    if (after.stored('cm device', path) !== undefined) return;
    const lost = commit.changes.find(
      ({ component, name }) => component === 'cm device' && name === path,
    );
    log.write('warning', 'this device was removed from its trust domain and is alone now');
    const origin: CommitOrigin = { user: 'system', source: 'system', reason: 'removed from trust' };
    context
      .alone(() => context.reset(origin, lost?.before?.properties))
      .catch((error: unknown) => log.write('crit', `no trust domain of our own: ${error}`));
  });
  registerExchange(context);
  registerTrustCommands(context);
  provideStatus(options);
  const masterKeys = startMasterKeys(options);
  registerMasterKeyCommands(options, masterKeys);
  return {
    source: {
      current: () => directory,
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    masterKeys,
    connect(next) {
      channel = next;
      masterKeys.connect(next);
      dial();
    },
    close() {
      masterKeys.close();
      stop();
    },
  };
}

const trustComponents = new Set(['cm device', 'cm trust-domain', 'cm iquery-trust']);

/** What a new domain of one device begins with. */
interface Founding {
  readonly key: string;
  readonly certificate: string;
  readonly secrets: DomainSecrets;
}

function createContext(options: TrustOptions, keys: KeyStore): TrustContext {
  const { store, random, clock, hostname, managementAddress, log } = options;
  let last: Promise<unknown> = Promise.resolve();
  const commit = (request: CommitRequest): void => {
    const outcome = store.commit(request);
    if (!outcome.ok) throw new FaultError(present(outcome.faults[0], 'a fault'));
  };
  const found = async (device: string): Promise<Founding> => {
    const now = clock.wallMilliseconds();
    const guid = random.uuid();
    const key = await keys.makeNew();
    const authority = await createAuthority(`${device} ${guid}`, now);
    const certificate = await createDeviceCertificate(
      authority,
      { device, domain: guid },
      key,
      now,
    );
    const heartbeatKey = Buffer.from(random.bytes(32)).toString('base64');
    const { certificate: caCertificate, key: caKey } = authority;
    return { key, certificate, secrets: { guid, caCertificate, caKey, heartbeatKey } };
  };
  const context: TrustContext = {
    options,
    keys,
    commit: (origin, operations) => commit({ origin, operations }),
    alone(task) {
      const next = last.then(task, task);
      last = next.catch(() => undefined);
      return next;
    },
    async reset(origin, former = {}) {
      const device = store.view().deviceName;
      const properties = { hostname, 'management-ip': managementAddress, ...former };
      const { key, certificate, secrets } = await found(device);
      const own = { device, properties, certificate };
      commit({ origin, operations: foundOperations(store.view(), own, secrets) });
      keys.confirm(key);
      log.write('notice', `trust domain ${secrets.guid} made: ${origin.reason ?? 'reset'}`);
    },
    async rename(origin, name) {
      const { key, certificate, secrets } = await found(name);
      const own = { device: name, properties: {}, certificate };
      const operations = renameOperations(store.view(), own, secrets);
      commit({ origin, operations, deviceName: name });
      keys.confirm(key);
      log.write(
        'notice',
        `this device is called ${name} now, alone in trust domain ${secrets.guid}`,
      );
    },
  };
  return context;
}

/** Undefined while the configuration holds no certificate that fits our key and authority. */
function readDirectory(options: TrustOptions, keys: KeyStore): TrustDirectory | undefined {
  const view = options.store.view();
  const device = view.deviceName;
  const authority = view.get('cm trust-domain', rootName)?.properties['ca-cert'];
  const certificate = view.get('cm device', devicePath(device))?.properties.certificate;
  const key = certificate === undefined ? undefined : keys.keyFor(certificate);
  if (authority === undefined || certificate === undefined || key === undefined) return undefined;
  if (!isIdentityOf(certificate, key, authority)) return undefined;
  const known = members(view).filter(
    (member) => parseCertificate(member.certificate) !== undefined,
  );
  const exchanged = view.list('cm iquery-trust').map(({ name, properties }) => ({
    domain: name.slice(name.lastIndexOf('/') + 1),
    authorities: splitBundle(properties['ca-certificate'] ?? '').filter((pem) => pem !== authority),
    devices: new Map<string, string>(),
  }));
  return {
    identity: { device, certificate, key },
    domain: view.get('cm trust-domain', rootName)?.properties.guid ?? '',
    authority,
    chain: [],
    certifiers: new Set(known.map((member) => member.device)),
    removed: new Set(),
    members: new Map(known.map((member) => [member.device, member.certificate])),
    exchanged,
  };
}

function fingerprintOf({ identity, authority, members: known, exchanged }: TrustDirectory): string {
  return JSON.stringify([identity.certificate, authority, [...known], exchanged]);
}

function provideStatus({ state, store }: TrustOptions): void {
  state.provideFields('cm trust-domain', undefined, () => ({
    status: members(store.view()).length > 1 ? 'connected' : 'standalone',
  }));
}
