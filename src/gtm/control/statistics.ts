/** What `…/stats` and `show` say of GTM objects, by the names of iControl REST (reference 1.7). Pure. */
import type { Statistics } from '../../config/runtime-state.ts';
import { bigipVersion } from '../../catalogue/version.ts';
import type { PeerReport } from '../../iquery/types.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import { newCounters } from '../decision/counters.ts';
import type { GtmType } from '../decision/snapshot-types.ts';
import type { MergedHealth } from '../health/merge.ts';
import {
  enabledState,
  memberKey,
  sumUp,
  typedKey,
  type GtmObjects,
  type GtmStatus,
  type GtmStatuses,
} from '../health/words.ts';
import { linkServerName } from '../places.ts';
import { textOf } from '../values.ts';
import { sumOf } from '../health/limits.ts';
import { itemsOf, splitMember, virtualServerKey } from '../objects.ts';
import type { ListenerStatus } from '../protocol.ts';
import type { Counters } from './dns-link.ts';
import type { GroupHead } from './group-heads.ts';

export interface GtmState {
  readonly objects: GtmObjects;
  readonly health: MergedHealth;
  readonly statuses: GtmStatuses;
  readonly counters: Counters;
}

function statusLeaves(status: GtmStatus | undefined): Statistics {
  return {
    'status.availabilityState': status?.availability ?? 'unknown',
    'status.enabledState': status?.enabled ?? 'enabled',
    'status.statusReason': status?.reason ?? 'Checking',
  };
}

export function wideIpStatistics(state: GtmState, type: GtmType, name: string): Statistics {
  const key = typedKey(type, name);
  return {
    ...(state.counters.wideIps.get(key) ?? newCounters.wideIp()),
    ...statusLeaves(state.statuses.wideIps.get(key)),
    wipName: name,
    wipType: type.toUpperCase(),
  };
}

export function poolStatistics(state: GtmState, type: GtmType, name: string): Statistics {
  const key = typedKey(type, name);
  return {
    ...(state.counters.pools.get(key)?.counts ?? newCounters.pool()),
    ...statusLeaves(state.statuses.pools.get(key)),
    tmName: name,
    poolType: type.toUpperCase(),
  };
}

export function memberStatistics(
  state: GtmState,
  type: GtmType,
  pool: string,
  member: string,
): Statistics {
  const counted = state.counters.pools
    .get(typedKey(type, pool))
    ?.members.find(({ name }) => name === member);
  const { server, virtualServer } = splitMember(member);
  return {
    ...(counted?.counts ?? newCounters.stages()),
    ...statusLeaves(state.statuses.members.get(memberKey({ type, name: pool }, member))),
    poolName: pool,
    poolType: type.toUpperCase(),
    serverName: server,
    vsName: virtualServer,
  };
}

export function serverStatistics(state: GtmState, name: string): Statistics {
  const server = state.objects.servers.find((candidate) => candidate.name === name);
  const loads = (server?.virtualServers ?? []).map((virtual) =>
    state.health.virtualServers.get(virtual.key),
  );
  const sum = (read: (load: NonNullable<(typeof loads)[number]>['load']) => number): number =>
    loads.reduce((total, one) => total + (one === undefined ? 0 : read(one.load)), 0);
  return {
    serverName: name,
    dcName: server?.datacenter ?? '',
    connections: sum((load) => load.connections),
    bitsPerSec: sum((load) => load.bitsPerSecond),
    pktsPerSec: sum((load) => load.packetsPerSecond),
    ...statusLeaves(state.statuses.servers.get(name)),
  };
}

export function virtualServerStatistics(
  state: GtmState,
  server: string,
  virtualServer: string,
): Statistics {
  const key = virtualServerKey(server, virtualServer);
  const load = state.health.virtualServers.get(key)?.load;
  return {
    serverName: server,
    vsName: virtualServer,
    connections: load?.connections ?? 0,
    bitsPerSec: load?.bitsPerSecond ?? 0,
    pktsPerSec: load?.packetsPerSecond ?? 0,
    ...statusLeaves(state.statuses.virtualServers.get(key)),
  };
}

export function datacenterStatistics(state: GtmState, name: string): Statistics {
  return { dcName: name, ...statusLeaves(state.statuses.datacenters.get(name)) };
}

export function linkStatistics(state: GtmState, name: string): Statistics {
  const server = state.objects.servers.find((one) => one.linkName === name);
  const loads = state.objects.servers.flatMap(({ virtualServers }) =>
    virtualServers
      .filter(({ link }) => link === name)
      .flatMap(({ key }) => state.health.virtualServers.get(key)?.load ?? []),
  );
  const { connections } = sumOf(loads);
  const router = server?.virtualServers[0];
  const load = router && state.health.virtualServers.get(router.key)?.load;
  return {
    linkName: name,
    dcName: server?.datacenter ?? '',
    connections,
    bitsPerSec: load?.bitsPerSecond ?? 0,
    bitsPerSecIn: load?.bitsIn ?? 0,
    bitsPerSecOut: load?.bitsOut ?? 0,
    pktsPerSec: load?.packetsPerSecond ?? 0,
    linkCapacity: load?.linkCapacity ?? 0,
    virtualServers: loads.length,
    ...statusLeaves(state.statuses.servers.get(linkServerName(name))),
  };
}

