/**
 * Traffic plan → sections of haproxy.cfg. Pure. What can change without a reload (servers, their states and weights,
 * what shared frontends look up) is no part of a section. `structure.ts` keeps them, `layout.ts` makes a file of them.
 */
import { type Address, printPrefix } from '../../base/address.ts';
import { listenerAddress, listenerPort, rowNumber } from '../classify.ts';
import { contentHash, engineName, shortHash } from '../engine-names.ts';
import type { BackendPlan, PoolPlan, VirtualPlan } from '../types.ts';
import { type FileSet, fileSet } from './files.ts';
import { withName } from './frontend-token.ts';
import { peerLines, peerName, peerNameOf, sharedTable } from './render-peers.ts';
import { persistenceLines } from './render-persistence.ts';
import { fallbackAnswer, usualHeaders } from './render-http.ts';
import { type PolicyLines, policyLines } from './render-policy.ts';
import { rateLines } from './render-rate.ts';
import { bindOptions, trafficLines } from './render-traffic.ts';
import { sharedFrontend } from './render-shared.ts';
import { scriptPath, scripts, scriptsOf, scriptsOfBackend, type ScriptName } from './scripts.ts';
import type { Section } from './section.ts';
import { bindTls, serverTlsOptions } from './render-tls.ts';
import { type WantedServer, backendName } from './servers.ts';

export interface RenderPlaces {
  readonly runtimeSocket: string;
  readonly peersSocket: string;
  /** Name of this device, for HAProxy of other devices. */
  readonly device?: string;
  /** Files are named by content: `<hash>.pem`. */
  readonly certificateFolder: string;
  /** Of what shared frontends look up. */
  readonly mapFolder: string;
}

export interface BackendSection extends Section {
  readonly plan: BackendPlan;
  readonly pool: PoolPlan | undefined;
  /** What it takes from the pool. */
  readonly facets: string;
  /** What its servers say of TLS. */
  readonly tls: string | undefined;
  /** Where another virtual server takes what comes from here. */
  readonly hop?: string;
}

/** What the head of the file depends on. */
export interface HeadFacts {
  readonly maximumConnections: number;
  /** Some backend speaks with its clients' own addresses. */
  readonly needsRoot: boolean;
  /** The most that any virtual server takes in a request. */
  readonly maximumHeaders: number;
  /** Bytes of them. */
  readonly maximumHeaderBytes: number;
  /** What Lua is loaded. */
  readonly scripts: readonly ScriptName[];
  /** Backends whose persistence records others have, too. */
  readonly shared: Iterable<BackendPlan>;
}

/** HAProxy's own limit of tune.http.maxhdr. */
const mostHeaders = 32_767;
/** tune.bufsize and tune.maxrewrite unless told otherwise. */
const usualBufferBytes = 16_384;
const rewriteBytes = 1024;
/**
 * What one look at the sockets brings has its buffers at once. A thread keeps 512 kB of them for itself; beyond that they go by way of
 * those of all threads, which costs more than the looks that are spared: with 64 busy clients a tenth of a request.
 */
const eventsWithLargeBuffers = 8;
const lineBytes = 8192;
const connectTimeout = '2s';
const policyRing = 'policies';
const policyRingBytes = 1_048_576;
const policyLineBytes = 8192;
/** Old workers live until their connections end; more than this and the oldest are ended. */
const maximumOldWorkers = 20;

/** One that other virtual servers of the same family and profiles have, too, or one of its own. */
export function frontendSection(
  virtual: VirtualPlan,
  isSharing: boolean,
  places: RenderPlaces,
): Section {
  const files = fileSet(places.certificateFolder);
  const tls = virtual.tls === undefined ? '' : bindTls(virtual.tls, files);
  const bind = `${bindOptions(virtual.tcp)}${tls}`;
  const policies = policyLines(virtual.policies, virtual.mode, files);
  for (const name of scriptsOf(virtual)) files.add(scripts[name], 'lua');
  const lines =
    isSharing && !virtual.isClassified && virtual.takesHops === undefined
      ? sharedFrontend(virtual, bind, places.mapFolder, policies, files)
      : ownFrontend(virtual, bind, policies, hopBind(virtual, tls, places), files);
  const text = printSection(lines);
  const name = lines[0]?.slice('frontend '.length) ?? '';
  return { name, text, hash: contentHash(text), files: files.all };
}

export function backendSection(
  plan: BackendPlan,
  pool: PoolPlan | undefined,
  places: RenderPlaces,
): BackendSection {
  const files = fileSet(places.certificateFolder);
  const text = printSection(backendHead(plan, pool, files));
  for (const name of scriptsOfBackend(plan)) files.add(scripts[name], 'lua');
  const tls = plan.serverTls && serverTlsOptions(plan.serverTls, files);
  const hash = contentHash(text);
  const name = backendName(plan);
  const hop = plan.hop && hopSocket(plan.hop.virtual, places);
  const facets = facetsOf(pool);
  const section = { name, text, hash, files: files.all, plan, pool, facets, tls };
  return hop === undefined ? section : { ...section, hop };
}

