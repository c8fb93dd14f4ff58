import { choice, effective, integer, stored, toggle, uint32 } from '../properties.ts';
import { profile } from './profile.ts';

const seconds = { unit: 'seconds' } as const;
const immediate = { ...seconds, wire: 'string', words: ['indefinite', 'immediate'] } as const;
const quality = { wire: 'string', words: ['pass-through', 'mimic'] } as const;
const passThrough = { wire: 'string', words: ['pass-through'] } as const;

const acceleration = stored(
  choice(
    'pva-acceleration',
    ['full', 'partial', 'none', 'dedicated', 'guaranteed'],
    'full',
    'Hardware acceleration.',
  ),
  integer('pva-dynamic-client-packets', [0, 10], 1, 'Client packets before acceleration.'),
  integer('pva-dynamic-server-packets', [0, 10], 0, 'Server packets before acceleration.'),
  toggle('pva-flow-aging', 'enabled', 'Age accelerated flows.'),
  toggle('pva-flow-evict', 'enabled', 'Evict accelerated flows.'),
  toggle('pva-offload-dynamic', 'enabled', 'Accelerate while running.'),
  choice('pva-offload-state', ['embryonic', 'establish'], 'embryonic', 'When acceleration begins.'),
  integer('other-pva-clientpkts-threshold', [0, 10], 2, 'Client packets of other protocols.'),
  choice(
    'other-pva-offload-direction',
    ['bidirectional', 'unidirectional'],
    'bidirectional',
    'Direction for other protocols.',
  ),
  integer('other-pva-serverpkts-threshold', [0, 10], 1, 'Server packets of other protocols.'),
  choice(
    'other-pva-whento-offload',
    ['after-packets-both-direction', 'after-packets-per-direction'],
    'after-packets-per-direction',
    'When other protocols are accelerated.',
  ),
  choice(
    'tcp-pva-whento-offload',
    ['embryonic', 'establish'],
    'embryonic',
    'When TCP is accelerated.',
  ),
);

const packets = stored(
  choice('ip-df-mode', ['pmtu', 'preserve', 'set', 'clear'], 'preserve', "The don't fragment bit."),
  integer(
    'ip-tos-to-client',
    [0, 255],
    'pass-through',
    'Type of service towards the client.',
    quality,
  ),
  integer(
    'ip-tos-to-server',
    [0, 255],
    'pass-through',
    'Type of service towards the server.',
    quality,
  ),
  choice('ip-ttl-mode', ['proxy', 'preserve', 'decrement', 'set'], 'decrement', 'Hop limit.'),
  integer('ip-ttl-v4', [1, 255], 255, 'Hop limit to set, IPv4.'),
  integer('ip-ttl-v6', [1, 255], 64, 'Hop limit to set, IPv6.'),
  integer(
    'link-qos-to-client',
    [0, 7],
    'pass-through',
    'Link quality of service towards the client.',
    passThrough,
  ),
  integer(
    'link-qos-to-server',
    [0, 7],
    'pass-through',
    'Link quality of service towards the server.',
    passThrough,
  ),
  integer(
    'priority-to-client',
    [0, 7],
    'pass-through',
    'Queue priority towards the client.',
    passThrough,
  ),
  integer(
    'priority-to-server',
    [0, 7],
    'pass-through',
    'Queue priority towards the server.',
    passThrough,
  ),
  integer('mss-override', [0, 9162], 0, 'Segment size to offer; 0: unchanged.', { unit: 'bytes' }),
  toggle('reassemble-fragments', 'disabled', 'Put fragments together first.'),
);

const tcp = stored(
  integer(
    'client-timeout',
    [0, uint32],
    30,
    'Time for the client to send, with late binding.',
    seconds,
  ),
  toggle('explicit-flow-migration', 'disabled', 'Move a flow only when a rule says so.'),
  toggle('hardware-syn-cookie', 'disabled', 'SYN cookies by the network card.'),
  integer('keep-alive-interval', [0, 65_535], 'disabled', 'Time between keep-alive probes.', {
    ...seconds,
    wire: 'string',
    words: ['disabled'],
  }),
  toggle('late-binding', 'disabled', 'Choose the server after looking at content.'),
  integer('receive-window-size', [0, uint32], 0, 'Window with late binding; 0: unchanged.', {
    unit: 'bytes',
  }),
  toggle('rtt-from-client', 'disabled', 'Measure round trips on the client side.'),
  toggle('rtt-from-server', 'disabled', 'Measure round trips on the server side.'),
  toggle('server-sack', 'disabled', 'Server understands selective acks (SYN cookies).'),
  toggle('server-timestamp', 'disabled', 'Server understands timestamps (SYN cookies).'),
  toggle('software-syn-cookie', 'disabled', 'SYN cookies in software.'),
  toggle('syn-cookie-enable', 'enabled', 'SYN cookies under attack.'),
  integer('syn-cookie-mss', [0, 9162], 0, 'Segment size in cookies.', { unit: 'bytes' }),
  toggle('syn-cookie-whitelist', 'disabled', 'Trust clients that answered a cookie.'),
  integer('tcp-close-timeout', [0, uint32], 5, 'Flows closing end after this.', immediate),
  toggle('tcp-generate-isn', 'disabled', 'Own initial sequence numbers.'),
  integer('tcp-handshake-timeout', [0, uint32], 5, 'Handshakes end after this.', immediate),
  toggle('tcp-strip-sack', 'disabled', 'Remove selective acks.'),
  integer('tcp-time-wait-timeout', [0, 60_000], 0, 'Time in TIME-WAIT.', { unit: 'milliseconds' }),
  choice('tcp-timestamp-mode', ['preserve', 'strip', 'rewrite'], 'preserve', 'Timestamps.'),
  choice('tcp-wscale-mode', ['preserve', 'strip', 'rewrite'], 'preserve', 'Window scale.'),
  choice('timeout-recovery', ['disconnect', 'fallback'], 'disconnect', 'After the client timeout.'),
);

export const ltmProfileFastl4 = profile({
  name: 'profile fastl4',
  noun: 'profile',
  help: 'Connections handled packet by packet, without a proxy.',
  properties: [
    ...effective(
      integer('idle-timeout', [0, uint32], 300, 'Flows without traffic end after this.', immediate),
    ),
    ...stored(
      toggle('loose-initialization', 'disabled', 'Begin a flow with any packet.'),
      toggle('loose-close', 'disabled', 'Forget a flow at the first FIN.'),
      toggle('reset-on-timeout', 'enabled', 'Reset flows that timed out.'),
    ),
    ...packets,
    ...tcp,
    ...acceleration,
  ],
  stock: [
    { name: '/Common/fastL4' },
    { name: '/Common/full-acceleration', properties: { 'defaults-from': '/Common/fastL4' } },
    {
      name: '/Common/apm-forwarding-fastL4',
      properties: {
        'defaults-from': '/Common/fastL4',
        'idle-timeout': '7200',
      },
    },
  ],
});