/** Of its wide IPs: one that is up is enough, unless all are needed (`dependency-level wideip`). */
export function appStatistics(state: GtmState, name: string): Statistics {
  const app = state.objects.apps?.find((one) => one.name === name);
  const its = state.objects.wideIps.filter(
    ({ name: wideIp, type }) =>
      app?.wideIps.has(wideIp) === true && (type === 'a' || type === 'aaaa'),
  );
  const words = its.map((wideIp) => state.statuses.wideIps.get(typedKey(wideIp.type, wideIp.name)));
  const missing = its.find((_, at) => words[at]?.availability !== 'available');
  const isLacking = app?.level === 'wideip' && missing !== undefined;
  const summary = isLacking
    ? { availability: 'offline' as const, reason: `${missing.name} is not available` }
    : sumUp(words, 'No enabled wide IPs available');
  return {
    applicationName: name,
    ...statusLeaves({ ...summary, enabled: enabledState(app?.isEnabled ?? true, false) }),
  };
}

/** Who of the pool probes now, and how many instances (addresses with a monitor each). */
export function proberPoolStatistics(
  view: ConfigView,
  probes: ProbeCount,
  name: string,
): Statistics {
  const properties: Properties = view.get('gtm prober-pool', name)?.properties ?? {};
  const members = itemsOf(properties, 'members').map((item) => textOf(item, 'name'));
  const may = members.filter((member) => probes.isEligible(member));
  const isOn = properties['enabled'] !== 'disabled';
  return {
    tmName: name,
    totalProbes: members.reduce((sum, member) => sum + probes.count(member), 0),
    membersAvailable: may.length,
    membersTotal: members.length,
    ...statusLeaves({
      availability: may.length > 0 ? 'available' : 'offline',
      enabled: enabledState(isOn, false),
      reason: may.length > 0 ? 'Available' : 'No member may probe',
    }),
  };
}

/** Of servers whose devices probe. */
export interface ProbeCount {
  isEligible(server: string): boolean;
  /** Instances that they probe now, for all of the trust domain, as this device assigns them. */
  count(server: string): number;
}

export function iqueryStatistics(
  objects: GtmObjects,
  peers: readonly PeerReport[],
  headOf: (device: string) => GroupHead | undefined,
): Statistics {
  const entries = peers.map((peer): [string, Statistics] => {
    const server = objects.servers.find(({ devices }) =>
      devices.some(
        (device) => device.name === peer.device || device.addresses.includes(peer.address),
      ),
    );
    const head = headOf(peer.device);
    return [
      peer.address,
      {
        ip: peer.address,
        deviceName: peer.device,
        serverName: server?.name ?? '',
        serverType: serverType(server !== undefined, head !== undefined),
        dcName: server?.datacenter ?? '',
        state: peer.state,
        stateReason: peer.reason,
        connectionTime:
          peer.connectedSince === undefined ? '---' : new Date(peer.connectedSince).toISOString(),
        connectionId: peer.instance ?? '0',
        reconnects: peer.reconnects,
        backlogs: (peer.pendingBytes ?? 0) > 0 ? 1 : 0,
        bitsIn: peer.bytesIn * 8,
        bitsOut: peer.bytesOut * 8,
        bytesDropped: 0,
        ...(peer.skewMilliseconds !== undefined && { clockSkew: peer.skewMilliseconds }),
        configTime: head === undefined ? 'None' : new Date(head.time).toISOString(),
        configCommitId: head?.id ?? '0',
        configCommitOriginator: head?.device ?? 'None',
        localTmosVersion: bigipVersion,
        remoteVersion: peer.software ?? 'None',
        localBig3dVersion: bigipVersion,
        remoteBig3dVersion: peer.software ?? 'None',
        certificateExpiration: peer.certificateExpires ?? 'None',
        cipherName: peer.cipher ?? 'None',
        cipherBits: cipherBits(peer.cipher),
        cipherProtocol: peer.protocol ?? 'None',
      },
    ];
  });
  return Object.fromEntries(entries);
}

/** `gtm server` knows one product for both; who shares the configuration of GTM is a global device. */
function serverType(isServer: boolean, sharesGtm: boolean): string {
  if (sharesGtm) return 'BIGIP-DNS';
  return isServer ? 'BIGIP' : 'unknown';
}

/** Of TLS 1.3's suites, by name: "TLS_AES_256_GCM_SHA384". */
function cipherBits(cipher: string | undefined): number {
  if (cipher === undefined) return 0;
  return /AES_128/.test(cipher) ? 128 : 256;
}

export function listenerStatistics(
  listener:
    | { readonly address: string; readonly port: number; readonly protocol: string }
    | undefined,
  listeners: readonly ListenerStatus[],
): Statistics {
  const found = listeners.find(
    ({ address, port, protocol }) =>
      address === listener?.address && port === listener.port && protocol === listener.protocol,
  );
  const isOpen = found?.state === 'open';
  return {
    'status.availabilityState': isOpen ? 'available' : 'offline',
    'status.enabledState': listener === undefined ? 'disabled' : 'enabled',
    'status.statusReason': isOpen
      ? 'Available'
      : `Not listening: ${found?.reason ?? 'not known yet'}`,
    // Ours: how its packets are read.
    ...(found?.loop !== undefined && { answerLoop: found.loop }),
  };
}

export function trafficStatistics(counters: Counters): Statistics {
  const traffic = counters.traffic;
  const responses = traffic?.responses ?? [];
  return {
    aRequests: traffic?.a ?? 0,
    aaaaRequests: traffic?.aaaa ?? 0,
    otherRequests: traffic?.otherTypes ?? 0,
    udpRequests: traffic?.udp ?? 0,
    tcpRequests: traffic?.tcp ?? 0,
    malformed: traffic?.malformed ?? 0,
    dropped: traffic?.dropped ?? 0,
    toDnsExpress: traffic?.held ?? 0,
    toBackendDns: traffic?.relayed ?? 0,
    rateLimitedRequests: traffic?.limited ?? 0,
    rcNoerror: responses[0] ?? 0,
    rcServfail: responses[2] ?? 0,
    rcNxdomain: responses[3] ?? 0,
    rcRefused: responses[5] ?? 0,
  };
}