/** Certificates of servers that are added later have to be in HAProxy's memory by then. */
export function preloadSection(options: string): Section | undefined {
  if (!/ (?:crt|ca-file) /.test(options)) return undefined;
  const name = `preload.${contentHash(options)}`;
  const text = printSection([
    `backend ${name}`,
    'mode tcp',
    `server certificates 127.0.0.1:1 ${options} disabled`,
  ]);
  return { name, text, hash: contentHash(text), files: new Map() };
}

/** All that a backend's lines say of its pool, its servers aside. */
export function facetsOf(pool: PoolPlan | undefined): string {
  const { method, queueMilliseconds, queueDepth, reselectTries, slowRampSeconds } = pool ?? {};
  return [method, queueMilliseconds, queueDepth, reselectTries, slowRampSeconds].join(' ');
}

export function printSection(lines: readonly string[]): string {
  return lines.map((line) => (isSectionLine(line) ? line : `  ${line}`)).join('\n');
}

function isSectionLine(line: string): boolean {
  return /^(global|defaults|peers|frontend|backend|cache|ring)\b/.test(line);
}

/** The head of the file. A control process that comes back sees by the fingerprint what HAProxy runs. */
export function headText(facts: HeadFacts, places: RenderPlaces, fingerprint: string): string {
  return printSection(headLines(facts, places, fingerprint));
}

function headLines(facts: HeadFacts, places: RenderPlaces, fingerprint: string): readonly string[] {
  const headers = facts.maximumHeaders;
  const needed = bufferBytes(facts.maximumHeaderBytes);
  // What is replaced by something longer needs room beside what came in.
  const isGrowing = facts.scripts.includes('stream');
  const bytes = isGrowing ? 2 * Math.max(usualBufferBytes, needed) : needed;
  const self = peerNameOf(places.device ?? '');
  return [
    'global',
    `description ${fingerprint}`,
    `localpeer ${self}`,
    // Binding to a client's own address needs privileges that 2.6 cannot keep across a change of user.
    ...(facts.needsRoot ? [] : ['user haproxy', 'group haproxy']),
    // Else a worker that leaves says so of each of its proxies: thousands of lines at every reload.
    'quiet',
    `stats socket ${places.runtimeSocket} mode 600 level admin expose-fd listeners`,
    'stats timeout 1d',
    'nbthread 2',
    `maxconn ${facts.maximumConnections}`,
    `mworker-max-reloads ${maximumOldWorkers}`,
    'tune.ssl.default-dh-param 2048',
    ...(headers > usualHeaders ? [`tune.http.maxhdr ${Math.min(headers, mostHeaders)}`] : []),
    ...(bytes > usualBufferBytes
      ? [`tune.bufsize ${bytes}`, `tune.maxpollevents ${eventsWithLargeBuffers}`]
      : []),
    ...(isGrowing ? [`tune.maxrewrite ${bytes / 2}`] : []),
    'ssl-default-bind-options ssl-min-ver TLSv1.2',
    ...(facts.scripts.includes('policy-log')
      ? [`log ring@${policyRing} len ${policyLineBytes} format short local0`]
      : []),
    ...facts.scripts.map(
      (name) => `lua-load-per-thread ${scriptPath(places.certificateFolder, name)}`,
    ),
    'defaults',
    `timeout connect ${connectTimeout}`,
    'timeout client 300s',
    'timeout server 300s',
    'retries 3',
    'option redispatch 1',
    // BIG-IP answers with a reset, not with a page, when no server can be reached.
    ...[502, 503, 504].map((status) => `errorfile ${status} /dev/null`),
    ...peerLines(facts.shared, self, places.peersSocket),
    ...(facts.scripts.includes('policy-log') ? policyRingLines(places) : []),
  ];
}

/** What policies log waits there while nobody takes it. */
function policyRingLines(places: RenderPlaces): readonly string[] {
  return [
    `ring ${policyRing}`,
    'format short',
    `maxlen ${policyLineBytes}`,
    `size ${policyRingBytes}`,
    'timeout connect 5s',
    'timeout server 10s',
    `server control abns@${policyLogSocket(places)}`,
  ];
}

/** Where control takes what policies log (abstract, as `hopSocket`). */
export function policyLogSocket({ peersSocket }: Pick<RenderPlaces, 'peersSocket'>): string {
  return `evenkeel.policy-log.${shortHash(peersSocket)}`;
}

/** The headers, what is added to them (tune.maxrewrite), and the line of the request. */
function bufferBytes(headerBytes: number): number {
  return Math.ceil(headerBytes / 1024) * 1024 + rewriteBytes + lineBytes;
}

