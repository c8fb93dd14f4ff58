/**
 * Traffic plan → haproxy.cfg. Pure. What can change without a reload (servers, their states and weights) is kept
 * out of `structure`, whose fingerprint HAProxy carries as its description: a control process that comes back
 * sees by it whether the running HAProxy already has the right shape.
 */
import { type Address, printPrefix } from '../../base/address.ts';
import { listenerAddress, listenerPort } from '../classify.ts';
import { contentHash, engineName, shortHash } from '../engine-names.ts';
import type { BackendPlan, PoolPlan, TrafficPlan, VirtualPlan } from '../types.ts';
import { type FileSet, fileSet } from './files.ts';
import { mirroredTable, peerLines, peerNameOf } from './render-peers.ts';
import { persistenceLines } from './render-persistence.ts';
import { fallbackAnswer, httpLines, usualHeaders } from './render-http.ts';
import { bindTls, serverTlsOptions } from './render-tls.ts';
import { type WantedServer, type WantedServers, backendName } from './servers.ts';

export interface RenderPlaces {
  readonly runtimeSocket: string;
  readonly peersSocket: string;
  /** Name of this device, for HAProxy of other devices. */
  readonly device?: string;
  /** Files are named by content: `<hash>.pem`. */
  readonly certificateFolder: string;
}

export interface Rendered {
  /** Changes exactly when a reload is needed. */
  readonly fingerprint: string;
  /** The whole file in pieces, with the servers as they are now. */
  readonly sections: (servers: WantedServers) => Iterable<string>;
  /** Files that it needs: certificates, lists of them, answers. By path. */
  readonly files: ReadonlyMap<string, string>;
  /** What servers say of TLS, by backend name. */
  readonly serverTls: ReadonlyMap<string, string>;
}

export function wholeText(rendered: Rendered, servers: WantedServers): string {
  return [...rendered.sections(servers)].join('');
}

/** Printed once, kept as long as the plan that it was made of. */
interface Section {
  readonly text: string;
  readonly hash: string;
  readonly files: ReadonlyMap<string, string>;
}

interface BackendSection extends Section {
  readonly name: string;
  readonly pool: PoolPlan | undefined;
  /** What it takes from the pool. */
  readonly facets: string;
  readonly tls: string | undefined;
}

/** HAProxy's own limit of tune.http.maxhdr. */
const mostHeaders = 32_767;
export const peerName = 'evenkeel';
const connectTimeout = '2s';
/** Old workers live until their connections end; more than this and the oldest are ended. */
const maximumOldWorkers = 20;

export function renderHaproxy(plan: TrafficPlan, places: RenderPlaces): Rendered {
  const pools = new Map(plan.pools.map((pool) => [pool.name, pool]));
  return new HaproxyRenderer(places).render(plan, pools, undefined);
}

/** Renders plan after plan; what is as it was is not printed again. */
export class HaproxyRenderer {
  readonly #places: RenderPlaces;
  readonly #frontends = new WeakMap<VirtualPlan, Section>();
  readonly #backends = new WeakMap<BackendPlan, BackendSection>();
  #byPool: ReadonlyMap<string, readonly BackendPlan[]> = new Map();
  #last: { readonly plan: TrafficPlan; readonly rendered: Rendered } | undefined;

  constructor(places: RenderPlaces) {
    this.#places = places;
  }

