/** Bandwidth control, rate shaping and classes of service: kept, no packet waits for them yet. */
import type { Component, StockObject } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  flags,
  integer,
  items,
  reference,
  stored,
  text,
  toggle,
  uint32,
} from '../properties.ts';
import { foldered, singleton } from '../stored.ts';

function kept(
  id: string,
  noun: string,
  help: string,
  order: number,
  properties: readonly Draft[],
  stock: readonly StockObject[] = [],
): Component {
  return foldered({ id: `net ${id}`, noun, help, scope: 'group', order, properties, stock });
}

/** Numbers with a unit behind them: "10mbps". */
const rate = (name: string, help: string): Draft => text(name, help, { default: '0' });
const percent = (name: string, help: string): Draft =>
  integer(name, [0, 100], 0, help, { unit: 'percent' });
const count = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, uint32], preset, help);
const marks: readonly Draft[] = [
  text('ip-tos', 'Type of service of packets above the rate.', { default: 'pass-through' }),
  text('link-qos', 'Quality of service of packets above the rate.', { default: 'pass-through' }),
];

const bwcPolicy = kept('bwc policy', 'Bandwidth Control Policy', 'How fast traffic may be.', 12, [
  items('categories', 'Parts of the rate.', {
    properties: stored(
      description,
      ...marks,
      rate('max-cat-rate', 'Highest rate.'),
      percent('max-cat-rate-percentage', 'Highest share.'),
    ),
    foldered: false,
    subCollection: false,
    noun: 'category',
    ordered: false,
  }),
  toggle('dynamic', 'disabled', 'Divide the rate among users.'),
  ...marks,
  count('log-period', 2048, 'Milliseconds between measurements.'),
  text('log-publisher', 'Where measurements are logged.', { default: 'none' }),
  rate('max-rate', 'Highest rate.'),
  rate('max-user-pps', 'Packets a second of a user.'),
  rate('max-user-rate', 'Highest rate of a user.'),
  toggle('measure', 'disabled', 'Measure.'),
]);

const bwcPriorityGroup = kept(
  'bwc priority-group',
  'Bandwidth Priority Group',
  'Which traffic gets how much.',
  12,
  [
    items('priority-classes', 'Classes.', {
      properties: stored(description, percent('weight-percentage', 'Share.')),
      foldered: false,
      subCollection: false,
      noun: 'priority class',
      ordered: false,
    }),
  ],
);

const bwcProbe = kept('bwc probe', 'Bandwidth Probe', 'Follows one user of a policy.', 13, [
  reference('policy', 'net bwc policy', 'The policy.'),
]);

const classRates: readonly Draft[] = [
  reference('drop-policy', 'net rate-shaping drop-policy', 'Which packets are lost first.'),
  count('max-burst', 0, 'Bytes at once.'),
  reference('queue', 'net rate-shaping queue', 'How packets wait.'),
  percent('rate-percentage', "Share of the parent's rate."),
  percent('ceiling-percentage', "Share of the parent's ceiling."),
];

const rateClass = kept('rate-shaping class', 'Rate Class', 'How fast traffic may be.', 14, [
  ...classRates,
  rate('ceiling', 'Highest rate when others leave room.'),
  choice('direction', ['any', 'to-client', 'to-server'], 'any', 'Direction.'),
  reference('parent', 'net rate-shaping class', 'Class that it borrows from.'),
  rate('rate', 'Rate.'),
  reference('shaping-policy', 'net rate-shaping shaping-policy', 'What is not said here.'),
]);

const shapingPolicy = kept(
  'rate-shaping shaping-policy',
  'Shaping Policy',
  'What rate classes have in common.',
  13,
  classRates,
);

const colorPolicer = kept(
  'rate-shaping color-policer',
  'Color Policer',
  'What happens above a rate (RFC 2697).',
  12,
  [
    choice('action', ['drop', 'set-dscp', 'set-cos'], 'drop', 'What happens above both.'),
    count('committed-burst-size', 0, 'Bytes at once.'),
    count('committed-information-rate', 0, 'Rate.'),
    count('excess-burst-size', 0, 'Bytes beyond that.'),
  ],
);

