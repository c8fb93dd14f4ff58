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
  uint32,
  yesNo,
} from '../properties.ts';
import { sflow } from '../sflow.ts';
import { profile } from './profile.ts';

const knownMethods = [
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'LOCK',
  'OPTIONS',
  'POST',
  'PROPFIND',
  'PUT',
  'TRACE',
  'UNLOCK',
];
const excess = ['reject', 'pass-through'];

const enforcement = struct('enforcement', 'Limits on requests and answers.', [
  ...effective(
    choice('excess-client-headers', excess, 'reject', 'Requests with too many headers.'),
    texts('known-methods', 'Methods that are known.', { default: knownMethods }),
    integer('max-header-count', [16, 4096], 64, 'Headers allowed.'),
    integer('max-header-size', [0, uint32], 32_768, 'Size of all headers, up to 128 kB.', {
      unit: 'bytes',
    }),
    integer('max-requests', [0, uint32], 0, 'Requests on a connection; 0 is unlimited.'),
    choice('oversize-client-headers', excess, 'reject', 'Requests with too large headers.'),
    choice('unknown-method', ['allow', 'reject', 'pass-through'], 'allow', 'Unknown methods.'),
  ),
  ...stored(
    choice('excess-server-headers', excess, 'reject', 'Answers with too many headers.'),
    choice('oversize-server-headers', excess, 'reject', 'Answers with too large headers.'),
    choice('pipeline', ['allow', 'reject', 'pass-through'], 'allow', 'Requests before the answer.'),
    toggle('truncated-redirects', 'disabled', 'Accept redirects that are cut off.'),
  ),
]);

const explicitProxy = struct(
  'explicit-proxy',
  'Settings of an explicit proxy.',
  stored(
    text('bad-request-message', 'Answer to a bad request.'),
    text('bad-response-message', 'Answer to a bad response.'),
    text('connect-error-message', 'Answer when the server cannot be reached.'),
    choice('default-connect-handling', ['deny', 'allow'], 'deny', 'CONNECT without a virtual.'),
    text('dns-error-message', 'Answer when the name cannot be resolved.'),
    text('dns-resolver', 'Resolver.'),
    texts('host-names', 'Names that are the proxy itself.'),
    yesNo('ipv6', 'no', 'Ask for IPv6 addresses first.'),
    reference('route-domain', 'net route-domain', 'Route domain of outgoing connections.'),
    text('tunnel-name', 'Tunnel of outgoing connections.'),
  ),
);

export const ltmProfileHttp = profile({
  name: 'profile http',
  noun: 'profile',
  help: 'HTTP is understood: headers, persistence by cookie, redirects.',
  statistics: true,
  properties: [
    ...effective(
      toggle('insert-xforwarded-for', 'disabled', "Tell the server the client's address."),
      text('header-insert', 'Header added to requests.'),
      text('header-erase', 'Header removed from requests.'),
      text('server-agent-name', 'Server header of our own answers.', { default: 'BigIP' }),
      enforcement,
      text('fallback-host', 'Redirect to it when no server answers.'),
      texts('fallback-status-codes', 'Answers that lead to the fallback.'),
      struct(
        'hsts',
        'Strict transport security.',
        effective(
          toggle('include-subdomains', 'enabled', 'Also for names below.'),
          integer('maximum-age', [0, uint32], 16_070_400, 'Life of the promise.', {
            unit: 'seconds',
          }),
          toggle('mode', 'disabled', 'Is the header sent?'),
          toggle('preload', 'disabled', 'Ask for preload.'),
        ),
      ),
      choice(
        'redirect-rewrite',
        ['none', 'all', 'matching', 'nodes'],
        'none',
        'Redirects to https.',
      ),
      text('via-host-name', 'Name in Via headers.'),
      choice('via-request', ['append', 'preserve', 'remove'], 'preserve', 'Via in requests.'),
      choice('via-response', ['append', 'preserve', 'remove'], 'preserve', 'Via in answers.'),
      texts('encrypt-cookies', 'Cookies to encrypt.'),
      text('encrypt-cookie-secret', 'Secret of encrypted cookies.', { secret: true }),
    ),
    ...stored(
      choice('proxy-type', ['reverse', 'transparent', 'explicit'], 'reverse', 'Kind of proxy.', {
        listed: true,
      }),
      toggle('accept-xff', 'disabled', "Trust the client's X-Forwarded-For."),
      text('basic-auth-realm', 'Realm of our own challenges.'),
      explicitProxy,
      text('lws-separator', 'What splits long header lines.'),
      integer('lws-width', [0, uint32], 80, 'Length of header lines.'),
      text('oneconnect-status-reuse', 'Answers after which a connection is reused.', {
        default: '200 206',
      }),
      toggle('oneconnect-transformations', 'enabled', 'Rewrite Connection headers for reuse.'),
      choice(
        'request-chunking',
        ['preserve', 'rechunk', 'selective', 'sustain'],
        'preserve',
        'Chunks of requests.',
      ),
      choice(
        'response-chunking',
        ['preserve', 'rechunk', 'selective', 'sustain', 'unchunk'],
        'selective',
        'Chunks of answers.',
      ),
      texts('response-headers-permitted', 'Headers of answers that pass.'),
      sflow('request'),
      texts('xff-alternative-names', 'Headers read as X-Forwarded-For.'),
    ),
  ],
  stock: [
    { name: '/Common/http' },
    {
      name: '/Common/http-explicit',
      properties: {
        'proxy-type': 'explicit',
        'explicit-proxy': { 'route-domain': '/Common/0', 'tunnel-name': '/Common/http-tunnel' },
      },
    },
    {
      name: '/Common/http-transparent',
      properties: {
        'proxy-type': 'transparent',
        enforcement: {
          'excess-client-headers': 'pass-through',
          'excess-server-headers': 'pass-through',
          'max-header-count': 32,
          'max-header-size': 16_384,
          'oversize-client-headers': 'pass-through',
          'oversize-server-headers': 'pass-through',
          'truncated-redirects': 'enabled',
        },
      },
    },
  ],
});