  /** `changed`: pools that are not as at the call before; undefined: any may be. */
  render(
    plan: TrafficPlan,
    pools: ReadonlyMap<string, PoolPlan>,
    changed: ReadonlySet<string> | undefined,
  ): Rendered {
    const last = this.#last;
    const isShapeSame =
      last !== undefined &&
      changed !== undefined &&
      last.plan.virtuals === plan.virtuals &&
      last.plan.backends === plan.backends &&
      last.plan.maximumConnections === plan.maximumConnections &&
      [...changed].every((pool) => this.#areHeadsSame(pool, pools.get(pool)));
    if (isShapeSame) return last.rendered;
    const rendered = this.#renderAll(plan, pools);
    if (last?.plan.backends !== plan.backends) {
      this.#byPool = Map.groupBy(plan.backends, (backend) => backend.pool);
    }
    this.#last = { plan, rendered };
    return rendered;
  }

  /** Ways in which a pool is used. */
  backendsOf(pool: string): readonly BackendPlan[] {
    return this.#byPool.get(pool) ?? [];
  }

  /** HAProxy's name of a backend of the plan that was rendered last. */
  nameOf(backend: BackendPlan): string {
    return this.#backends.get(backend)?.name ?? backendName(backend);
  }

  #areHeadsSame(name: string, pool: PoolPlan | undefined): boolean {
    const facets = facetsOf(pool);
    return this.backendsOf(name).every((backend) => this.#backends.get(backend)?.facets === facets);
  }

  #renderAll(plan: TrafficPlan, pools: ReadonlyMap<string, PoolPlan>): Rendered {
    const frontends = plan.virtuals.map((virtual) => this.#frontend(virtual));
    const backends = plan.backends.map((one) => this.#backend(one, pools.get(one.pool)));
    const serverTls = new Map<string, string>();
    for (const { name, tls } of backends) if (tls !== undefined) serverTls.set(name, tls);
    const files = new Map<string, string>();
    for (const section of [...frontends, ...backends]) {
      for (const [path, content] of section.files) files.set(path, content);
    }
    const preloads = preloadLines(serverTls).map(printSection);
    const places = this.#places;
    const fingerprint = contentHash(
      JSON.stringify([
        globalLines(plan, places, ''),
        frontends.map(({ hash }) => hash),
        backends.map(({ hash }) => hash),
        preloads,
      ]),
    );
    const head = printSection(globalLines(plan, places, fingerprint));
    return {
      fingerprint,
      files,
      serverTls,
      *sections(servers) {
        yield head;
        for (const { text } of frontends) yield `\n\n${text}`;
        for (const { name, text } of backends) {
          const lines = (servers.get(name) ?? []).map((server) => `\n  ${serverLine(server)}`);
          yield `\n\n${text}${lines.join('')}`;
        }
        for (const text of preloads) yield `\n\n${text}`;
        yield '\n';
      },
    };
  }

  #frontend(virtual: VirtualPlan): Section {
    const known = this.#frontends.get(virtual);
    if (known !== undefined) return known;
    const section = sectionOf(this.#places, (files) => frontend(virtual, files));
    this.#frontends.set(virtual, section);
    return section;
  }

  #backend(backend: BackendPlan, pool: PoolPlan | undefined): BackendSection {
    const known = this.#backends.get(backend);
    if (known !== undefined && known.pool === pool) return known;
    const facets = facetsOf(pool);
    if (known?.facets === facets) return known;
    let tls: string | undefined;
    const printed = sectionOf(this.#places, (files) => {
      const lines = backendHead(backend, pool, files);
      tls = backend.serverTls && serverTlsOptions(backend.serverTls, files);
      return lines;
    });
    const section = { ...printed, name: backendName(backend), pool, facets, tls };
    this.#backends.set(backend, section);
    return section;
  }
}

function sectionOf(places: RenderPlaces, lines: (files: FileSet) => readonly string[]): Section {
  const files = fileSet(places.certificateFolder);
  const text = printSection(lines(files));
  return { text, hash: contentHash(text), files: files.all };
}

/** All that a backend's lines say of its pool, its servers aside. */
function facetsOf(pool: PoolPlan | undefined): string {
  return `${pool?.method} ${pool?.queueMilliseconds} ${pool?.slowRampSeconds}`;
}

function printSection(lines: readonly string[]): string {
  return lines.map((line) => (isSectionLine(line) ? line : `  ${line}`)).join('\n');
}

function isSectionLine(line: string): boolean {
  return /^(global|defaults|peers|frontend|backend)\b/.test(line);
}

function globalLines(
  plan: TrafficPlan,
  places: RenderPlaces,
  fingerprint: string,
): readonly string[] {
  // Binding to a client's own address needs privileges that 2.6 cannot keep across a change of user.
  const needsRoot = plan.backends.some((backend) => backend.source.kind === 'client');
  const self = peerNameOf(places.device ?? '');
  const headers = Math.max(0, ...plan.virtuals.map((one) => one.http?.maximumHeaders ?? 0));
  return [
    'global',
    `description ${fingerprint}`,
    `localpeer ${self}`,
    ...(needsRoot ? [] : ['user haproxy', 'group haproxy']),
    `stats socket ${places.runtimeSocket} mode 600 level admin expose-fd listeners`,
    'stats timeout 1d',
    'nbthread 2',
    `maxconn ${plan.maximumConnections}`,
    `mworker-max-reloads ${maximumOldWorkers}`,
    'tune.ssl.default-dh-param 2048',
    ...(headers > usualHeaders ? [`tune.http.maxhdr ${Math.min(headers, mostHeaders)}`] : []),
    'ssl-default-bind-options ssl-min-ver TLSv1.2',
    'defaults',
    `timeout connect ${connectTimeout}`,
    'timeout client 300s',
    'timeout server 300s',
    'retries 3',
    'option redispatch 1',
    // BIG-IP answers with a reset, not with a page, when no server can be reached.
    ...[502, 503, 504].map((status) => `errorfile ${status} /dev/null`),
    // Sticky tables go over to the new worker at a reload.
    `peers ${peerName}`,
    `peer ${self} unix@${places.peersSocket}`,
    ...peerLines(plan.backends, self),
  ];
}