const dropPolicy = kept(
  'rate-shaping drop-policy',
  'Drop Policy',
  'Which packets are lost first.',
  11,
  [
    count('average-packet-size', 0, 'Bytes of a packet.'),
    count('fred-max-active', 0, 'Flows that are counted.'),
    count('fred-max-drop', 0, 'Most packets of a flow.'),
    count('fred-min-drop', 0, 'Fewest packets of a flow.'),
    count('inverse-weight', 0, 'How slowly the mean follows.'),
    percent('max-probability', 'Share that is lost at the maximum.'),
    count('max-threshold', 0, 'Mean at which all are lost.'),
    count('min-threshold', 0, 'Mean at which none is lost.'),
    count('red-hard-limit', 0, 'Longest queue.'),
    choice('type', ['fred', 'red', 'tail'], 'tail', 'Method.'),
  ],
  [
    {
      name: '/Common/fred',
      properties: {
        'average-packet-size': 1024,
        'fred-max-drop': 100,
        'inverse-weight': 128,
        'max-probability': 100,
        'max-threshold': 9216,
        'min-threshold': 3072,
        type: 'fred',
      },
    },
    {
      name: '/Common/red',
      properties: {
        'average-packet-size': 1024,
        'fred-max-active': 100,
        'inverse-weight': 512,
        'max-probability': 10,
        'max-threshold': 15,
        'min-threshold': 5,
        'red-hard-limit': 60,
        type: 'red',
      },
    },
    { name: '/Common/tail' },
  ],
);

const queue = kept(
  'rate-shaping queue',
  'Queue',
  'How packets wait.',
  11,
  [
    count('pfifo-max-size', 0, 'Largest queue of all priorities.'),
    count('pfifo-min-size', 0, 'Smallest queue of a priority.'),
    count('sfq-bucket-count', 0, 'Queues.'),
    count('sfq-bucket-size', 0, 'Size of a queue.'),
    count('sfq-perturbation', 10, 'Seconds until flows change queues.'),
    choice('type', ['none', 'pfifo', 'sfq'], 'none', 'Method.'),
  ],
  [
    {
      name: '/Common/pfifo',
      properties: { 'pfifo-max-size': 4_194_304, 'pfifo-min-size': 65_536, type: 'pfifo' },
    },
    { name: '/Common/sfq', properties: { 'sfq-bucket-count': 256, type: 'sfq' } },
  ],
);

const priority = reference('traffic-priority', 'net cos traffic-priority', 'Its priority.');

const cos: readonly Component[] = [
  singleton({
    id: 'net cos global-settings',
    noun: 'class of service settings',
    help: 'What tells the class of a packet.',
    scope: 'local',
    properties: [
      reference('default-traffic-priority', 'net cos traffic-priority', 'Priority of the rest.'),
      flags(
        'feature-enabled',
        ['feature-enabled', 'feature-disabled'],
        'feature-disabled',
        'Are there classes?',
      ),
      choice(
        'precedence',
        ['8021p-only', 'dscp-only', '8021p-then-dscp', 'dscp-then-8021p'],
        '8021p-only',
        'Which mark counts.',
      ),
    ],
  }),
  kept('cos map-8021p', '802.1p map', 'Priority of an 802.1p mark.', 13, [
    integer('value', [0, 7], 0, 'The mark.'),
    priority,
  ]),
  kept('cos map-dscp', 'DSCP map', 'Priority of a DSCP mark.', 13, [
    integer('value', [0, 63], 0, 'The mark.'),
    priority,
  ]),
  kept('cos traffic-priority', 'Traffic Priority', 'Share of buffers and of time.', 12, [
    percent('buffer', 'Share of buffers.'),
    integer('weight', [0, 255], 0, 'Share of time.'),
  ]),
];

export const netShaping: readonly Component[] = [
  bwcPolicy,
  bwcPriorityGroup,
  bwcProbe,
  ...cos,
  rateClass,
  colorPolicer,
  dropPolicy,
  queue,
  shapingPolicy,
];
