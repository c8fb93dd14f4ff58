import type { Component, Property } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  items,
  metadata,
  monitorRule,
  stored,
  toggle,
  uint32,
} from '../properties.ts';
import { gtmMonitors } from './monitor.ts';
import { limits } from './limits.ts';

/** Methods by where they may be used; dynamic ones are refused as alternate, as on BIG-IP. */
export const fixedModes = [
  'round-robin',
  'ratio',
  'global-availability',
  'topology',
  'static-persistence',
  'drop-packet',
  'return-to-dns',
  'fallback-ip',
  'packet-rate',
  'virtual-server-capacity',
  'virtual-server-score',
];
export const measuredModes = [
  'least-connections',
  'lowest-round-trip-time',
  'fewest-hops',
  'completion-rate',
  'quality-of-service',
  'cpu',
  'kilobytes-per-second',
];

const weight = (name: string, preset: number, what: string): Draft =>
  integer(name, [0, uint32], preset, `Weight of ${what} in quality-of-service.`);

export const weights: readonly Draft[] = [
  weight('qos-kilobytes-second', 3, 'throughput'),
  weight('qos-packet-rate', 1, 'packet rate'),
  weight('qos-topology', 0, 'topology'),
  weight('qos-vs-capacity', 0, 'capacity'),
  weight('qos-vs-score', 0, 'score'),
];

/** Of what is not measured here: paths to resolvers, and links. */
export const unmeasuredWeights: readonly Draft[] = [
  weight('qos-hit-ratio', 5, 'completion'),
  weight('qos-hops', 0, 'hops'),
  weight('qos-lcs', 30, 'link capacity'),
  weight('qos-rtt', 50, 'round trip time'),
];

const memberProperties: readonly Property[] = [
  ...effective(
    integer('member-order', [0, 65_535], 0, 'Place in the list; 0 is first.'),
    integer('ratio', [0, uint32], 1, 'Weight for the ratio method.'),
    enabledFlag('Does it take part in answers?'),
    ...limits,
    description,
  ),
  ...stored(
    monitorRule('monitor', gtmMonitors, "The member's own monitors; default: the pool's.", {
      default: 'default',
    }),
  ),
];

function pool(type: 'a' | 'aaaa', records: string): Component {
  return {
    id: `gtm pool ${type}`,
    noun: 'Pool',
    help: `Virtual servers whose addresses answer questions for ${records}.`,
    naming: { kind: 'foldered' },
    scope: 'gtm',
    statistics: true,
    order: 64,
    checks: ['gtm-pool-members'],
    properties: [
      ...effective(
        items('members', 'Virtual servers, as server and name.', {
          properties: memberProperties,
          foldered: true,
          subCollection: true,
          noun: 'Pool Member',
          ordered: true,
          nameCheck: 'gtm-pool-member',
          statistics: true,
        }),
        choice(
          'load-balancing-mode',
          [...fixedModes, ...measuredModes],
          'round-robin',
          'First method.',
        ),
        choice(
          'alternate-mode',
          ['none', ...fixedModes],
          'round-robin',
          'When the first gives nothing.',
        ),
        choice(
          'fallback-mode',
          ['none', ...fixedModes, ...measuredModes],
          'return-to-dns',
          'When the alternate gives nothing; states are ignored.',
        ),
        address('fallback-ip', 'Answer of method fallback-ip.', {
          words: ['any', 'any6'],
          default: 'any',
        }),
        integer('ttl', [0, uint32], 30, 'Life of answers.', { unit: 'seconds' }),
        integer('max-answers-returned', [1, 500], 1, 'Addresses in an answer.'),
        toggle('verify-member-availability', 'enabled', 'Only members that are up.'),
        monitorRule('monitor', gtmMonitors, 'Monitors of the members.', { default: 'default' }),
        toggle('dynamic-ratio', 'disabled', 'Scores of the method are weights.'),
        choice(
          'min-members-up-mode',
          ['off', 'number', 'percent'],
          'off',
          'How min-members-up-value counts.',
        ),
        integer('min-members-up-value', [0, uint32], 0, 'Members that have to be up.'),
        ...weights,
        ...limits,
        toggle(
          'manual-resume',
          'disabled',
          'Members that were down stay so until enabled by hand.',
        ),
        enabledFlag('Does it take part in answers?'),
        description,
      ),
      ...stored(...unmeasuredWeights, metadata),
    ],
  };
}

export const gtmPoolA = pool('a', 'A records');
export const gtmPoolAaaa = pool('aaaa', 'AAAA records');
