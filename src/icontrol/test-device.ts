/** For tests only: a real store and a real server in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppliedTracker } from '../config/applied.ts';
import { type EnginePreviews, createEnginePreviews } from '../config/engine-previews.ts';
import { createStateRegistry, type StateRegistry } from '../config/runtime-state.ts';
import { hashPassword } from '../config/store/password.ts';
import { createConfigStore } from '../config/store/store.ts';
import type { ConfigStore } from '../config/types.ts';
import type { JsonObject } from '../config/text/json.ts';
import { systemClock } from '../platform/clock.ts';
import { type DevicePaths, devicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { connectHttp } from '../platform/https-client.ts';
import type { Log } from '../platform/log.ts';
import { type Random, systemRandom } from '../platform/random.ts';
import { createTmshRunner } from '../tmsh/runner.ts';
import { type Icontrol, type IcontrolOptions, startIcontrol } from './start.ts';

export interface TestAnswer {
  readonly status: number;
  readonly json: JsonObject;
  readonly text: string;
  readonly etag: string | undefined;
}

export interface TestDevice {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly previews: EnginePreviews;
  readonly paths: DevicePaths;
  readonly icontrol: Icontrol;
  readonly port: number;
  readonly logged: string[];
  /** As admin, by Basic, unless `headers` say otherwise. */
  ask(
    method: string,
    path: string,
    body?: JsonObject,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestAnswer>;
  tmsh(commands: string): Promise<{ readonly status: number; readonly output: string }>;
  close(): Promise<void>;
}

export const adminPassword = 'correct horse';

export function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

export async function startTestDevice({
  deviceName = 'bigip1.example.com',
  ...more
}: Pick<IcontrolOptions, 'gui' | 'health'> & {
  readonly deviceName?: string;
} = {}): Promise<TestDevice> {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-rest-'));
  const paths = devicePaths(root);
  const clock = systemClock;
  const random = systemRandom;
  const store = createConfigStore({
    path: paths.database,
    deviceName,
    clock,
  });
  await giveAdminPassword(store, random);
  const state = createStateRegistry();
  const previews = createEnginePreviews();
  const logged: string[] = [];
  const log: Log = { write: (level, message) => void logged.push(`${level} ${message}`) };
  const socket = connectHttp({ kind: 'socket', path: paths.restSocket });
  const icontrol = await startIcontrol({
    store,
    state,
    applied: createAppliedTracker(clock),
    previews,
    clock,
    paths,
    random,
    listen: [{ address: '127.0.0.1', port: 0 }],
    log,
    runTmsh: (commands, user) => runner()(commands, user),
    ...more,
  });
  const runner = (): ReturnType<typeof createTmshRunner> =>
    createTmshRunner(socket, readTextIfPresent(paths.localToken) ?? '');
  const port = icontrol.listeners()[0]?.port ?? 0;
  const client = connectHttp({ kind: 'https', host: '127.0.0.1', port });
  return {
    store,
    state,
    previews,
    paths,
    icontrol,
    port,
    logged,
    async ask(method, path, body, headers = basic('admin', adminPassword)) {
      const response = await client.send({
        method,
        path,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const isJson = response.body.startsWith('{');
      return {
        status: response.status,
        text: response.body,
        etag: response.etag,
        json: isJson ? (JSON.parse(response.body) as JsonObject) : {},
      };
    },
    tmsh: (commands) => runner()(commands, 'root'),
    async close() {
      client.close();
      socket.close();
      await icontrol.close();
      store.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function giveAdminPassword(store: ConfigStore, random: Random): Promise<void> {
  store.commit({
    origin: { user: 'system', source: 'system' },
    operations: [
      {
        kind: 'modify',
        component: 'auth user',
        name: 'admin',
        properties: { 'encrypted-password': await hashPassword(adminPassword, random) },
      },
    ],
  });
}
