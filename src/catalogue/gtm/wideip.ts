import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  effective,
  enabledFlag,
  integer,
  items,
  list,
  metadata,
  references,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { failureRcodes } from './global-settings.ts';

const poolUse = effective(
  integer('order', [0, uint32], undefined, 'Place in the list; 0 is first.'),
  integer('ratio', [0, uint32], 1, 'Weight for the ratio method.'),
);

/** Their answer is an alias, whatever was asked. */
const aliasPools: Draft = items('pools-cname', 'Pools of aliases, among the others by order.', {
  properties: poolUse,
  foldered: true,
  nameReference: { to: ['gtm pool cname'] },
  subCollection: false,
  noun: 'Pool',
  ordered: true,
});

function wideip(type: string, records: string): Component {
  return {
    id: `gtm wideip ${type}`,
    noun: 'Wide IP',
    help: `A name whose ${records} follow health.`,
    naming: { kind: 'foldered', nameCheck: 'wide-ip' },
    scope: 'gtm',
    statistics: true,
    order: 66,
    checks: ['wide-ip-aliases'],
    properties: [
      ...effective(
        items('pools', 'Pools, in order.', {
          properties: poolUse,
          foldered: true,
          nameReference: { to: [`gtm pool ${type}`] },
          subCollection: false,
          noun: 'Pool',
          ordered: true,
        }),
        ...(type === 'cname' ? [] : [aliasPools]),
        choice(
          'pool-lb-mode',
          ['round-robin', 'ratio', 'topology', 'global-availability'],
          'round-robin',
          'How a pool is chosen.',
        ),
        text('last-resort-pool', 'Pool when no other gives an answer: type and name.', {
          check: 'typed-pool',
        }),
        list('aliases', { kind: 'string', check: 'wide-ip' }, 'More names; * and ? match.'),
        toggle('failure-rcode-response', 'disabled', 'Answer failure-rcode when there is nothing.'),
        choice('failure-rcode', failureRcodes, 'noerror', 'That answer.'),
        integer('failure-rcode-ttl', [0, uint32], 0, 'How long it may be remembered; 0: not.', {
          unit: 'seconds',
        }),
        toggle('persistence', 'disabled', 'A resolver gets the same answer again.'),
        integer('ttl-persistence', [0, uint32], 3600, 'How long it gets it.', { unit: 'seconds' }),
        integer('persist-cidr-ipv4', [0, 32], 32, 'Resolvers that count as one, IPv4.'),
        integer('persist-cidr-ipv6', [0, 128], 128, 'Resolvers that count as one, IPv6.'),
        toggle('minimal-response', 'enabled', 'Answer no more than was asked.'),
        toggle(
          'topology-prefer-edns0-client-subnet',
          'disabled',
          "Take the client's network from EDNS0.",
        ),
        list(
          'load-balancing-decision-log-verbosity',
          {
            kind: 'enum',
            values: [
              { value: 'pool-selection' },
              { value: 'pool-traversal' },
              { value: 'pool-member-selection' },
              { value: 'pool-member-traversal' },
            ],
          },
          'What of a decision is logged.',
        ),
        enabledFlag('Is the name answered?'),
        description,
      ),
      ...stored(references('rules', 'gtm rule', 'iRules, in order.', { ordered: true }), metadata),
    ],
  };
}

export const gtmWideipA = wideip('a', 'A records');
export const gtmWideipAaaa = wideip('aaaa', 'AAAA records');

/** Wide IPs of names: aliases, mail servers, services. */
export const gtmNameWideips: readonly Component[] = ['cname', 'mx', 'naptr', 'srv'].map((type) =>
  wideip(type, `${type.toUpperCase()} records`),
);
