/** For tests only: a whole device without engines: store, REST, trust, iQuery and sync on loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bigipVersion } from '../catalogue/version.ts';
import { createAppliedTracker } from '../config/applied.ts';
import { createStateRegistry, type StateRegistry } from '../config/runtime-state.ts';
import { hashPassword } from '../config/store/password.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { CommitOutcome, ConfigStore, Operation } from '../config/types.ts';
import { type Icontrol, startIcontrol } from '../icontrol/start.ts';
import { type RunningIquery, startIquery } from '../iquery/channel.ts';
import { type Clock, systemClock, waitUntil } from '../platform/clock.ts';
import { type DevicePaths, devicePaths } from '../platform/device-paths.ts';
import { connectHttp, type HttpClient } from '../platform/https-client.ts';
import type { Log } from '../platform/log.ts';
import { systemRandom } from '../platform/random.ts';
import { type RunningSync, startSync } from './sync/start.ts';
import { type RunningTrust, startTrust } from './trust/start.ts';

export const adminPassword = 'correct "horse"';

export interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

interface Parts {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly icontrol: Icontrol;
  readonly trust: RunningTrust;
  readonly channel: RunningIquery;
  readonly sync: RunningSync;
  readonly client: HttpClient;
}

export class TestDevice {
  readonly name: string;
  readonly address: string;
  readonly logged: string[] = [];
  readonly #paths: DevicePaths;
  readonly #clock: Clock;
  readonly #software: string;
  #iqueryPort: number;
  #parts: Parts | undefined;

  constructor(
    name: string,
    address: string,
    iqueryPort: number,
    options: {
      readonly clock?: Clock;
      readonly software?: string;
      /** What is in it is gone on with; a new one by default. */
      readonly folder?: string;
    } = {},
  ) {
    this.name = name;
    this.address = address;
    this.#iqueryPort = iqueryPort;
    this.#clock = options.clock ?? systemClock;
    this.#software = options.software ?? bigipVersion;
    this.#paths = devicePaths(options.folder ?? mkdtempSync(join(tmpdir(), 'evenkeel-cluster-')));
  }

  get parts(): Parts {
    if (this.#parts === undefined) throw new Error(`${this.name} is not running`);
    return this.#parts;
  }

  get store(): ConfigStore {
    return this.parts.store;
  }

  get iqueryPort(): number {
    return this.#iqueryPort;
  }

  get restPort(): number {
    return this.parts.icontrol.listeners()[0]?.port ?? 0;
  }

  /** As `control` starts it; again after `stop` with what it had written. */
  async start(): Promise<void> {
    const paths = this.#paths;
    const clock = this.#clock;
    const random = systemRandom;
    const log: Log = { write: (level, message) => void this.logged.push(`${level} ${message}`) };
    const store = createConfigStore({ path: paths.database, deviceName: this.name, clock });
    if (store.view().get('auth user', 'admin')?.properties['encrypted-password'] === undefined) {
      const hash = await hashPassword(adminPassword, random);
      const properties = { 'encrypted-password': hash };
      const origin = { user: 'system', source: 'system' } as const;
      store.commit({
        origin,
        operations: [{ kind: 'modify', component: 'auth user', name: 'admin', properties }],
      });
    }
    const state = createStateRegistry();
    const common = { store, state, clock, random, log };
    // The first device's port is chosen by the kernel; the others use it on their own addresses.
    let iqueryPort = this.#iqueryPort;
    const trust = await startTrust({
      ...common,
      secrets: paths.secrets,
      hostname: this.name,
      managementAddress: this.address,
      software: this.#software,
      get iqueryPort() {
        return iqueryPort;
      },
    });
    const channel = await startIquery({
      trust: trust.source,
      clock,
      random,
      log,
      port: iqueryPort,
      addresses: [this.address],
      software: this.#software,
    });
    iqueryPort = channel.port;
    this.#iqueryPort = channel.port;
    trust.connect(channel);
    const { masterKeys } = trust;
    const sync = startSync({ ...common, channel, masterKeys, software: this.#software });
    const icontrol = await startIcontrol({
      ...common,
      applied: createAppliedTracker(clock),
      peerChanges: (device) => sync.differences(device),
      paths,
      listen: [{ address: this.address, port: 0 }],
    });
    const port = icontrol.listeners()[0]?.port ?? 0;
    const client = connectHttp({ kind: 'https', host: this.address, port });
    this.#parts = { store, state, icontrol, trust, channel, sync, client };
  }

  async stop(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    this.#parts = undefined;
    parts.sync.close();
    parts.trust.close();
    parts.client.close();
    await parts.channel.close();
    await parts.icontrol.close();
    parts.store.close();
  }

  async destroy(): Promise<void> {
    await this.stop();
    rmSync(this.#paths.root, { recursive: true, force: true });
  }

  commit(...operations: readonly Operation[]): CommitOutcome {
    return this.store.commit({ origin: { user: 'admin', source: 'rest' }, operations });
  }

  async ask(method: string, path: string, body?: object): Promise<Answer> {
    const credentials = Buffer.from(`admin:${adminPassword}`).toString('base64');
    const response = await this.parts.client.send({
      method,
      path,
      headers: { authorization: `Basic ${credentials}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: unknown = response.body === '' ? {} : JSON.parse(response.body);
    return { status: response.status, json: json as Answer['json'] };
  }

  /** POST /mgmt/tm/cm/add-to-trust, as f5-cloud-libs sends it. */
  add(other: TestDevice, more: object = {}): Promise<Answer> {
    return this.ask('POST', '/mgmt/tm/cm/add-to-trust', {
      command: 'run',
      name: 'Root',
      caDevice: true,
      device: other.address,
      deviceName: other.name,
      username: 'admin',
      password: `"${adminPassword.replace(/["\\]/g, '\\$&')}"`,
      devicePort: other.restPort,
      ...more,
    });
  }

  setConfigsyncIp(): void {
    this.commit({
      kind: 'modify',
      component: 'cm device',
      name: `/Common/${this.name}`,
      properties: { 'configsync-ip': this.address },
    });
  }

  isConnectedTo(other: TestDevice): boolean {
    return this.parts.channel.session(other.name) !== undefined;
  }

  /** Status, colour and details as `cm sync-status` has them. */
  async status(): Promise<{
    readonly status: string;
    readonly color: string;
    readonly details: readonly string[];
  }> {
    const { json } = await this.ask('GET', '/mgmt/tm/cm/sync-status');
    const entries = nested(json, 'https://localhost/mgmt/tm/cm/sync-status/0');
    const lines = nested(entries, 'https://localhost/mgmt/tm/cm/syncStatus/0/details');
    const details = Object.keys(lines).map((key) => text(nested(lines, key), 'details'));
    return { status: text(entries, 'status'), color: text(entries, 'color'), details };
  }
}

type Json = Readonly<Record<string, unknown>>;

function nested(json: Json, key: string): Json {
  const entries = (json['entries'] ?? json) as Record<string, { nestedStats: { entries: Json } }>;
  return entries[key]?.nestedStats.entries ?? {};
}

function text(json: Json, key: string): string {
  return (json[key] as { description: string } | undefined)?.description ?? '';
}

export function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  return waitUntil(systemClock, what, 120_000, isTrue, 2);
}
