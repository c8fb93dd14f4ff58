import { choice, effective, integer, stored, text, toggle, uint32 } from '../properties.ts';
import { profile } from './profile.ts';
import { specialTcpProfiles } from './profile-tcp-stock.ts';

const bytes = { unit: 'bytes' } as const;
const seconds = { unit: 'seconds' } as const;
const milliseconds = { unit: 'milliseconds' } as const;

const timers = effective(
  integer('idle-timeout', [0, uint32], 300, 'Connections without traffic end after this.', {
    ...seconds,
    words: ['indefinite'],
  }),
);

const keepAlive = effective(
  integer('keep-alive-interval', [0, uint32], 1800, 'Time between keep-alive probes.', seconds),
);

const bufferSettings = stored(
  toggle('auto-proxy-buffer-size', 'disabled', 'Tune the proxy buffer by itself.'),
  toggle('auto-receive-window-size', 'disabled', 'Tune the receive window by itself.'),
  toggle('auto-send-buffer-size', 'disabled', 'Tune the send buffer by itself.'),
  integer('proxy-buffer-high', [64, uint32], 65535, 'Stop reading at this much unsent.', bytes),
  integer('proxy-buffer-low', [64, uint32], 32768, 'Read again below this.', bytes),
  integer('receive-window-size', [128, uint32], 65535, 'Largest window offered.', bytes),
  integer('send-buffer-size', [64, uint32], 131072, 'Bytes sent and not acknowledged.', bytes),
);

const congestion = stored(
  toggle('abc', 'enabled', 'Grow the window by bytes acknowledged rather than segments.'),
  toggle('cmetrics-cache', 'enabled', 'Start with what was learnt of the same peer.'),
  integer('cmetrics-cache-timeout', [0, uint32], 0, 'Forget what was learnt after this.', seconds),
  choice(
    'congestion-control',
    [
      'high-speed',
      'new-reno',
      'none',
      'reno',
      'scalable',
      'vegas',
      'illinois',
      'woodside',
      'chd',
      'cdg',
      'cubic',
      'westwood',
      'bbr',
    ],
    'high-speed',
    'Algorithm.',
  ),
  toggle('delay-window-control', 'disabled', 'Also slow down by delay.'),
  toggle('early-retransmit', 'enabled', 'Retransmit sooner with little in flight.'),
  toggle('ecn', 'enabled', 'Explicit congestion notification.'),
  toggle('enhanced-loss-recovery', 'enabled', 'Recover from several losses by selective acks.'),
  integer('init-cwnd', [0, 64], 10, 'Segments sent at first.'),
  integer('init-rwnd', [0, 64], 10, 'Segments accepted at first.'),
  toggle('limited-transmit', 'enabled', 'New data on the first duplicate acks.'),
  integer('pkt-loss-ignore-burst', [0, 32], 0, 'Losses in a row not seen as congestion.'),
  integer('pkt-loss-ignore-rate', [0, 1_000_000], 0, 'Losses in a million not seen as congestion.'),
  toggle('rate-pace', 'enabled', 'Spread segments over the round trip.'),
  integer('rate-pace-max-rate', [0, uint32], 0, 'Fastest pace; 0: no bound.', bytes),
  integer('rexmt-thresh', [2, 255], 3, 'Duplicate acks that start a retransmission.'),
  toggle('selective-acks', 'enabled', 'Selective acknowledgements.'),
  toggle('selective-nack', 'disabled', 'Selective negative acknowledgements.'),
  toggle('slow-start', 'enabled', 'Begin slowly.'),
  toggle('tail-loss-probe', 'enabled', 'Probe for a loss at the end of a burst.'),
);

const listening = effective(
  toggle('deferred-accept', 'disabled', 'Wait for data before a connection counts.'),
  integer('max-segment-size', [0, uint32], 1460, 'Largest segment offered.', bytes),
);

