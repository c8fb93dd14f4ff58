/** Objects of global DNS as AS3's classes. Pure. Undefined: AS3 has no plain form of it. */
import type { Component } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import {
  type As3Context,
  type As3Object,
  Taking,
  endpointOf,
  fullName,
  isNothing,
  itemTypeOf,
  itemsAt,
  monitorsOf,
} from './as3-values.ts';

type Converter = (
  component: Component,
  body: JsonObject,
  context: As3Context,
) => As3Object | undefined;

const limits = `limit-max-bps:bpsLimit# limit-max-bps-status:bpsLimitEnabled? limit-max-pps:ppsLimit#
  limit-max-pps-status:ppsLimitEnabled? limit-max-connections:connectionsLimit#
  limit-max-connections-status:connectionsLimitEnabled?`;

function putMonitors(taking: Taking, context: As3Context): void {
  const rule = taking.get('monitor');
  if (typeof rule !== 'string' || isNothing(rule) || rule === 'default') return;
  Object.assign(taking.json, monitorsOf(rule, context));
}

function putDisabled(taking: Taking): void {
  if (taking.isDisabled()) taking.json['enabled'] = false;
}

const server: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'GSLB_Server' });
  const center = taking.get('datacenter');
  if (typeof center !== 'string') return undefined;
  taking.json['dataCenter'] = context.pointer(center);
  taking.words(
    `description:remark product:serverType prober-preference:proberPreferred prober-fallback
    prober-pool:proberPool@ ${limits} limit-cpu-usage:cpuUsageLimit# limit-cpu-usage-status:cpuUsageLimitEnabled?
    limit-mem-avail:memoryLimit# limit-mem-avail-status:memoryLimitEnabled?
    iq-allow-service-check:serviceCheckProbeEnabled? iq-allow-path:pathProbeEnabled?
    iq-allow-snmp:snmpProbeEnabled? expose-route-domains:exposeRouteDomainsEnabled?
    virtual-server-discovery:virtualServerDiscoveryMode`,
    context,
  );
  // What AS3 gives a BIG-IP by itself.
  if (String(body['monitor']).trim() === '/Common/bigip') taking.get('monitor');
  else putMonitors(taking, context);
  putDisabled(taking);
  for (const name of ['devices', 'virtualServers', 'addresses']) taking.get(name);
  const devices = itemsAt(body, 'devices').flatMap((device) => {
    const addresses = itemsAt(device, 'addresses');
    return addresses.map(({ name, translation }) => ({
      address: String(name),
      ...(!isNothing(translation) && { addressTranslation: String(translation) }),
    }));
  });
  const virtuals = itemsAt(body, 'virtualServers').map((one) => virtualServer(one, context));
  // AS3 numbers devices, each with one address.
  if (devices.length !== itemsAt(body, 'devices').length || virtuals.includes(undefined))
    return undefined;
  if (devices.length > 0) taking.json['devices'] = devices;
  if (virtuals.length > 0)
    taking.json['virtualServers'] = virtuals.filter((one) => one !== undefined);
  return taking.done();
};

function virtualServer(item: JsonObject, context: As3Context): JsonObject | undefined {
  const endpoint = endpointOf(String(item['destination'] ?? ''));
  if (endpoint === undefined) return undefined;
  const taking = new Taking({ properties: [] }, item, { name: String(item['name']), ...endpoint });
  taking.get('destination');
  taking.words('translation-address:addressTranslation', context);
  const port = taking.get('translationPort');
  if (!isNothing(port) && Number(port) > 0) taking.json['addressTranslationPort'] = Number(port);
  putMonitors(taking, context);
  putDisabled(taking);
  return taking.json;
}

/** "gtm pool a". */
const pool: Converter = (component, body, context) => {
  const type = component.id.slice(component.id.lastIndexOf(' ') + 1);
  const record = { class: 'GSLB_Pool', resourceRecordType: type.toUpperCase() };
  const taking = new Taking(component, body, record);
  taking.words(
    `description:remark load-balancing-mode:lbModePreferred alternate-mode:lbModeAlternate fallback-mode:lbModeFallback
    manual-resume:manualResumeEnabled? ttl# verify-member-availability:verifyMemberEnabled? max-answers-returned#
    fallback-ip:fallbackIP ${limits} qos-hit-ratio# qos-hops# qos-kilobytes-second:qosKbps# qos-lcs:qosLinkCapacity#
    qos-packet-rate# qos-rtt:qosRoundTripTime# qos-topology# qos-vs-capacity:qosVirtualServerCapacity#
    qos-vs-score:qosVirtualServerScore#`,
    context,
  );
  putMonitors(taking, context);
  putDisabled(taking);
  taking.get('members');
  const members = inOrder(itemsAt(body, 'members'), 'memberOrder').map((item) =>
    type === 'a' || type === 'aaaa'
      ? addressMember(component, item, context)
      : nameMember(component, item, context),
  );
  if (members.includes(undefined)) return undefined;
  if (members.length > 0) taking.json['members'] = members.filter((one) => one !== undefined);
  return taking.done();
};

function inOrder(items: readonly JsonObject[], by: string): readonly JsonObject[] {
  return items.toSorted((one, other) => Number(one[by] ?? 0) - Number(other[by] ?? 0));
}

/** "/Common/server:virtual". */
function addressMember(
  component: Component,
  item: JsonObject,
  context: As3Context,
): JsonObject | undefined {
  const name = fullName(item);
  const end = name.indexOf(':');
  if (end < 0) return undefined;
  const path = name.slice(0, end);
  const full = path.startsWith('/') ? path : `/Common/${path}`;
  const taking = new Taking(itemTypeOf(component, 'members'), item, {
    server: context.pointer(full),
    virtualServer: name.slice(end + 1),
  });
  taking.words('ratio#', context);
  putDisabled(taking);
  return taking.json;
}

