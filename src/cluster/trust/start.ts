import { present } from '../../base/assert.ts';
import { FaultError } from '../../base/fault.ts';
import type {
  Commit,
  CommitOrigin,
  CommitRequest,
  ConfigView,
  Operation,
} from '../../config/types.ts';
import type { TrustSource } from '../../iquery/core.ts';
import type { IqueryChannel, WantedPeer } from '../../iquery/types.ts';
import { keyFingerprint, parseCertificate } from '../../iquery/certificate.ts';
import { heldAuthority, makeNextAuthority, type Replacement } from './authority.ts';
import { type AuthorityKeys, startAuthorityKeys } from './authority-keys.ts';
import { createAuthority, createDeviceCertificate } from './certificates.ts';
import { registerTrustCommands } from './commands.ts';
import type { TrustContext, TrustOptions } from './context.ts';
import { directoryText, memberAddresses, readDirectory } from './directory.ts';
import {
  authorityOperations,
  type DomainSecrets,
  devicePath,
  foundOperations,
  isCertifier,
  members,
  membersToDial,
  removeOperations,
  renameMemberOperations,
  renameOperations,
  revocationId,
  revocations,
  revokeOperations,
  rootName,
} from './domain.ts';
import { startDomainNews } from './domain-news.ts';
import { startRenewal } from './renewal.ts';
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
  const { store } = options;
  const keys = openKeyStore(options.secrets);
  const authorityKeys = startAuthorityKeys(options);
  let channel: IqueryChannel | undefined;
  const absent = (): readonly string[] =>
    members(store.view())
      .map(({ device }) => device)
      .filter((device) => device !== store.view().deviceName)
      .filter((device) => channel?.session(device) === undefined);
  const context = createContext(options, keys, authorityKeys, absent);
  if (readDirectory(store.view(), keys) === undefined) {
    await context.reset({ user: 'system', source: 'system', reason: 'own trust domain' });
  }
  let directory = present(readDirectory(store.view(), keys), 'the trust domain');
  const listeners = new Set<() => void>();
  let addresses = memberAddresses(store.view());
  const dial = (): void => {
    const { iqueryPort: port } = options;
    const peers = membersToDial(store.view()).map((peer) => ({ ...peer, port }));
    channel?.want('trust', peers);
  };
  const follow = (): void => {
    const next = readDirectory(store.view(), keys);
    addresses = memberAddresses(store.view());
    if (next !== undefined && directoryText(next) !== directoryText(directory)) {
      directory = next;
      for (const listener of listeners) listener();
    }
    dial();
  };
  const renewal = startRenewal(context);
  const stop = store.onCommit((commit, _before, after) => {
    if (!commit.changes.some(({ component }) => trustComponents.has(component))) return;
    follow();
    renewal.lookSoon();
    if (isPutOut(after)) leave(context, commit);
  });
  registerExchange(context);
  registerTrustCommands(context);
  provideStatus(options);
  const masterKeys = startMasterKeys(options);
  const news = startDomainNews(options);
  registerMasterKeyCommands(options, masterKeys);
  return {
    source: {
      current: () => directory,
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      isExpected: (address) => addresses.has(address),
      everybody: () => everybody(options),
      onRemoved: (by, key) => takeRemoval(context, by, key),
    },
    masterKeys,
    connect(next) {
      channel = next;
      masterKeys.connect(next);
      authorityKeys.connect(next);
      news.connect(next);
      dial();
      renewal.connect(next);
    },
    close() {
      renewal.close();
      news.close();
      authorityKeys.close();
      masterKeys.close();
      stop();
    },
  };
}

/** Its entry is gone, or its key is one that was removed. */
function isPutOut(view: ConfigView): boolean {
  const own = view.get('cm device', devicePath(view.deviceName))?.properties;
  if (own === undefined) return true;
  const certificate = parseCertificate(own.certificate ?? '');
  return certificate !== undefined && revocations(view).has(keyFingerprint(certificate));
}

/**
 * A member refuses us since our key was removed: the session broke off, or was not there, when that happened. As
 * with the commit that did not come, only the word of a device that may remove others counts.
 */
function takeRemoval({ options, commit }: TrustContext, by: string, key: string): void {
  const { store, log } = options;
  const view = store.view();
  const own = view.get('cm device', devicePath(view.deviceName))?.properties.certificate;
  const certificate = parseCertificate(own ?? '');
  if (certificate === undefined || keyFingerprint(certificate) !== key) return;
  if (!isCertifier(view, by)) return;
  const reason = `removed from trust, told by ${by}`;
  try {
    commit({ user: 'system', source: 'sync', reason }, removeOperations(view, view.deviceName));
  } catch (error) {
    log.write('err', `${reason}, not done: ${String(error)}`);
  }
}