function ownFrontend(
  virtual: VirtualPlan,
  bind: string,
  policies: PolicyLines,
  hops: readonly string[],
  files: FileSet,
): readonly string[] {
  const lines = [
    `frontend ${engineName(virtual.name)}`,
    `mode ${virtual.mode}`,
    ...listeners(virtual).map((place) => `bind ${place}${bind}`),
    ...hops,
    `timeout client ${virtual.idleSeconds}s`,
  ];
  if (virtual.source !== undefined && !virtual.isClassified) {
    lines.push(`tcp-request connection reject unless { src ${printPrefix(virtual.source)} }`);
  }
  if (virtual.connectionLimit > 0) {
    lines.push(`tcp-request connection reject if { fe_conn gt ${virtual.connectionLimit} }`);
  }
  const { rateLimit } = virtual;
  if (rateLimit !== undefined)
    lines.push(...rateLines(rateLimit, `int(${rowNumber(virtual.mark)})`));
  if (virtual.backend === undefined && virtual.policies.length === 0)
    lines.push('tcp-request connection reject');
  const traffic = trafficLines(virtual, policies, files);
  lines.push(...traffic.lines, ...policies.routing);
  if (virtual.backend !== undefined) lines.push(`default_backend ${backendName(virtual.backend)}`);
  return withName([...knowing(lines, hops), ...traffic.sections], engineName(virtual.name));
}

/** HAProxy's user may not enter the folder of the sockets: so a name that has no place in it (unix(7), abstract). */
function hopSocket(virtual: string, { peersSocket }: RenderPlaces): string {
  return `abns@evenkeel.hop.${shortHash(`${peersSocket} ${virtual}`)}`;
}

/** What other virtual servers send says whose it is (the PROXY protocol). */
function hopBind(virtual: VirtualPlan, tls: string, places: RenderPlaces): readonly string[] {
  if (virtual.takesHops === undefined) return [];
  return [`bind ${hopSocket(virtual.name, places)} accept-proxy${tls}`];
}

/** Whose a connection is, is known a step later than who opened it. */
function knowing(lines: readonly string[], hops: readonly string[]): readonly string[] {
  if (hops.length === 0) return lines;
  return lines.map((line) => line.replace(/^tcp-request connection /, 'tcp-request session '));
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
    `mode ${backend.mode}`,
    ...(backend.persistence.kind === 'source-hash'
      ? ['balance source', 'hash-type consistent']
      : [`balance ${isLeast ? 'leastconn' : 'roundrobin'}`]),
    `timeout server ${backend.idleSeconds}s`,
    // Beyond all members' connection limits BIG-IP refuses, unless it is told to queue.
    `timeout queue ${pool?.queueMilliseconds || 10}ms`,
  ];
  if (pool !== undefined && pool.reselectTries > 0) lines.push(`retries ${pool.reselectTries}`);
  if (pool !== undefined && pool.queueDepth > 0) {
    const rule = backend.mode === 'http' ? 'http-request reject' : 'tcp-request content reject';
    lines.push(`${rule} if { queue ge ${pool.queueDepth} }`);
  }
  if (backend.fallback !== undefined) {
    const answer = files.add(fallbackAnswer(backend.fallback), 'http');
    lines.push(...[502, 503, 504].map((status) => `errorfile ${status} ${answer}`));
  }
  if (backend.source.kind === 'client') lines.push('source 0.0.0.0 usesrc clientip');
  // Not said by a line of HAProxy's, but servers that run cannot be given another source.
  lines.push(
    `# servers: ${shortHash(JSON.stringify([backend.source, backend.serverTls, backend.translatesPort, pool?.slowRampSeconds, ...(backend.speaksHttp2 === true ? ['h2'] : [])]))}`,
  );
  // What was sent once is not asked for again, as on BIG-IP: to do so HAProxy would copy its buffer for each request, a
  // quarter of what a request costs.
  lines.push('retry-on conn-failure');
  if (backend.mode === 'http') lines.push(...reuseLines(backend));
  lines.push(...persistenceLines(backend, peerName, files, sharedTable(backend)));
  return lines;
}

/** Without OneConnect a client connection keeps its server, and a server connection its client. */
function reuseLines({ reusesConnections }: BackendPlan): readonly string[] {
  return reusesConnections
    ? ['http-reuse safe']
    : ['http-reuse never', 'option prefer-last-server'];
}

export function serverLine(server: WantedServer): string {
  const parts = [`server ${server.name} ${server.options}`];
  // A drained server starts with no weight; the runtime API then says `drain` and restores the weight.
  parts.push(`weight ${server.state === 'drain' ? 0 : server.weight}`);
  if (server.connectionLimit > 0) parts.push(`maxconn ${server.connectionLimit}`);
  if (server.state === 'down') parts.push('disabled');
  return parts.join(' ');
}
