import type { Draft } from '../properties.ts';
import type { Component } from '../types.ts';
import {
  choice,
  effective,
  integer,
  reference,
  stored,
  struct,
  text,
  texts,
  toggle,
  trueFalse,
  uint32,
  yesNo,
} from '../properties.ts';
import { profile } from './profile.ts';

const counters: readonly Draft[] = Array.from({ length: 32 }, (_, index) =>
  text(`field${index + 1}`, 'Name of a counter.'),
);

/** Handing requests or answers to another virtual server, which changes them. */
const adaptation: readonly Draft[] = [
  choice('allow-http-10', ['yes', 'no'], 'no', 'Also for HTTP 1.0.', { rest: 'allowHttp_10' }),
  yesNo('enabled', 'yes', 'Is it on?'),
  reference('internal-virtual', 'ltm virtual', 'Internal virtual server that adapts.'),
  integer('preview-size', [0, 51200], 1024, 'Bytes sent ahead.', { unit: 'bytes' }),
  choice('service-down-action', ['ignore', 'drop', 'reset'], 'ignore', 'When it does not answer.'),
  integer('timeout', [0, uint32], 0, 'Wait for its answer; 0: for ever.', {
    unit: 'milliseconds',
  }),
];

/** Profiles around HTTP that are kept; traffic passes as without them. */
export const ltmWebProfiles: readonly Component[] = [
  profile({
    name: 'profile analytics',
    noun: 'Analytics Profile',
    help: 'What is counted of HTTP traffic.',
    properties: stored(
      toggle('captured-traffic-external-logging', 'disabled', 'Send captured traffic away.'),
      toggle('captured-traffic-internal-logging', 'disabled', 'Keep captured traffic here.'),
      toggle('collect-geo', 'disabled', 'Count by country.'),
      toggle('collect-http-timing-metrics', 'disabled', 'Measure the parts of a request.'),
      toggle('collect-ip', 'disabled', 'Count by client address.'),
      toggle('collect-max-tps-and-throughput', 'disabled', 'Keep the highest rates.'),
      toggle('collect-methods', 'enabled', 'Count by method.'),
      toggle('collect-os-and-browser', 'enabled', 'Count by browser.'),
      toggle('collect-page-load-time', 'disabled', 'Measure pages in browsers.'),
      toggle('collect-response-codes', 'enabled', 'Count by status.'),
      toggle('collect-subnets', 'disabled', 'Count by network.'),
      toggle('collect-url', 'disabled', 'Count by path.'),
      toggle('collect-user-agent', 'disabled', 'Count by user agent.'),
      toggle('collect-user-sessions', 'disabled', 'Count sessions.'),
      toggle('collected-stats-external-logging', 'disabled', 'Send the counters away.'),
      toggle('collected-stats-internal-logging', 'enabled', 'Keep the counters here.'),
      texts('countries-for-stat-collection', 'Countries counted one by one.'),
      text('external-logging-publisher', 'Where counters are sent.'),
      texts('ips-for-stat-collection', 'Addresses counted one by one.'),
      toggle('notification-by-email', 'disabled', 'Alert by mail.'),
      toggle('notification-by-snmp', 'disabled', 'Alert by SNMP.'),
      toggle('notification-by-syslog', 'disabled', 'Alert by syslog.'),
      texts('notification-email-addresses', 'Who gets the mail.'),
      toggle('publish-irule-statistics', 'disabled', 'Let rules read counters.'),
      toggle('sampling', 'enabled', 'Look at a part of the traffic.'),
      choice(
        'session-cookie-security',
        ['always-secure', 'never-secure', 'ssl-only'],
        'ssl-only',
        'Cookie over TLS only.',
      ),
      text('session-timeout-minutes', 'Life of a session, in minutes.', { default: '5' }),
      reference('smtp-config', 'sys smtp-server', 'Mail server.'),
      texts('subnets-for-stat-collection', 'Networks counted one by one.'),
      texts('urls-for-stat-collection', 'Paths counted one by one.'),
    ),
    stock: [{ name: '/Common/analytics' }],
  }),
  profile({
    name: 'profile html',
    noun: 'HTML Profile',
    help: 'Rewrites pages by rules.',
    properties: stored(
      toggle('content-detection', 'disabled', 'Look at the content to know its kind.'),
      texts('content-selection', 'Content types that are rewritten.', {
        default: ['text/html', 'text/xhtml'],
      }),
    ),
    stock: [{ name: '/Common/html' }],
  }),
  profile({
    name: 'profile http-compression',
    noun: 'HTTP Compression Profile',
    help: 'Compresses answers.',
    properties: [
      ...effective(
        texts('content-type-include', 'Content types that are compressed.', {
          default: ['text/', 'application/(xml|x-javascript)'],
        }),
        toggle('keep-accept-encoding', 'disabled', 'Let servers compress.'),
        choice('method-prefer', ['gzip', 'deflate'], 'gzip', 'Kind of compression.'),
      ),
      ...stored(
        choice('allow-http-10', ['enabled', 'disabled'], 'disabled', 'Also for HTTP 1.0.', {
          rest: 'allowHttp_10',
        }),
        toggle('browser-workarounds', 'disabled', 'Work around old browsers.'),
        integer('buffer-size', [0, uint32], 4096, 'Bytes looked at before the decision.', {
          unit: 'bytes',
        }),
        texts('content-type-exclude', 'Content types left alone.'),
        toggle('cpu-saver', 'enabled', 'Compress less under load.'),
        integer('cpu-saver-high', [0, 100], 90, 'Load at which it compresses less.', {
          unit: 'percent',
        }),
        integer('cpu-saver-low', [0, 100], 75, 'Load at which it compresses as usual.', {
          unit: 'percent',
        }),
        integer('gzip-level', [1, 9], 1, 'Effort of compression.'),
        integer('gzip-memory-level', [1, uint32], 8192, 'Memory of compression.', {
          unit: 'bytes',
        }),
        integer('gzip-window-size', [1, uint32], 16384, 'Window of compression.', {
          unit: 'bytes',
        }),
        integer('min-size', [0, uint32], 1024, 'Smaller answers are left alone.', {
          unit: 'bytes',
        }),
        toggle('selective', 'disabled', 'Compress only where a rule says so.'),
        texts('uri-exclude', 'Paths left alone.'),
        texts('uri-include', 'Paths that are compressed.', { default: ['.*'] }),
        toggle('vary-header', 'enabled', 'Add Vary.'),
      ),
    ],
    stock: [
      { name: '/Common/httpcompression' },
      {
        name: '/Common/wan-optimized-compression',
        properties: {
          'defaults-from': '/Common/httpcompression',
          'allow-http-10': 'enabled',
          'buffer-size': 131072,
          'gzip-memory-level': 16384,
          'gzip-window-size': 65536,
        },
      },
    ],
  }),
  profile({
    name: 'profile http-proxy-connect',
    noun: 'HTTP Proxy Connect Profile',
    help: 'Requests to connect towards a proxy.',
    properties: stored(
      choice('default-state', ['enabled', 'disabled'], 'enabled', 'Is it on for every request?'),
    ),
    stock: [{ name: '/Common/http-proxy-connect' }],
  }),
  profile({
    name: 'profile http2',
    noun: 'HTTP2 Profile',
    help: 'How HTTP/2 behaves.',
    properties: [
      ...effective(
        choice(
          'insert-header',
          ['enabled', 'disabled'],
          'disabled',
          'Tell servers of HTTP/2 in a header.',
        ),
        text('insert-header-name', 'Name of that header.', { default: 'X-HTTP2' }),
      ),
      ...stored(
        texts('activation-modes', 'How clients ask for HTTP/2.', { default: ['alpn'] }),
        integer(
          'concurrent-streams-per-connection',
          [1, 256],
          10,
          'Requests at once on a connection.',
        ),
        integer(
          'connection-idle-timeout',
          [0, uint32],
          300,
          'Connections without traffic end after this.',
          { unit: 'seconds' },
        ),
        choice(
          'enforce-tls-requirements',
          ['enabled', 'disabled'],
          'enabled',
          'Hold clients to the TLS rules of RFC 7540.',
        ),
        integer('frame-size', [1024, 16384], 2048, 'Largest frame.', { unit: 'bytes' }),
        integer('header-table-size', [0, 65535], 4096, 'Table of header compression.', {
          unit: 'bytes',
        }),
        choice(
          'include-content-length',
          ['enabled', 'disabled'],
          'disabled',
          'Keep Content-Length.',
        ),
        integer('receive-window', [16, 128], 32, 'Receive window.', { unit: 'kilobytes' }),
        integer('write-size', [2048, 32768], 16384, 'Bytes written at once.', { unit: 'bytes' }),
      ),
    ],
    stock: [{ name: '/Common/http2' }],
  }),
  profile({
    name: 'profile httprouter',
    noun: 'HTTP Router Profile',
    help: 'Requests are routed one by one.',
    properties: stored(),
    stock: [{ name: '/Common/httprouter' }],
  }),
  profile({
    name: 'profile ntlm',
    noun: 'NTLM Profile',
    help: 'Server connections reused by NTLM identity.',
    properties: stored(
      text('insert-cookie-domain', 'Domain of the cookie.'),
      text('insert-cookie-name', 'Name of the cookie.', { default: 'NTLMconnpool' }),
      text('insert-cookie-passphrase', 'Secret of the cookie.', { default: 'mypassphrase' }),
      toggle('key-by-cookie', 'disabled', 'Connections by cookie.'),
      text('key-by-cookie-name', 'Cookie that keys connections.', { default: 'mycookie' }),
      toggle('key-by-domain', 'disabled', 'Connections by domain.'),
      toggle('key-by-ip-address', 'disabled', 'Connections by client address.'),
      toggle('key-by-target', 'disabled', 'Connections by server.'),
      toggle('key-by-user', 'enabled', 'Connections by user.'),
      toggle('key-by-workstation', 'disabled', 'Connections by workstation.'),
    ),
    stock: [{ name: '/Common/ntlm' }],
  }),
  profile({
    name: 'profile request-adapt',
    noun: 'Request Adapt Profile',
    help: 'Requests go through an internal virtual server.',
    properties: stored(...adaptation),
    stock: [{ name: '/Common/requestadapt' }],
  }),
  profile({
    name: 'profile request-log',
    noun: 'Request Logging Profile',
    help: 'Logs requests and answers.',
    properties: [
      ...effective(
        reference('request-log-pool', 'ltm pool', 'Servers told of requests.'),
        choice(
          'request-log-protocol',
          ['mds-udp', 'mds-tcp', 'none'],
          'mds-udp',
          'How they are told.',
        ),
        text('request-log-template', 'What they are told.'),
        toggle('request-logging', 'disabled', 'Are requests logged?'),
        reference('response-log-pool', 'ltm pool', 'Servers told of answers.'),
        choice(
          'response-log-protocol',
          ['mds-udp', 'mds-tcp', 'none'],
          'mds-udp',
          'How they are told.',
        ),
        text('response-log-template', 'What they are told.'),
        toggle('response-logging', 'disabled', 'Are answers logged?'),
      ),
      ...stored(
        choice(
          'log-request-logging-errors',
          ['yes', 'no'],
          'no',
          'Log requests that could not be logged.',
        ),
        choice(
          'log-response-by-default',
          ['yes', 'no'],
          'yes',
          'Log answers unless a rule says no.',
        ),
        choice(
          'log-response-logging-errors',
          ['enabled', 'disabled'],
          'disabled',
          'Log answers that could not be logged.',
        ),
        choice('proxy-close-on-error', ['yes', 'no'], 'no', 'Close when logging fails.'),
        choice(
          'proxy-respond-on-logging-error',
          ['yes', 'no'],
          'no',
          'Answer ourselves when logging fails.',
        ),
        text('proxy-response', 'That answer.'),
        reference('request-log-error-pool', 'ltm pool', 'Servers told of errors of requests.'),
        choice(
          'request-log-error-protocol',
          ['mds-udp', 'mds-tcp', 'none'],
          'mds-udp',
          'How they are told.',
        ),
        text('request-log-error-template', 'What they are told.'),
        reference('response-log-error-pool', 'ltm pool', 'Servers told of errors of answers.'),
        choice(
          'response-log-error-protocol',
          ['mds-udp', 'mds-tcp', 'none'],
          'mds-udp',
          'How they are told.',
        ),
        text('response-log-error-template', 'What they are told.'),
      ),
    ],
    stock: [{ name: '/Common/request-log' }],
  }),
  profile({
    name: 'profile response-adapt',
    noun: 'Response Adapt Profile',
    help: 'Answers go through an internal virtual server.',
    properties: stored(...adaptation),
    stock: [{ name: '/Common/responseadapt' }],
  }),
  profile({
    name: 'profile rewrite',
    noun: 'Rewrite Profile',
    help: 'Rewrites links and headers.',
    properties: stored(
      texts('bypass-list', 'Paths left alone.'),
      choice(
        'client-caching-type',
        ['cache-all', 'cache-css-js', 'cache-img-css-js', 'no-cache'],
        'cache-css-js',
        'What clients may cache.',
      ),
      text('java-ca-file', 'Authorities for Java.', { default: '/Common/ca-bundle.crt' }),
      text('java-crl', 'Revocation list for Java.'),
      text('java-sign-key', 'Key that signs Java.', { default: '/Common/default.key' }),
      text('java-signer', 'Certificate that signs Java.', { default: '/Common/default.crt' }),
      trueFalse('location-specific', 'false', 'Is it for this device only?'),
      struct(
        'request',
        'What is rewritten in requests.',
        stored(
          toggle('insert-xforwarded-for', 'enabled', 'Add X-Forwarded-For.'),
          toggle('insert-xforwarded-host', 'disabled', 'Add X-Forwarded-Host.'),
          toggle('insert-xforwarded-proto', 'disabled', 'Add X-Forwarded-Proto.'),
          choice('rewrite-headers', ['enabled', 'disabled'], 'enabled', 'Rewrite headers.'),
        ),
      ),
      struct(
        'response',
        'What is rewritten in answers.',
        stored(
          choice('rewrite-content', ['enabled', 'disabled'], 'enabled', 'Rewrite the content.'),
          choice('rewrite-headers', ['enabled', 'disabled'], 'enabled', 'Rewrite headers.'),
        ),
      ),
      texts('rewrite-list', 'Paths that are rewritten.'),
      choice('rewrite-mode', ['portal', 'uri-translation'], 'portal', 'What the rewriting is for.'),
      trueFalse('split-tunneling', 'false', 'Leave other sites alone.'),
    ),
    stock: [
      { name: '/Common/rewrite' },
      { name: '/Common/rewrite-portal', properties: { 'defaults-from': '/Common/rewrite' } },
      {
        name: '/Common/rewrite-uri-translation',
        properties: { 'defaults-from': '/Common/rewrite', 'rewrite-mode': 'uri-translation' },
      },
    ],
  }),
  profile({
    name: 'profile statistics',
    noun: 'Statistics Profile',
    help: 'Counters that rules keep.',
    properties: stored(...counters),
    stock: [{ name: '/Common/stats' }],
  }),
  profile({
    name: 'profile stream',
    noun: 'Stream Profile',
    help: 'Replaces text in streams.',
    properties: [
      ...stored(
        integer('chunk-size', [0, uint32], 4096, 'Bytes replaced at once.', { unit: 'bytes' }),
        toggle('chunking', 'disabled', 'Replace piece by piece.'),
      ),
      ...effective(
        text('source', 'Text that is replaced.'),
        text('target', 'Text that replaces it.', { rest: 'tmTarget' }),
      ),
    ],
    stock: [{ name: '/Common/stream' }],
  }),
  profile({
    name: 'profile web-acceleration',
    noun: 'Web Acceleration Profile',
    help: 'Caches answers.',
    properties: [
      ...effective(
        integer('cache-max-age', [0, uint32], 3600, 'Life of an entry.', { unit: 'seconds' }),
        integer('cache-object-max-size', [0, uint32], 50000, 'Largest entry.', { unit: 'bytes' }),
        integer('cache-size', [0, uint32], 100, 'Size of the cache.', { unit: 'megabytes' }),
        texts('cache-uri-exclude', 'Paths that are not cached.'),
        texts('cache-uri-include', 'Paths that are cached.', { default: ['.*'] }),
      ),
      ...stored(
        texts('applications', 'Applications that are accelerated.'),
        integer('cache-aging-rate', [0, 10], 9, 'How fast entries age.'),
        choice(
          'cache-client-cache-control-mode',
          ['all', 'none', 'max-age'],
          'all',
          'Whose cache control counts less.',
        ),
        choice('cache-insert-age-header', ['enabled', 'disabled'], 'enabled', 'Add an Age header.'),
        integer('cache-max-entries', [0, uint32], 10000, 'Most entries.'),
        integer('cache-object-min-size', [0, uint32], 500, 'Smallest entry.', { unit: 'bytes' }),
        texts('cache-uri-include-override', 'Paths that are cached whatever servers say.'),
        texts('cache-uri-pinned', 'Paths that stay in the cache.'),
        integer('metadata-cache-max-size', [0, uint32], 25, 'Memory of the index, in MB.'),
      ),
    ],
    stock: [
      { name: '/Common/webacceleration' },
      {
        name: '/Common/apm-enduser-if-cache',
        properties: {
          'defaults-from': '/Common/webacceleration',
          'cache-max-age': 36000,
          'cache-max-entries': 1000,
          'cache-object-max-size': 12000000,
          'cache-object-min-size': 5,
          'cache-size': 50,
        },
      },
      {
        name: '/Common/optimized-acceleration',
        properties: {
          'defaults-from': '/Common/webacceleration',
          'cache-object-max-size': 67108864,
          'cache-object-min-size': 0,
          'cache-size': 6144,
        },
      },
      {
        name: '/Common/optimized-caching',
        properties: {
          'defaults-from': '/Common/webacceleration',
          'cache-max-age': 86400,
          'cache-object-max-size': 2000000,
          'cache-object-min-size': 0,
          'cache-size': 10,
        },
      },
    ],
  }),
  profile({
    name: 'profile websocket',
    noun: 'WebSocket Profile',
    help: 'How WebSockets are read.',
    properties: stored(
      choice(
        'masking',
        ['preserve', 'remask', 'selective', 'unmask'],
        'selective',
        'What is masked.',
      ),
    ),
    stock: [{ name: '/Common/websocket' }],
  }),
  profile({
    name: 'profile xml',
    noun: 'XML Profile',
    help: 'Queries into XML documents.',
    properties: stored(
      toggle('multiple-query-matches', 'disabled', 'Report every match.'),
      texts('namespace-mappings', 'Short names of name spaces.'),
      texts('xpath-queries', 'Queries into documents.'),
    ),
    stock: [{ name: '/Common/xml' }],
  }),
];