const segments = stored(
  toggle('ack-on-push', 'enabled', 'Acknowledge at once what was pushed.'),
  toggle('delayed-acks', 'enabled', 'One acknowledgement for several segments.'),
  toggle('dsack', 'disabled', 'Tell of segments received twice.'),
  toggle('fast-open', 'enabled', 'Data with the first segment.'),
  integer(
    'fast-open-cookie-expiration',
    [1, 1_000_000],
    21600,
    'Life of a fast open cookie.',
    seconds,
  ),
  toggle('hardware-syn-cookie', 'enabled', 'SYN cookies by the network card.'),
  choice('ip-df-mode', ['pmtu', 'preserve', 'set', 'clear'], 'pmtu', "The don't fragment bit."),
  integer('ip-tos-to-client', [0, 255], 0, 'Type of service towards the client.', {
    wire: 'string',
    words: ['pass-through', 'mimic'],
  }),
  choice(
    'ip-ttl-mode',
    ['proxy', 'preserve', 'decrement', 'set'],
    'proxy',
    'Hop limit of packets.',
  ),
  integer('ip-ttl-v4', [1, 255], 255, 'Hop limit to set, IPv4.'),
  integer('ip-ttl-v6', [1, 255], 64, 'Hop limit to set, IPv6.'),
  integer('link-qos-to-client', [0, 7], 0, 'Link quality of service towards the client.', {
    wire: 'string',
    words: ['pass-through'],
  }),
  toggle('md5-signature', 'disabled', 'Sign segments (RFC 2385).'),
  text('md5-signature-passphrase', 'Secret of the signatures.', { secret: true }),
  choice('nagle', ['enabled', 'disabled', 'auto'], 'disabled', 'Hold small segments back.'),
  toggle('proxy-mss', 'enabled', 'Offer the server what the client offered.'),
  toggle('proxy-options', 'disabled', 'Offer the server the options the client offered.'),
  choice('push-flag', ['default', 'none', 'one', 'auto'], 'default', 'When segments are pushed.'),
  text('tcp-options', 'Options kept for rules.'),
  toggle('timestamps', 'enabled', 'Timestamps (RFC 7323).'),
  toggle('verified-accept', 'disabled', 'Reach the server before accepting the client.'),
);

const closing = stored(
  integer('close-wait-timeout', [0, uint32], 5, 'Longest time in CLOSE-WAIT.', {
    ...seconds,
    words: ['indefinite', 'immediate'],
  }),
  integer('fin-wait-timeout', [0, uint32], 5, 'Longest time in FIN-WAIT-1, CLOSING.', {
    ...seconds,
    words: ['indefinite', 'immediate'],
  }),
  integer('fin-wait-2-timeout', [0, uint32], 300, 'Longest time in FIN-WAIT-2.', {
    ...seconds,
    words: ['indefinite', 'immediate'],
    rest: 'finWait_2Timeout',
  }),
  integer('max-retrans', [0, 255], 8, 'Retransmissions before giving up.'),
  integer('minimum-rto', [0, 5000], 1000, 'Shortest retransmission timeout.', milliseconds),
  toggle('reset-on-timeout', 'enabled', 'Reset connections that timed out.'),
  toggle('syn-cookie-enable', 'enabled', 'SYN cookies under attack.'),
  toggle('syn-cookie-whitelist', 'disabled', 'Trust clients that answered a cookie.'),
  integer('syn-max-retrans', [0, 12], 3, 'SYN retransmissions.'),
  integer('syn-rto-base', [0, 5000], 3000, 'First SYN retransmission timeout.', milliseconds),
  toggle('time-wait-recycle', 'enabled', 'Reopen a connection in TIME-WAIT.'),
  integer('time-wait-timeout', [0, 600_000], 2000, 'Time in TIME-WAIT.', {
    ...milliseconds,
    wire: 'string',
    words: ['indefinite', 'immediate'],
  }),
  integer('zero-window-timeout', [0, uint32], 20000, 'Longest zero window.', {
    ...milliseconds,
    words: ['indefinite', 'immediate'],
  }),
);

