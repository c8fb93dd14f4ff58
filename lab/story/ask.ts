/** Questions that several steps ask of devices, and from the client. */
import { join } from 'node:path';
import { run } from '../../src/platform/process.ts';
import type { Lab } from '../types.ts';
import { inNamespace, runIn } from '../namespaces.ts';
import { statusText } from '../status.ts';
import { group, memberPath, pair } from './places.ts';
import { eventually, notYet } from '../wait.ts';

export async function failoverStatus(lab: Lab, device: string): Promise<string> {
  return statusText(await lab.rest(device).get('/mgmt/tm/cm/failover-status'));
}

export async function syncStatus(lab: Lab, device: string): Promise<string> {
  return statusText(await lab.rest(device).get('/mgmt/tm/cm/sync-status'));
}

export interface Roles {
  readonly active: string;
  readonly standby: string;
}

/** Waits until exactly one of the pair is active. */
export async function rolesOfPair(lab: Lab, limit: number): Promise<Roles> {
  const { value } = await eventually('one active, one standby', limit, async () => {
    const [first, second] = pair;
    const [a, b] = await Promise.all(pair.map((device) => failoverStatus(lab, device)));
    if (a === 'ACTIVE' && b === 'STANDBY') return { active: first, standby: second };
    if (a === 'STANDBY' && b === 'ACTIVE') return { active: second, standby: first };
    return notYet(`${first} is ${a ?? '?'}, ${second} is ${b ?? '?'}`);
  });
  return value;
}

export async function waitInSync(lab: Lab, limit: number): Promise<number> {
  const { tookMilliseconds } = await eventually(`${group} In Sync`, limit, async () => {
    const both = await Promise.all(pair.map((device) => syncStatus(lab, device)));
    return both.every((status) => status === 'In Sync') ? true : notYet(both.join(', '));
  });
  return tookMilliseconds;
}

export interface MemberState {
  readonly state: string;
  readonly session: string;
}

export function memberState(
  lab: Lab,
  device: string,
  pool: string,
  server: string,
): Promise<MemberState> {
  return lab.rest(device).get<MemberState>(memberPath(lab, pool, server));
}

export function waitMember(
  lab: Lab,
  device: string,
  [pool, server]: readonly [string, string],
  wanted: string,
  limit: number,
): Promise<{ readonly tookMilliseconds: number }> {
  return eventually(`${server} in ${pool} is ${wanted} on ${device}`, limit, async () => {
    const { state } = await memberState(lab, device, pool, server);
    return state === wanted ? true : notYet(`it is ${state}`);
  });
}

/** One request after the other from the client, each on a connection of its own: who answered. */
export async function request(
  lab: Lab,
  address: string,
  count: number,
): Promise<readonly string[]> {
  const url = address.includes(':') ? `http://[${address}]/` : `http://${address}/`;
  const urls = Array.from({ length: count }, () => url);
  const options = ['-s', '-S', '--max-time', '5', '-H', 'Connection: close', '--no-keepalive'];
  const result = await runIn(lab.namespace('client'), ['curl', ...options, ...urls]);
  if (result.status !== 0) throw new Error(`curl ${url}: ${result.stderr.trim()}`);
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
}

/** tmsh on the device, as an operator there would type it. */
export async function tmsh(lab: Lab, device: string, command: string): Promise<string> {
  const launcher = join(import.meta.dirname, '..', '..', 'evenkeel');
  const environment = `EVENKEEL_DEVICE=${lab.folder(device)}`;
  const words = ['env', environment, launcher, 'tmsh', '-c', command];
  const result = await run('ip', inNamespace(lab.namespace(device), words));
  if (result.status !== 0) {
    throw new Error(`tmsh on ${device}: ${command}: ${(result.stderr || result.stdout).trim()}`);
  }
  return result.stdout;
}

export interface DnsAnswer {
  readonly status: string;
  readonly answers: readonly string[];
  readonly authority: readonly string[];
}

/** `dig` in the client's namespace. */
export async function dig(
  lab: Lab,
  server: string,
  name: string,
  type: string,
): Promise<DnsAnswer> {
  const options = [
    '+time=2',
    '+tries=1',
    '+norecurse',
    '+noall',
    '+comments',
    '+answer',
    '+authority',
  ];
  const words = ['dig', `@${server}`, name, type, ...options];
  const { stdout } = await runIn(lab.namespace('client'), words);
  const status = /status: ([A-Z]+)/.exec(stdout)?.[1];
  if (status === undefined) throw new Error(`dig ${name} @${server}: ${stdout.trim()}`);
  const section = (title: string): string[] => {
    const text = stdout.split(`;; ${title} SECTION:\n`)[1]?.split('\n\n')[0] ?? '';
    return text.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  };
  const data = (line: string): string => line.split(/\s+/).slice(3).join(' ');
  return {
    status,
    answers: section('ANSWER').map(data),
    authority: section('AUTHORITY').map(data),
  };
}
