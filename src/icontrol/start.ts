/** Starts iControl REST: HTTPS on the management address, plain HTTP on the device's own socket. */
import { componentById, components } from '../catalogue/index.ts';
import type { Sliced } from '../base/slices.ts';
import type { ComponentId } from '../catalogue/types.ts';
import type { AppliedTracker } from '../config/applied.ts';
import { type EnginePreviews, createEnginePreviews } from '../config/engine-previews.ts';
import type { StateRegistry } from '../config/runtime-state.ts';
import type { ConfigStore, StoredObject } from '../config/types.ts';
import { type ChartsOptions, startCharts } from '../observe/charts/start.ts';
import { startHostState } from '../observe/host/start.ts';
import type { HealthFeed } from '../monitor/health.ts';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import { makeFolder, writeFileDurably } from '../platform/files.ts';
import {
  type HttpHandler,
  type HttpListener,
  serveHttpSocket,
  serveHttps,
} from '../platform/https-server.ts';
import type { Log } from '../platform/log.ts';
import { finishInSlices } from '../platform/turn.ts';
import { describeMachine } from '../platform/host-facts.ts';
import type { Random } from '../platform/random.ts';
import { hashPassword, verifyPassword } from '../config/store/password.ts';
import { type Passwords, createAccounts } from './access/accounts.ts';
import { provideCertificateFacts } from './files/certificate-facts.ts';
import { provideCryptoCreate } from './files/crypto-create.ts';
import { provideCryptoInstall } from './files/crypto-install.ts';
import { provideScriptSigning } from './files/script-signing.ts';
import { ensureCertificate } from './server/certificate.ts';
import type { Services, TmshRunner } from './context.ts';
import { provideFileFacts } from './files/file-sources.ts';
import { createGuiFeed } from './gui/feed.ts';
import type { GuiFiles } from './gui/pages.ts';
import type { PeerChanges } from './history/history.ts';
import { provideHistory } from './history/history-state.ts';
import { provideCopy } from './tm/copy.ts';
import { warmingLists } from './tm/read.ts';
import { provideMove } from './tm/move.ts';
import { providePublish } from './tm/publish.ts';
import { createAuditForward } from './access/audit-forward.ts';
import { createLockOut } from './access/lock-out.ts';
import { provideLoginFailures } from './access/login-failures.ts';
import { createPasswordMemory } from './access/password-memory.ts';
import { createObjectTexts } from './wire/object-texts.ts';
import { createRouter } from './wire/route.ts';
import { createService } from './service.ts';
import { provideSystemConfig } from './files/system-config.ts';
import { warnOfProvisioning } from './shared/provisioning.ts';
import { provideSystemState } from './shared/system-state.ts';
import { provideVirtualIndexes } from './shared/virtual-indexes.ts';
import { followWebSettings } from './server/web-server.ts';
import { createTasks } from './tasks/tasks.ts';
import { createTokens } from './access/tokens.ts';
import { createRemoteLogins } from './login-servers/remote-logins.ts';
import { createTransactions } from './tm/transactions.ts';
import { provideUcs } from './files/ucs.ts';

export interface IcontrolOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  /** Asked by dry runs; without it they show the configuration's changes only. */
  readonly previews?: EnginePreviews;
  /** For a comparison with a peer; without it that is refused. */
  readonly peerChanges?: PeerChanges;
  /** Interface of the kernel that carries a VLAN; without it VLANs have no counters. */
  interfaceOf?(vlan: string): string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly paths: DevicePaths;
  readonly listen: readonly { readonly address: string; readonly port: number }[];
  readonly log: Log;
  /** For util/bash; without it that endpoint refuses. */
  readonly runTmsh?: TmshRunner;
  /** For pages that show states; without it there are none. */
  readonly health?: HealthFeed;
  /** The built GUI; without it `/` is not found. */
  readonly gui?: GuiFiles;
  /** Without it charts show the machine only, and the device's sums are of DNS only. */
  readonly traffic?: ChartsOptions['traffic'];
}

export interface Icontrol {
  /** Addresses that listen now. */
  listeners(): readonly { readonly address: string; readonly port: number }[];
  /** Self IPs that allow 443; an address that listens already is left alone. */
  addListener(address: string, port: number): Promise<void>;
  removeListener(address: string, port: number): Promise<void>;
  close(): Promise<void>;
}

/** Rejects when an address of `listen` cannot be bound. */
export async function startIcontrol(options: IcontrolOptions): Promise<Icontrol> {
  const { store, paths } = options;
  const localKey = Buffer.from(options.random.bytes(32)).toString('hex');
  makeFolder(paths.run);
  writeFileDurably(paths.localToken, localKey);
  const hostState = startHostState(options);
  const web = followWebSettings(store);
  const forward = createAuditForward(options);
  const services = createServices({ ...options, log: forward.log }, localKey, web);
  const { tokens, passwordMemory, accounts } = services;
  // A token says what its user was when it was issued.
  const dropTokens = store.onCommit((commit) => {
    for (const { component, name, before, after } of commit.changes) {
      if (component === 'auth user' && !isSameAccount(before, after)) tokens.removeUser(name);
    }
  });
  const forgetModules = warnOfProvisioning(store, options.log);
  const handler = createService(services);
  const socket = await serveHttpSocket(paths.restSocket, handler);
  const listeners = await openListeners(options, handler, web);
  const warming = warmingUp(services);
  void finishInSlices(warming);
  return {
    ...listeners,
    async close() {
      warming.return();
      dropTokens();
      forgetModules();
      forward.close();
      tokens.close();
      accounts.close();
      hostState.close();
      web.close();
      passwordMemory.close();
      services.feed.close();
      await Promise.all([services.charts.close(), socket.close(), listeners.close()]);
    },
  };
}