const multipath = stored(
  choice('mptcp', ['enabled', 'disabled', 'passthrough'], 'disabled', 'Multipath TCP.'),
  toggle('mptcp-csum', 'disabled', 'Compute checksums.'),
  toggle('mptcp-csum-verify', 'disabled', 'Verify checksums.'),
  toggle('mptcp-debug', 'disabled', 'Trace.'),
  choice(
    'mptcp-fallback',
    ['accept', 'active-accept', 'reset', 'retransmit'],
    'reset',
    'When the peer falls back.',
  ),
  toggle('mptcp-fastjoin', 'disabled', 'Data with a join.'),
  integer('mptcp-idle-timeout', [0, uint32], 300, 'Idle connections end after this.', seconds),
  integer('mptcp-join-max', [0, 20], 5, 'Joins allowed.'),
  toggle('mptcp-makeafterbreak', 'disabled', 'Live on without subflows.'),
  toggle('mptcp-nojoindssack', 'disabled', 'No data acknowledgement on join.'),
  integer('mptcp-rtomax', [0, uint32], 5, 'Timeouts before a subflow is given up.'),
  integer('mptcp-rxmitmin', [0, uint32], 1000, 'Shortest retransmission timeout.', milliseconds),
  integer('mptcp-subflowmax', [0, uint32], 6, 'Subflows allowed.'),
  integer('mptcp-timeout', [0, uint32], 3600, 'Life of a session without subflows.', seconds),
);

const tuned = { nagle: 'auto', 'proxy-buffer-high': 262144, 'proxy-buffer-low': 196608 };

export const ltmProfileTcp = profile({
  name: 'profile tcp',
  noun: 'profile',
  help: 'How TCP connections behave.',
  statistics: true,
  properties: [
    ...timers,
    ...keepAlive,
    ...bufferSettings,
    ...congestion,
    ...listening,
    ...segments,
    ...closing,
    ...multipath,
  ],
  stock: [
    { name: '/Common/tcp' },
    {
      name: '/Common/tcp-legacy',
      properties: {
        'defaults-from': '/Common/tcp',
        'early-retransmit': 'disabled',
        ecn: 'disabled',
        'enhanced-loss-recovery': 'disabled',
        'fast-open': 'disabled',
        'init-cwnd': 3,
        'init-rwnd': 3,
        'proxy-buffer-high': 49152,
        'proxy-options': 'enabled',
        'rate-pace': 'disabled',
        'send-buffer-size': 65535,
        'tail-loss-probe': 'disabled',
      },
    },
    {
      name: '/Common/tcp-lan-optimized',
      properties: {
        'defaults-from': '/Common/tcp-legacy',
        'proxy-buffer-high': 131072,
        'proxy-buffer-low': 98304,
        'slow-start': 'disabled',
      },
    },
    {
      name: '/Common/tcp-wan-optimized',
      properties: {
        'defaults-from': '/Common/tcp-legacy',
        nagle: 'enabled',
        'proxy-buffer-high': 131072,
        'proxy-buffer-low': 131072,
      },
    },
    {
      name: '/Common/f5-tcp-lan',
      properties: {
        'defaults-from': '/Common/tcp',
        'init-cwnd': 16,
        'init-rwnd': 16,
        'minimum-rto': 200,
        nagle: 'auto',
        'send-buffer-size': 65535,
      },
    },
    {
      name: '/Common/f5-tcp-wan',
      properties: {
        'defaults-from': '/Common/tcp',
        'congestion-control': 'woodside',
        'delayed-acks': 'disabled',
        'minimum-rto': 500,
        'receive-window-size': 131072,
        'send-buffer-size': 262144,
        ...tuned,
      },
    },
    {
      name: '/Common/f5-tcp-progressive',
      properties: {
        'defaults-from': '/Common/tcp',
        'auto-proxy-buffer-size': 'enabled',
        'auto-receive-window-size': 'enabled',
        'auto-send-buffer-size': 'enabled',
        'congestion-control': 'woodside',
        'init-cwnd': 16,
        'init-rwnd': 16,
        'push-flag': 'auto',
        'receive-window-size': 131072,
        'send-buffer-size': 262144,
        ...tuned,
      },
    },
    ...specialTcpProfiles,
  ],
});