function leave(context: TrustContext, commit: Commit): void {
  const { log, store } = context.options;
  const path = devicePath(store.view().deviceName);
  const lost = commit.changes.find(
    ({ component, name }) => component === 'cm device' && name === path,
  );
  log.write('warning', 'this device was removed from its trust domain and is alone now');
  const origin: CommitOrigin = { user: 'system', source: 'system', reason: 'removed from trust' };
  context
    // By then it may be in another domain already.
    .alone(async () => {
      if (isPutOut(store.view())) await context.reset(origin, lost?.before?.properties);
    })
    .catch((error: unknown) => log.write('crit', `no trust domain of our own: ${error}`));
}

/** Where the members are. */
function everybody({ store, iqueryPort: port }: TrustOptions): readonly WantedPeer[] {
  return members(store.view())
    .filter(({ configsyncIp }) => configsyncIp !== 'none')
    .map(({ device, configsyncIp }) => ({ device, address: configsyncIp, port }));
}

const trustComponents = new Set(['cm device', 'cm trust-domain', 'cm iquery-trust', revocationId]);

/** What a new domain of one device begins with. */
interface Founding {
  readonly key: string;
  readonly certificate: string;
  readonly secrets: DomainSecrets;
}

function createContext(
  options: TrustOptions,
  keys: KeyStore,
  authorityKeys: AuthorityKeys,
  absent: () => readonly string[],
): TrustContext {
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
    absent,
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
    replaceAuthority: (origin, how) => replaceAuthority(context, authorityKeys, origin, how),
    async rename(origin, name) {
      if (members(store.view()).length > 1) {
        const operations = await memberRenaming(options, keys, name);
        commit({ origin, operations, deviceName: name });
        log.write('notice', `this device is called ${name} now`);
        return;
      }
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

/** With a certificate of the new name, where this device holds the authority; else another member renews it. */
async function memberRenaming(
  options: TrustOptions,
  keys: KeyStore,
  name: string,
): Promise<readonly Operation[]> {
  const view = options.store.view();
  const held = view.get('cm device', devicePath(view.deviceName))?.properties.certificate ?? '';
  const authority = heldAuthority(options);
  const key = keys.keyFor(held);
  const domain = view.get('cm trust-domain', rootName)?.properties.guid ?? '';
  const subject = { device: name, domain };
  const now = options.clock.wallMilliseconds();
  const certificate =
    authority === undefined || key === undefined
      ? held
      : await createDeviceCertificate(authority, subject, key, now);
  return renameMemberOperations(options.store.view(), {
    device: name,
    properties: {},
    certificate,
  });
}

/** The operations of a new authority, and of a member that leaves with the former one. */
async function replaceAuthority(
  { options, commit }: TrustContext,
  authorityKeys: AuthorityKeys,
  origin: CommitOrigin,
  how: Replacement,
): Promise<void> {
  const { store, log } = options;
  const next = await makeNextAuthority(options, how);
  authorityKeys.offer(next.certificate, next.key, how.leaving);
  const view = store.view();
  const gone = members(view).find(({ device }) => device === how.leaving);
  const certificate = parseCertificate(gone?.certificate ?? '');
  const revocation =
    gone === undefined || certificate === undefined
      ? undefined
      : {
          device: gone.device,
          key: keyFingerprint(certificate),
          until: certificate.validToDate.getTime(),
          by: `${view.deviceName} (${origin.user})`,
        };
  const revoked = [
    ...revocations(view).keys(),
    ...(revocation === undefined ? [] : [revocation.key]),
  ];
  const staying = new Set(members(view).map(({ device }) => device));
  const signed = new Map([...next.signed].filter(([device]) => staying.has(device)));
  commit(origin, [
    ...(gone === undefined ? [] : removeOperations(view, gone.device)),
    ...(revocation === undefined ? [] : revokeOperations(view, revocation)),
    ...authorityOperations({ ...next, signed }, [...new Set(revoked)]),
  ]);
  log.write('notice', `the trust domain has a new authority: ${origin.reason ?? 'on demand'}`);
}

function provideStatus({ state, store }: TrustOptions): void {
  state.provideFields('cm device', undefined, (name) => {
    const device = store.view().get('cm device', name);
    const end = parseCertificate(device?.properties.certificate ?? '')?.validTo;
    return end === undefined ? {} : { 'certificate-expiration': end };
  });
  state.provideFields('cm trust-domain', undefined, () => ({
    status: members(store.view()).length > 1 ? 'connected' : 'standalone',
  }));
}