/** What clients list whole, and of which there may be ten thousand: a text of 13 MB. */
const listedWhole: readonly ComponentId[] = ['ltm virtual'];

/** What the first write and the first long list would wait for. */
function* warmingUp(services: Services): Sliced<void> {
  yield* services.store.warming();
  yield* warmingLists(services, listedWhole);
}

type WebSettings = ReturnType<typeof followWebSettings>;

/** What endpoints share; state and commands are offered on the way. */
function createServices(options: IcontrolOptions, localKey: string, web: WebSettings): Services {
  const { store, state, clock, random, paths, log } = options;
  const machine = describeMachine();
  const passwords: Passwords = {
    hash: (password) => hashPassword(password, random),
    verify: verifyPassword,
  };
  const catalogue = { components, component: componentById };
  const common = { ...options, ...catalogue, passwords, files: paths.files };
  provideSystemState({ state, store, clock, machine, applied: options.applied });
  provideMove(store, state, components);
  provideCopy(store, state, components);
  providePublish(store, state, components);
  provideFileFacts(state, store, components);
  provideCertificateFacts(state, store);
  provideHistory(common);
  provideSystemConfig(common);
  provideUcs(common);
  provideCryptoInstall(common);
  provideScriptSigning(store, state, components);
  provideVirtualIndexes(state, store);
  provideCryptoCreate({ state, store, clock, random });
  const tokens = createTokens(
    clock,
    random,
    keptState(store, 'icontrol tokens'),
    () => web.now().loginSeconds,
  );
  const passwordMemory = createPasswordMemory({ store, clock, passwords });
  const lockOut = createLockOut(
    clock,
    passwordMemory.policy,
    (name) => store.view().stored('auth user', name) !== undefined,
  );
  provideLoginFailures(state, store, lockOut);
  const remote = createRemoteLogins(options);
  remote.onChange(tokens.removeRemote);
  const services: Omit<Services, 'feed'> = {
    ...common,
    previews: options.previews ?? createEnginePreviews(),
    router: createRouter(components),
    texts: createObjectTexts(components),
    tokens,
    passwordMemory,
    web: web.now,
    accounts: createAccounts({ ...options, passwords, tokens, localKey, lockOut, remote }),
    transactions: createTransactions(clock),
    tasks: createTasks(clock, keptState(store, 'icontrol tasks'), ({ path }, error) =>
      log.write('err', `task ${path} failed`, { error: String(error) }),
    ),
    machine,
    runTmsh: options.runTmsh,
    health: options.health,
    gui: options.gui,
    charts: startCharts({ ...options, file: paths.charts }),
  };
  return { ...services, feed: createGuiFeed(services) };
}

/** One of the database's small values. */
function keptState(
  store: ConfigStore,
  key: string,
): { load(): string | undefined; save(text: string): void } {
  return {
    load: () => store.readState(key),
    save: (text) => store.writeState(key, text),
  };
}

async function openListeners(
  { store, clock, random, paths, listen }: IcontrolOptions,
  handler: HttpHandler,
  web: WebSettings,
): Promise<Icontrol> {
  const settings = store.view().get('sys global-settings', '')?.properties;
  const hostname = settings?.['hostname'] ?? 'localhost';
  const identity = await ensureCertificate(
    paths.secrets,
    { commonName: hostname, names: [hostname, ...listen.map(({ address }) => address)] },
    clock,
    random,
  );
  const open = new Map<string, HttpListener>();
  web.onChange(({ tls }) => {
    for (const listener of open.values()) listener.secure(tls);
  });
  const add = async (address: string, port: number): Promise<void> => {
    const key = `${address} ${port}`;
    if (open.has(key)) return;
    const listener = await serveHttps({ address, port }, identity, web.now().tls, handler);
    open.set(`${address} ${listener.port}`, listener);
  };
  for (const { address, port } of listen) await add(address, port);
  return {
    listeners: () => [...open.values()].map(({ address, port }) => ({ address, port })),
    addListener: add,
    async removeListener(address, port) {
      const key = `${address} ${port}`;
      const listener = open.get(key);
      open.delete(key);
      await listener?.close();
    },
    async close() {
      await Promise.all([...open.values()].map((one) => one.close()));
    },
  };
}

const accountProperties = ['encrypted-password', 'partition-access'] as const;

function isSameAccount(a: StoredObject | undefined, b: StoredObject | undefined): boolean {
  return accountProperties.every(
    (name) => JSON.stringify(a?.properties[name]) === JSON.stringify(b?.properties[name]),
  );
}