function nameMember(component: Component, item: JsonObject, context: As3Context): JsonObject {
  const name = String(item['name']);
  const domainName = name.slice(name.lastIndexOf('/') + 1);
  const taking = new Taking(itemTypeOf(component, 'members'), item, { domainName });
  taking.words('ratio# priority# static-target:isDomainNameStatic?', context);
  putDisabled(taking);
  return taking.json;
}

const wideIp: Converter = (component, body, context) => {
  const name = String(body['name'] ?? '');
  const taking = new Taking(component, body, {
    class: 'GSLB_Domain',
    domainName: name.slice(name.lastIndexOf('/') + 1),
    resourceRecordType: component.id.slice(component.id.lastIndexOf(' ') + 1).toUpperCase(),
  });
  taking.words(
    `description:remark aliases pool-lb-mode persistence:persistenceEnabled? persist-cidr-ipv4:persistCidrIpv4#
    persist-cidr-ipv6:persistCidrIpv6# ttl-persistence#
    topology-prefer-edns0-client-subnet:clientSubnetPreferred?`,
    context,
  );
  putDisabled(taking);
  taking.get('pools');
  const pools = inOrder(itemsAt(body, 'pools'), 'order').map((item) => {
    const full = fullName(item);
    const path = full.startsWith('/') ? full : `/Common/${full}`;
    // It names only such as the same declaration makes.
    if (!context.isMade(path)) return undefined;
    return {
      ...context.pointer(path),
      ...(Number(item['ratio'] ?? 1) !== 1 && { ratio: Number(item['ratio']) }),
    };
  });
  if (pools.includes(undefined)) return undefined;
  if (pools.length > 0) taking.json['pools'] = pools.filter((one) => one !== undefined);
  const rules = taking.texts('rules').map(context.pointer);
  if (rules.length > 0) taking.json['iRules'] = rules;
  return taking.done();
};

/** "subnet", "10.0.0.0/8": what a region has and a record looks at. */
function placeMatched(
  not: string | undefined,
  matchType: string,
  value: string,
  context: As3Context,
): JsonObject {
  const isPath = /^(datacenter|pool|region)$/.test(matchType);
  return {
    matchType,
    matchValue: isPath ? context.pointer(value) : value,
    ...(not !== undefined && { matchOperator: 'not-equals' }),
  };
}

/** "ldns: not subnet 10.0.0.0/8 server: datacenter /Common/nyc". */
const recordForm = /^ldns: (not )?(\S+) "?(.+?)"? server: (not )?(\S+) "?(.+?)"?$/;

/** One of the records of the only item that AS3 has of them. */
const topology: Converter = (component, body, context) => {
  const [, no, from = '', source = '', not, to = '', destination = ''] =
    recordForm.exec(String(body['name'])) ?? [];
  if (from === '') return undefined;
  const record = {
    source: placeMatched(no, from, source, context),
    destination: placeMatched(not, to, destination, context),
    weight: Number(body['score'] ?? 1),
  };
  const taking = new Taking(component, body, { class: 'GSLB_Topology_Records', records: [record] });
  for (const name of ['score', 'order']) taking.get(name);
  return taking.done();
};

/** Members are named "subnet 10.0.0.0/8", "not country DE". */
const region: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'GSLB_Topology_Region' });
  taking.remark();
  taking.get('regionMembers');
  taking.json['members'] = itemsAt(body, 'regionMembers').map(({ name }) => {
    const [, not, matchType = '', value = ''] =
      /^(not )?(\S+) "?(.*?)"?$/.exec(String(name).trim()) ?? [];
    return placeMatched(not, matchType, value, context);
  });
  return taking.done();
};

const proberPool: Converter = (component, body, context) => {
  const taking = new Taking(component, body, { class: 'GSLB_Prober_Pool' });
  taking.words('description:remark load-balancing-mode:lbMode', context);
  putDisabled(taking);
  taking.get('members');
  taking.json['members'] = itemsAt(body, 'members').map((item) => ({
    server: context.pointer(fullName(item)),
    ...(item['disabled'] === true && { enabled: false }),
    ...(item['order'] !== undefined && { memberOrder: Number(item['order']) }),
  }));
  return taking.done();
};

const monitor: Converter = (component, body, context) => {
  const type = component.id.slice('gtm monitor '.length);
  const taking = new Taking(component, body, { class: 'GSLB_Monitor', monitorType: type });
  const parent = String(body['defaultsFrom'] ?? '').replace('/Common/', '');
  if (parent === '' || parent.replaceAll('_', '-') === type) taking.get('defaultsFrom');
  taking.words(
    `description:remark destination:target interval# timeout# probe-timeout# probe-interval# probe-attempts#
    ignore-down-response:ignoreDownResponseEnabled? send recv:receive reverse:reverseEnabled? transparent?
    cipherlist:ciphers`,
    context,
  );
  return taking.done();
};

const monitorTypes = ['bigip', 'gateway-icmp', 'http', 'https', 'tcp', 'tcp-half-open', 'udp'];
const recordTypes = ['a', 'aaaa', 'cname', 'mx'];

export const globalConverters: Readonly<Record<string, Converter>> = {
  'gtm server': server,
  'gtm region': region,
  'gtm topology': topology,
  'gtm prober-pool': proberPool,
  ...Object.fromEntries(recordTypes.map((type) => [`gtm pool ${type}`, pool])),
  ...Object.fromEntries(recordTypes.map((type) => [`gtm wideip ${type}`, wideIp])),
  ...Object.fromEntries(monitorTypes.map((type) => [`gtm monitor ${type}`, monitor])),
};
