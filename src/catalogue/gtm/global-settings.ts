import type { Component, Property } from '../types.ts';
import {
  choice,
  effective,
  integer,
  list,
  stored,
  text,
  toggle,
  uint32,
  yesNo,
} from '../properties.ts';

export const failureRcodes = ['noerror', 'formerr', 'servfail', 'nxdomain', 'notimpl', 'refused'];

function settings(name: string, help: string, properties: readonly Property[]): Component {
  return {
    id: `gtm global-settings ${name}`,
    noun: `global-settings ${name}`,
    help,
    naming: { kind: 'singleton' },
    scope: 'gtm',
    order: 58,
    properties,
  };
}

const seconds = { unit: 'seconds' } as const;

export const gtmGeneral = settings('general', 'Synchronisation and iQuery of global devices.', [
  ...effective(
    yesNo('synchronization', 'no', 'Share GTM configuration in the synchronisation group.', {
      scope: 'local',
    }),
    text('synchronization-group-name', 'The group.', { default: 'default', scope: 'local' }),
    integer('heartbeat-interval', [1, 10], 10, 'Time between refreshes of reports.', seconds),
    integer('static-persist-cidr-ipv4', [0, 32], 32, 'Resolvers that count as one, IPv4.'),
    integer('static-persist-cidr-ipv6', [0, 128], 128, 'Resolvers that count as one, IPv6.'),
    yesNo(
      'drain-persistent-requests',
      'yes',
      'Persisted resolvers keep members that were disabled.',
    ),
    text('wideip-zone-nameserver', 'Name server of zones made for wide IPs.', {
      default: 'this.name.is.invalid.',
    }),
  ),
  ...stored(
    yesNo(
      'virtuals-depend-on-server-state',
      'yes',
      'A server that is down takes its virtual servers along.',
    ),
    yesNo('auto-discovery', 'yes', 'Is discovery allowed?'),
    integer('auto-discovery-interval', [0, uint32], 30, 'Time between discoveries.', seconds),
    integer(
      'automatic-configuration-save-timeout',
      [-1, 86_400],
      15,
      'Save so long after a change.',
      seconds,
    ),
    yesNo('cache-ldns-servers', 'yes', 'Remember what was learnt of resolvers.'),
    choice(
      'domain-name-check',
      ['none', 'strict', 'allow-underscore', 'idn-compatible'],
      'allow-underscore',
      'Names that are allowed.',
    ),
    toggle('forward-status', 'disabled', 'Pass status to other devices.'),
    yesNo('gtm-sets-recursion', 'no', 'Set the recursion bit in answers.'),
    text('iquery-cipher-list', 'Ciphers of iQuery.', {
      default: 'AESGCM:AES:!ADH:!AECDH:!PSK:!aECDH:!DSS:!ECDSA:!AES128:-SHA1:AES256-SHA',
    }),
    choice(
      'iquery-minimum-tls-version',
      ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      'TLSv1',
      'Lowest TLS; ours is always 1.3.',
    ),
    yesNo('monitor-disabled-objects', 'no', 'Go on probing what is disabled.'),
    integer('nethsm-timeout', [1, uint32], 20, 'Time for the key module.', seconds),
    toggle('nsec3-types-bitmap-strict', 'disabled', 'Exact bitmaps.'),
    text('peer-leader', 'Device that is asked first.'),
    toggle('send-wildcard-rrs', 'disabled', 'Put wildcard wide IPs into zones.'),
    integer('synchronization-time-tolerance', [0, 600], 10, 'Clocks may differ by this.', seconds),
    integer(
      'synchronization-timeout',
      [0, 86_400],
      180,
      'Give up a synchronisation after this.',
      seconds,
    ),
    yesNo('synchronize-zone-files', 'no', 'Share zones.'),
    integer(
      'synchronize-zone-files-timeout',
      [0, 86_400],
      300,
      'Give up sharing zones after this.',
      seconds,
    ),
  ),
]);

const factor = (name: string, preset: number) =>
  integer(`qos-factor-${name}`, [0, uint32], preset, `Scale of ${name} in quality-of-service.`);

export const gtmLoadBalancing = settings('load-balancing', 'Answers when nothing is available.', [
  ...effective(
    yesNo('respect-fallback-dependency', 'no', 'The fallback method also looks at states.'),
    yesNo('verify-vs-availability', 'yes', 'Only virtual servers that are up.'),
    toggle('failure-rcode-response', 'disabled', 'Answer failure-rcode when there is nothing.'),
    choice('failure-rcode', failureRcodes, 'noerror', 'That answer.'),
    integer('failure-rcode-ttl', [0, uint32], 0, 'How long it may be remembered; 0: not.', seconds),
  ),
  ...effective(
    factor('bps', 1_000_000),
    factor('packet-rate', 10_000),
    factor('topology', 10),
    factor('vs-capacity', 1),
    factor('vs-score', 1),
    yesNo('topology-allow-zero-scores', 'yes', 'Records of score 0 count.'),
    yesNo('topology-longest-match', 'yes', 'Narrow records first.'),
    toggle(
      'topology-prefer-edns0-client-subnet',
      'disabled',
      "Take the client's network from EDNS0.",
    ),
  ),
  ...effective(
    yesNo('ignore-path-ttl', 'no', 'Use old path data.'),
    factor('hit-ratio', 10_000),
    factor('hops', 25),
    factor('rtt', 10_000),
  ),
  ...stored(factor('link-capacity', 1)),
]);

export const gtmMetrics = settings('metrics', 'Probing of resolvers.', [
  ...effective(
    integer('default-probe-limit', [0, uint32], 12, 'Probes of a path; 100 at most.'),
    integer('hops-packet-length', [0, uint32], 64, 'Size of traces.', { unit: 'bytes' }),
    integer('hops-sample-count', [0, uint32], 3, 'Traces of a path; 5 at most.'),
    integer('hops-timeout', [0, uint32], 3, 'Time for a trace; 10 at most.', seconds),
    integer('hops-ttl', [0, uint32], 604_800, 'Life of hop counts.', seconds),
    integer('inactive-ldns-ttl', [0, uint32], 2_419_200, 'Life of unused resolvers.', seconds),
    list(
      'metrics-collection-protocols',
      {
        kind: 'enum',
        values: ['icmp', 'tcp', 'udp', 'dns-dot', 'dns-rev'].map((value) => ({ value })),
      },
      'How resolvers are probed.',
      { default: ['icmp'] },
    ),
    integer('path-ttl', [0, uint32], 2400, 'Life of path data.', seconds),
    integer('paths-retry', [0, uint32], 120, 'Time between tries.', seconds),
  ),
  ...stored(
    integer('inactive-paths-ttl', [0, uint32], 604_800, 'Life of unused paths.', seconds),
    integer('ldns-update-interval', [0, uint32], 20, 'Time between updates.', seconds),
    integer('max-synchronous-monitor-requests', [1, uint32], 20, 'Probes at once.'),
    integer('metrics-caching', [0, 604_800], 3600, 'Life of metrics.', seconds),
  ),
]);
