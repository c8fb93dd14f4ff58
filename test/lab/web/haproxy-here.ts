/**
 * A real HAProxy on the loopback, with what the ltm room renders of a configuration: what profiles and policies do is
 * seen in requests. No device, no namespaces: a test is a second's work.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Properties } from '../../../src/catalogue/types.ts';
import { createConfigStore } from '../../../src/config/store/store.ts';
import type { Operation } from '../../../src/config/types.ts';
import { fileText } from '../../../src/ltm/haproxy/layout.ts';
import { type Places, writeSectionFile } from '../../../src/ltm/haproxy/place-files.ts';
import { TrafficState } from '../../../src/ltm/traffic-state.ts';
import { systemClock, waitUntil } from '../../../src/platform/clock.ts';
import { run } from '../../../src/platform/process.ts';
import { isRoot } from '../../../src/platform/processes.ts';

const program = 'haproxy';
const patienceMilliseconds = 30_000;
/** Stands in configurations, which take no loopback, for 127.0.0.1, as its neighbours do for theirs. */
export const here = '192.0.2.1';

export async function whyNot(): Promise<string | false> {
  if (!isRoot()) return 'needs root: HAProxy changes its user';
  const version = await run(program, ['-v']).catch(() => undefined);
  return version === undefined ? 'haproxy is not installed' : false;
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  // Listening TCP servers have such an address.
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export interface HaproxyHere {
  readonly folder: string;
  /** What HAProxy says of itself. */
  messages(): string;
  close(): Promise<void>;
}

/** `objects`: "ltm pool /Common/web" → properties, in the order in which they are made. */
export async function startHaproxy(
  objects: Readonly<Record<string, Properties>>,
  ports: readonly number[],
  maximumConnections = 1000,
  places?: Places,
): Promise<HaproxyHere> {
  const folder = mkdtempSync(join(tmpdir(), 'ek-web-'));
  const text = rendered(objects, folder, maximumConnections, places);
  writeFileSync(join(folder, 'haproxy.cfg'), text);
  const child: ChildProcess = spawn(program, ['-db', '-V', '-f', join(folder, 'haproxy.cfg')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => (said += String(chunk)));
  }
  const close = async (): Promise<void> => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.kill('SIGKILL') && isRunning) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of ports) {
      await waitUntil(systemClock, `port ${port}`, patienceMilliseconds, () => {
        assert.equal(child.exitCode, null, `${said}\n${text}`);
        return answers(port);
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { folder, messages: () => said, close };
}

/** HAProxy's file for these objects, with the files that it names. */
export function rendered(
  objects: Readonly<Record<string, Properties>>,
  folder: string,
  maximumConnections = 1000,
  places?: Places,
): string {
  const store = createConfigStore({
    path: join(folder, 'config.db'),
    deviceName: 'bigip1',
    clock: systemClock,
  });
  const operations = Object.entries(objects).map(([key, properties]): Operation => {
    const at = key.indexOf(' /');
    return { kind: 'create', component: key.slice(0, at), name: key.slice(at + 1), properties };
  });
  const outcome = store.commit({ origin: { user: 'test', source: 'system' }, operations });
  assert.ok(outcome.ok, JSON.stringify(outcome));
  const paths = {
    runtimeSocket: join(folder, 'runtime.sock'),
    peersSocket: join(folder, 'peers.sock'),
    certificateFolder: join(folder, 'certificates'),
    mapFolder: join(folder, 'maps'),
  };
  const facts = {
    interfaceOf: () => undefined,
    maximumConnections: () => maximumConnections,
    isSharingWorth: () => false,
  };
  const health = { get: () => undefined };
  const { structure, servers, refusals } = new TrafficState(store.view(), facts, paths, health);
  assert.deepEqual(refusals, []);
  for (const made of [paths.certificateFolder, paths.mapFolder]) mkdirSync(made);
  for (const section of [...structure.frontends(), ...structure.backends()]) {
    for (const [path, content] of section.files) writeSectionFile(path, content, places);
  }
  const text = fileText(structure, servers).replaceAll(/\b192\.0\.2\.(?=\d)/g, '127.0.0.');
  store.close();
  return text;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
