/** One virtual server, as a full proxy or on the packet path. Pure. */
import type { ComponentId } from '../catalogue/types.ts';
import { itemsValue, numberValue, textListValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { withWay } from './backend-way.ts';
import { ownListener } from './own-listeners.ts';
import { planRateLimit } from './plan-limits.ts';
import {
  persistProfile,
  planPersistences,
  planRecordMirror,
  planSharing,
} from './plan-persistence.ts';
import { profilesOf } from './kind.ts';
import { takesHops } from './plan-hop.ts';
import { httpSettings } from './plan-http.ts';
import { planPolicies } from './plan-policies.ts';
import { planStream } from './plan-stream.ts';
import { planRequestLog } from './plan-request-log.ts';
import { tcpSettings } from './plan-tcp.ts';
import { planServerTls, planTls } from './plan-tls.ts';
import { planSource } from './plan-source.ts';
import { isMirrored } from './mirrored.ts';
import type { Placed } from './placed.ts';
import type { BackendPlan, DeviceFacts, PacketVirtual, VirtualPlan } from './types.ts';

/** BIG-IP's tcp profile. */
const defaultIdleSeconds = 300;

export interface ProxyPlan {
  readonly virtual: VirtualPlan;
  readonly backend: BackendPlan | undefined;
  /** Where its policies may send a request. */
  readonly forwards: readonly BackendPlan[];
}

export function planProxy(
  view: ConfigView,
  virtual: EffectiveObject,
  place: Placed,
): ProxyPlan | string {
  const { properties } = virtual;
  if (textValue(properties, 'translate-address') === 'disabled')
    return 'translate-address disabled is not carried yet';
  // One with a mark waits at an address that nobody else uses.
  const taken = place.isClassified ? undefined : ownListener(view, place.endpoint);
  if (taken !== undefined) return taken;
  const profiles = profilesOf(view, virtual);
  const find = (component: ComponentId): EffectiveObject | undefined =>
    profiles.find((profile) => profile.component === component);
  const seen = whatIsRead(view, virtual, profiles);
  if (typeof seen === 'string') return seen;
  const { http, tls, serverTls } = seen;
  const tcp = find('ltm profile tcp');
  const stream = planStream(find('ltm profile stream'));
  if (!stream.ok) return stream.reason;
  const idleSeconds = idleOf(tcp);
  const pool = textValue(properties, 'pool');
  const mode = http === undefined ? 'tcp' : 'http';
  const toPool = (name: string): Omit<BackendPlan, 'way'> => ({
    pool: name,
    mode,
    idleSeconds,
    source: planSource(view, virtual, place.trafficGroup),
    ...planPersistences(view, virtual, mode, tls !== undefined, name),
    ...planSharing(view, virtual, place.endpoint.address),
    recordMirror: planRecordMirror(view, virtual),
    reusesConnections: find('ltm profile one-connect') !== undefined,
    serverTls,
    fallback: http?.fallback,
    ...(http !== undefined && speaksHttp2(virtual, profiles) && { speaksHttp2: true as const }),
    translatesPort: textValue(properties, 'translate-port') !== 'disabled',
  });
  const backend = pool === undefined ? undefined : withWay(toPool(pool));
  const policies = planPolicies(view, virtual, {
    isHttp: mode === 'http',
    isTls: tls !== undefined,
    pool,
    trafficGroup: place.trafficGroup,
    toPool,
  });
  if (typeof policies === 'string') return policies;
  return {
    backend,
    forwards: policies.backends,
    virtual: {
      name: virtual.name,
      mark: place.mark,
      isClassified: place.isClassified,
      address: place.endpoint.address,
      port: place.endpoint.port,
      interfaces: place.interfaces,
      mode,
      isEnabled: place.isEnabled,
      pool,
      backend: backend && { pool: backend.pool, way: backend.way },
      connectionLimit: numberValue(properties, 'connection-limit', 0),
      rateLimit: planRateLimit(virtual),
      dropsWhenDown: place.dropsWhenDown,
      idleSeconds,
      source: place.source,
      http,
      tls,
      policies: policies.policies,
      tcp: tcpSettings(tcp),
      ...(stream.value !== undefined && { stream: stream.value }),
      ...(takesHops(view, virtual.name) && { takesHops: true as const }),
    },
  };
}

/** An HTTP/2 profile that is not only for the other side. */
function isHttp2On(
  virtual: EffectiveObject,
  { component, name }: EffectiveObject,
  otherSide: 'clientside' | 'serverside',
): boolean {
  const item = itemsValue(virtual.properties, 'profiles').find((one) => one.name === name);
  const context = item && textValue(item.properties, 'context');
  return component === 'ltm profile http2' && context !== otherSide;
}

/** BIG-IP speaks it to servers where requests are routed one by one. */
function speaksHttp2(virtual: EffectiveObject, profiles: readonly EffectiveObject[]): boolean {
  return (
    profiles.some(({ component }) => component === 'ltm profile httprouter') &&
    profiles.some((profile) => isHttp2On(virtual, profile, 'clientside'))
  );
}

function idleOf(tcp: EffectiveObject | undefined): number {
  if (tcp === undefined) return defaultIdleSeconds;
  return numberValue(tcp.properties, 'idle-timeout', 86_400) || defaultIdleSeconds;
}

/** Of TLS and HTTP, by profile; a text says why it cannot be. */
function whatIsRead(
  view: ConfigView,
  virtual: EffectiveObject,
  profiles: readonly EffectiveObject[],
): (Pick<VirtualPlan, 'http' | 'tls'> & Pick<BackendPlan, 'serverTls'>) | string {
  const find = (component: ComponentId): EffectiveObject | undefined =>
    profiles.find((profile) => profile.component === component);
  const http2 = profiles.find((profile) => isHttp2On(virtual, profile, 'serverside'));
  const tls = planTls(
    view,
    profiles.filter((profile) => profile.component === 'ltm profile client-ssl'),
    http2 === undefined ? ['http/1.1'] : ['h2', 'http/1.1'],
  );
  if (typeof tls === 'string') return tls;
  const serverTls = planServerTls(view, find('ltm profile server-ssl'));
  if (typeof serverTls === 'string') return serverTls;
  const profile = find('ltm profile http');
  if (profile === undefined) return { http: undefined, tls, serverTls };
  const http = httpSettings(profile, {
    compression: find('ltm profile http-compression'),
    http2,
    acceleration: find('ltm profile web-acceleration'),
    requestLog: planRequestLog(view, virtual, find('ltm profile request-log')),
    isTls: tls !== undefined,
    plain: (secret) => view.plain(secret),
  });
  return { http, tls, serverTls };
}

export function planPacket(
  view: ConfigView,
  virtual: EffectiveObject,
  place: Placed,
): { packet: PacketVirtual } | string {
  const source = planSource(view, virtual, place.trafficGroup);
  const forwards = place.target === 'forward';
  const keepsAddress = place.target === 'direct';
  if (keepsAddress && source.kind !== 'client')
    return 'translate-address disabled goes without source address translation only';
  return {
    packet: {
      name: virtual.name,
      ...(keepsAddress && { keepsAddress: true as const }),
      ...(textValue(virtual.properties, 'translate-port') === 'disabled' &&
        !forwards && { keepsPort: true as const }),
      ...(isFtp(view, virtual) && { helper: 'ftp' as const }),
      mark: place.mark,
      isClassified: place.isClassified,
      forwards,
      address: place.endpoint.address,
      port: place.endpoint.port,
      protocol: place.protocol === 'udp' ? 'udp' : 'tcp',
      interfaces: place.interfaces,
      isEnabled: place.isEnabled,
      pool: textValue(virtual.properties, 'pool'),
      source,
      persistsBySource: persistProfile(view, virtual)?.component === 'ltm persistence source-addr',
      connectionLimit: numberValue(virtual.properties, 'connection-limit', 0),
      rateLimit: planRateLimit(virtual),
      dropsWhenDown: place.dropsWhenDown,
      mirror: isMirrored(virtual)
        ? {
            trafficGroup: place.trafficGroup,
            destination: place.claim.destination,
            protocol: place.protocol,
          }
        : undefined,
    },
  };
}

function isFtp(view: ConfigView, virtual: EffectiveObject): boolean {
  return profilesOf(view, virtual).some(({ component }) => component === 'ltm profile ftp');
}

export function interfacesOf(
  view: ConfigView,
  facts: DeviceFacts,
  virtual: EffectiveObject,
): readonly string[] | undefined {
  const listed = textListValue(virtual.properties, 'vlans');
  const isOnlyListed = textValue(virtual.properties, 'vlans-enabled') === 'vlans-enabled';
  if (!isOnlyListed && listed.length === 0) return undefined;
  const vlans = view.list('net vlan').map((vlan) => vlan.name);
  return vlans
    .filter((vlan) => listed.includes(vlan) === isOnlyListed)
    .flatMap((vlan) => facts.interfaceOf(vlan) ?? [])
    .toSorted();
}
