/** Servers of a backend as HAProxy is to hold them: by configuration text and by runtime API alike. Pure. */
import { type Address, type Endpoint, prefixContains } from '../../base/address.ts';
import { contentHash, engineName } from '../engine-names.ts';
import { type Weights, ratioOf } from '../balance.ts';
import type { MemberState, MemberStates } from '../member-state.ts';
import { tightestLimit } from '../plan-pool.ts';
import type { Limits } from '../shared-limits.ts';
import type { BackendKey } from '../backend-key.ts';
import type { BackendPlan, HopPlan, MemberPlan, PoolPlan } from '../types.ts';

export interface WantedServer {
  /** BIG-IP's cookie value. */
  readonly name: string;
  readonly member: string;
  readonly state: MemberState;
  /** Up to 256; 0: persistent connections only, for now. */
  readonly weight: number;
  /** 0: unlimited. */
  readonly connectionLimit: number;
  /** Everything else, fixed for the life of the server: address, source, TLS, slow start. */
  readonly options: string;
}

/** By HAProxy backend name. */
export type WantedServers = ReadonlyMap<string, readonly WantedServer[]>;

const heaviest = 256;

export function backendName(backend: BackendKey): string {
  return `${engineName(backend.pool)}.${backend.way}`;
}

/** Of a server, by the plan's name of its backend: for what is counted and limited by server. */
export function serverKey(backend: string, server: string): string {
  return `${backend}//${server}`;
}

export function backendOfServer(key: string): string {
  return key.slice(0, key.lastIndexOf('//'));
}

/** The pool's part of a backend's name. */
export function poolOfBackend(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? name : name.slice(0, dot);
}

/**
 * Servers of one backend, in the order of its pool. `tls`: what they say of TLS (see `Rendered`); `measured`: for
 * methods that go by it, and limits that are shared; `hop`: the socket of the virtual server that is asked.
 */
export function serversOf(
  backend: BackendPlan,
  pool: PoolPlan | undefined,
  states: MemberStates,
  tls: string | undefined,
  measured: { readonly weights?: Weights; readonly limits?: Limits } = {},
  hop?: string,
): readonly WantedServer[] {
  if (backend.hop !== undefined) return [hopServer(backend.pool, backend.hop, tls, hop)];
  if (backend.node !== undefined) return [nodeServer(backend, backend.node, tls)];
  const all = pool === undefined ? [] : membersOf(backend, pool, states, tls, measured);
  const { onlyMember } = backend;
  return onlyMember === undefined ? all : all.filter(({ member }) => member === onlyMember);
}

/** Asked whether or not anybody watches it. */
function nodeServer(backend: BackendPlan, node: Endpoint, tls: string | undefined): WantedServer {
  const member: MemberPlan = {
    name: backend.pool,
    node: node.address.text,
    ...node,
    ratio: 1,
    connectionLimit: 0,
    nodeLimit: 0,
    priorityGroup: 0,
    operator: 'enabled',
    cookie: 'node',
  };
  const options = optionsOf(backend, member, 0, tls, 0);
  return {
    name: 'node',
    member: member.name,
    state: 'ready',
    weight: 1,
    connectionLimit: 0,
    options,
  };
}

/** The other learns whose the connection is, and sees to the rest itself. */
function hopServer(
  member: string,
  { isOpen }: HopPlan,
  tls: string | undefined,
  socket: string = '',
): WantedServer {
  return {
    name: 'hop',
    member,
    state: isOpen ? 'ready' : 'down',
    weight: 1,
    connectionLimit: 0,
    options: [`${socket} send-proxy-v2`, ...(tls === undefined ? [] : [tls])].join(' '),
  };
}

function membersOf(
  backend: BackendPlan,
  pool: PoolPlan,
  states: MemberStates,
  tls: string | undefined,
  { weights, limits }: { readonly weights?: Weights; readonly limits?: Limits },
): readonly WantedServer[] {
  const name = backendName(backend);
  const stateOf = (member: MemberPlan): MemberState =>
    states.get(pool.name)?.get(member.name) ?? 'ready';
  // They were for other states where they leave nobody.
  const isUsable = pool.members.some(
    (one) => stateOf(one) === 'ready' && weights?.get(one.name) !== 0,
  );
  const weightOf = (member: MemberPlan): number =>
    (isUsable ? weights?.get(member.name) : undefined) ?? ratioOf(pool, member);
  const largest = Math.max(1, ...pool.members.map(weightOf));
  // HAProxy knows weights up to 256; larger ratios are scaled together, and none falls to 0.
  const scale = largest > heaviest ? heaviest / largest : 1;
  const numbers = backend.sharedRecords === undefined ? undefined : numbersOf(pool);
  return pool.members.map((member, index) => ({
    name: member.cookie,
    member: member.name,
    state: stateOf(member),
    weight: weightOf(member) === 0 ? 0 : Math.max(1, Math.round(weightOf(member) * scale)),
    connectionLimit: limits?.get(serverKey(name, member.cookie)) ?? tightestLimit(member),
    options: [
      optionsOf(backend, member, index, tls, pool.slowRampSeconds),
      ...(numbers === undefined ? [] : [`id ${numbers[index] ?? 1}`]),
    ].join(' '),
  }));
}

/**
 * Records that pools have in common lead to a member of the same name, or of the same number: that of its node, which
 * the first of its members in a pool has.
 */
function numbersOf(pool: PoolPlan): readonly number[] {
  const taken = new Set<number>();
  return pool.members.map(({ address, cookie }) => {
    let number = numberOf(address.text);
    for (let tries = 0; taken.has(number); tries += 1) number = numberOf(`${cookie} ${tries}`);
    taken.add(number);
    return number;
  });
}

/** HAProxy takes 1 to 2^31 - 1. */
function numberOf(text: string): number {
  return 1 + (Number.parseInt(contentHash(text).slice(0, 8), 16) % 0x7ffffffe);
}

function optionsOf(
  backend: BackendPlan,
  member: MemberPlan,
  index: number,
  tls: string | undefined,
  slowRampSeconds: number,
): string {
  const host = hostText(member.address);
  const parts = [member.port === 0 || !backend.translatesPort ? host : `${host}:${member.port}`];
  const source = sourceOf(backend, member, index);
  if (source !== undefined) parts.push(`source ${hostText(source)}`);
  if (tls !== undefined) parts.push(tls);
  if (backend.speaksHttp2 === true) parts.push(tls === undefined ? 'proto h2' : 'alpn h2,http/1.1');
  if (slowRampSeconds > 0) parts.push(`slowstart ${slowRampSeconds}s`);
  return parts.join(' ');
}

/** A pool of source addresses is spread over the members; within one member HAProxy has one source. */
function sourceOf(backend: BackendPlan, member: MemberPlan, index: number): Address | undefined {
  const { source } = backend;
  if (source.kind === 'automap') {
    return source.floating.find((floating) => prefixContains(floating.network, member.address))
      ?.address;
  }
  if (source.kind === 'client') return undefined;
  const usable = source.addresses.filter((address) => address.family === member.address.family);
  return usable[index % Math.max(1, usable.length)];
}

/** Without the brackets HAProxy takes the end of an address for a port. */
function hostText({ text, family }: Address): string {
  return family === 6 ? `[${text}]` : text;
}