/** Certificates of servers that are added later have to be in HAProxy's memory by then. */
function preloadLines(serverTls: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  return [...new Set(serverTls.values())]
    .filter((options) => / (?:crt|ca-file) /.test(options))
    .map((options) => [
      `backend preload.${contentHash(options)}`,
      'mode tcp',
      `server certificates 127.0.0.1:1 ${options} disabled`,
    ]);
}

function frontend(virtual: VirtualPlan, files: FileSet): readonly string[] {
  const tls = virtual.tls === undefined ? '' : bindTls(virtual.tls, files);
  const lines = [
    `frontend ${engineName(virtual.name)}`,
    `mode ${virtual.mode}`,
    ...listeners(virtual).map((place) => `bind ${place}${tls}`),
    `timeout client ${virtual.idleSeconds}s`,
  ];
  if (virtual.source !== undefined && !virtual.isClassified) {
    lines.push(`tcp-request connection reject unless { src ${printPrefix(virtual.source)} }`);
  }
  if (virtual.connectionLimit > 0) {
    lines.push(`tcp-request connection reject if { fe_conn gt ${virtual.connectionLimit} }`);
  }
  if (virtual.backend === undefined) lines.push('tcp-request connection reject');
  lines.push(...httpLines(virtual));
  if (virtual.backend !== undefined) lines.push(`default_backend ${backendName(virtual.backend)}`);
  return lines;
}

/** The address may float on another device just now: ip_nonlocal_bind lets it be bound all the same. */
function listeners(virtual: VirtualPlan): readonly string[] {
  const { address, mark, isClassified } = virtual;
  const print = ({ family, text }: Address): string => (family === 6 ? `[${text}]` : text);
  if (isClassified) {
    return [`${print(listenerAddress(mark, address.family))}:${listenerPort} transparent`];
  }
  const only = virtual.interfaces?.map((name) => ` interface ${name}`) ?? [''];
  return only.map((name) => `${print(address)}:${virtual.port}${name}`);
}

function backendHead(
  backend: BackendPlan,
  pool: PoolPlan | undefined,
  files: FileSet,
): readonly string[] {
  const isLeast = pool?.method.endsWith('least-connections') ?? false;
  const lines = [
    `backend ${backendName(backend)}`,
    `mode ${backend.mode}`,
    ...(backend.persistence.kind === 'source-hash'
      ? ['balance source', 'hash-type consistent']
      : [`balance ${isLeast ? 'leastconn' : 'roundrobin'}`]),
    `timeout server ${backend.idleSeconds}s`,
    // Beyond all members' connection limits BIG-IP refuses, unless it is told to queue.
    `timeout queue ${pool?.queueMilliseconds || 10}ms`,
  ];
  if (backend.fallback !== undefined) {
    const answer = files.add(fallbackAnswer(backend.fallback), 'http');
    lines.push(...[502, 503, 504].map((status) => `errorfile ${status} ${answer}`));
  }
  if (backend.source.kind === 'client') lines.push('source 0.0.0.0 usesrc clientip');
  // Not said by a line of HAProxy's, but servers that run cannot be given another source.
  lines.push(
    `# servers: ${shortHash(JSON.stringify([backend.source, backend.serverTls, backend.translatesPort, pool?.slowRampSeconds]))}`,
  );
  if (backend.mode === 'http') lines.push(...httpBackendLines(backend));
  else lines.push('retry-on conn-failure');
  lines.push(...persistenceLines(backend.persistence, peerName, mirroredTable(backend)));
  return lines;
}

function httpBackendLines(backend: BackendPlan): readonly string[] {
  return [
    'retry-on conn-failure empty-response',
    // What may have been done once is not asked for again.
    'http-request disable-l7-retry unless { method GET HEAD OPTIONS }',
    // Without OneConnect a client connection keeps its server, and a server connection its client.
    ...(backend.reusesConnections
      ? ['http-reuse safe']
      : ['http-reuse never', 'option prefer-last-server']),
  ];
}

function serverLine(server: WantedServer): string {
  const parts = [`server ${server.name} ${server.options}`];
  // A drained server starts with no weight; the runtime API then says `drain` and restores the weight.
  parts.push(`weight ${server.state === 'drain' ? 0 : server.weight}`);
  if (server.connectionLimit > 0) parts.push(`maxconn ${server.connectionLimit}`);
  if (server.state === 'down') parts.push('disabled');
  return parts.join(' ');
}
