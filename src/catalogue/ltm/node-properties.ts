import { choice, effective, integer, struct, text, toggle, uint32 } from '../properties.ts';
import type { Draft } from '../properties.ts';

/** Ordered by users; what is shown (monitor-enabled, …) comes from the health roll-up. */
export const operatorSession: Draft = choice(
  'session',
  [
    { value: 'user-enabled', help: 'Takes connections.' },
    { value: 'user-disabled', help: 'Takes only persistent and active connections.' },
    { value: 'monitor-enabled', echo: true },
    { value: 'monitor-disabled', echo: true },
  ],
  'user-enabled',
  'May new sessions start?',
  { operatorState: true },
);

export const operatorState: Draft = choice(
  'state',
  [
    { value: 'user-up', help: 'Monitors decide.' },
    { value: 'user-down', help: 'Forced down, whatever monitors say.' },
    ...[
      'up',
      'down',
      'unchecked',
      'checking',
      'node-down',
      'addr-down',
      'fqdn-up',
      'fqdn-down',
      'fqdn-checking',
      'fqdn-up-no-addr',
    ].map((value) => ({ value, echo: true as const })),
  ],
  'user-up',
  'Forced down, or left to the monitors.',
  { operatorState: true },
);

export const rateLimit: Draft = integer(
  'rate-limit',
  [0, uint32],
  'disabled',
  'New connections a second.',
  { wire: 'string', words: ['disabled'] },
);

export const fqdn: Draft = struct(
  'fqdn',
  'Name to be resolved instead of a fixed address.',
  effective(
    text('tm-name', 'Domain name.'),
    choice('address-family', ['ipv4', 'ipv6', 'all'], 'ipv4', 'Families asked for.'),
    toggle('autopopulate', 'disabled', 'One node for each address found.'),
    integer('interval', [0, uint32], 3600, 'Time between questions.', {
      unit: 'seconds',
      wire: 'string',
      words: ['ttl'],
    }),
    integer('down-interval', [0, uint32], 5, 'Time between questions after a failed one.', {
      unit: 'seconds',
    }),
  ),
);
