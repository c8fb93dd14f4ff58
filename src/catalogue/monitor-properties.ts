/** What most monitor types have in common, each said once. */
import type { Draft } from './properties.ts';
import { choice, endpoint, integer, text, toggle, yesNo } from './properties.ts';

export const agent: Draft = text('agent', 'User agent in requests.', {
  default: 'Mozilla/4.0 (compatible: MSIE 5.0; Windows NT)',
});
export const cert: Draft = text('cert', 'Client certificate.');
export const community: Draft = text('community', 'Community of the agent.', {
  default: 'public',
});
export const compatibility: Draft = toggle(
  'compatibility',
  'enabled',
  'Work around old TLS servers.',
);
export const count: Draft = text('count', 'Probes on one connection; 0 keeps it.', {
  default: '0',
});
export const database: Draft = text('database', 'Database to open.');
export const debug: Draft = yesNo('debug', 'no', 'Write a debug log.');
export const destination: Draft = endpoint(
  'destination',
  'Where to probe; `*:*`: the object itself.',
  { folder: false, wildcards: true, default: '*:*', listed: true },
);
export const filename: Draft = text('filename', 'File to fetch; the script of a scripted monitor.');
export const ignoreDownResponse: Draft = toggle(
  'ignore-down-response',
  'disabled',
  'Wait for the timeout also after a failure.',
);
export const interval = (preset: number): Draft =>
  integer('interval', [0, 86400], preset, 'Time between probes.', {
    unit: 'seconds',
    listed: true,
  });
export const key: Draft = text('key', 'Key of the client certificate.');
export const manualResume: Draft = toggle(
  'manual-resume',
  'disabled',
  'Stays down until somebody enables it.',
);
export const nasIpAddress: Draft = text('nas-ip-address', 'Address that the request names.');
export const password: Draft = text('password', 'Password to log in with.', { secret: true });
export const probeAttempts: Draft = integer('probe-attempts', [0, 10], 3, 'Probes in a round.');
export const probeInterval: Draft = integer(
  'probe-interval',
  [0, 86400],
  1,
  'Time between the probes of a round.',
  { unit: 'seconds' },
);
export const probeTimeout = (preset: number): Draft =>
  integer('probe-timeout', [0, 86400], preset, 'An answer later than this is a failure.', {
    unit: 'seconds',
  });
export const recv: Draft = text('recv', 'Regular expression that the answer must match.', {
  listed: true,
});
export const recvColumn: Draft = text('recv-column', 'Column that must match.');
export const recvRow: Draft = text('recv-row', 'Row that must match.');
export const recvDisable: Draft = text(
  'recv-disable',
  'An answer that matches disables the member instead of marking it down.',
  { listed: true },
);
export const reverse: Draft = toggle('reverse', 'disabled', 'A match marks it down.');
export const secret: Draft = text('secret', 'Shared secret.', { secret: true });
export const send: Draft = text('send', 'What is sent; \\r and \\n as written.', { listed: true });
export const sessionId: Draft = text('session-id', 'Session that the request names.');
export const timeUntilUp = (preset: number): Draft =>
  integer('time-until-up', [0, 86500], preset, 'Successes must last so long before it is up.', {
    unit: 'seconds',
    listed: true,
  });
export const timeout = (preset: number): Draft =>
  integer('timeout', [0, 86500], preset, 'Down when nothing succeeded for so long.', {
    unit: 'seconds',
    listed: true,
  });
export const transparent: Draft = toggle(
  'transparent',
  'disabled',
  'Probe the destination through the member.',
);
export const upInterval: Draft = integer(
  'up-interval',
  [0, 86400],
  0,
  'Time between probes while up; 0: as interval.',
  { unit: 'seconds' },
);
export const userDefined: Draft = {
  ...text(
    'user-defined',
    'Pairs of name and value: variables of a program; names of an SNMP agent, with `_threshold` and `_coefficient`.',
  ),
  type: { kind: 'string', pairs: true },
};
export const username: Draft = text('username', 'Name to log in with.');
export const version: Draft = choice('version', ['v1', 'v2c'], 'v1', 'Version of SNMP.');

export const dscp: Draft = integer(
  'ip-dscp',
  [0, 63],
  0,
  'Differentiated services code point of probes.',
  { listed: true },
);

/** Judging by response time instead of a fixed limit. */
export const adaptive: readonly Draft[] = [
  toggle('adaptive', 'disabled', 'Judge by response time.', { listed: true }),
  choice(
    'adaptive-divergence-type',
    ['relative', 'absolute'],
    'relative',
    'Percent or milliseconds.',
  ),
  integer('adaptive-divergence-value', [0, 86400000], 25, 'Slower than the mean by this fails.'),
  integer('adaptive-limit', [1, 10000], 200, 'Slower than this always fails.', {
    unit: 'milliseconds',
  }),
  integer('adaptive-sampling-timespan', [1, 86400], 300, 'Window of the mean.', {
    unit: 'seconds',
  }),
];

/** When a monitor of local traffic probes what, with these defaults in seconds. */
export const probing = (every: number, within: number): readonly Draft[] => [
  destination,
  interval(every),
  manualResume,
  timeUntilUp(0),
  timeout(within),
  upInterval,
];

/** When a monitor of global traffic probes what, with these defaults in seconds. */
export const asking = (every: number, answer: number, within: number): readonly Draft[] => [
  destination,
  ignoreDownResponse,
  interval(every),
  probeTimeout(answer),
  timeout(within),
];
