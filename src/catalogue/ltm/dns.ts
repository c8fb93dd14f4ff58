import type { Component } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  applicationService,
  choice,
  description,
  integer,
  items,
  list,
  reference,
  references,
  stored,
  text,
  texts,
  uint32,
  yesNo,
} from '../properties.ts';

const base = { naming: { kind: 'foldered' }, scope: 'group', order: 16 } as const;
const routeDomain: Draft = reference('route-domain', 'net route-domain', 'Route domain.', {
  default: '/Common/0',
});

export const ltmDnsNameserver: Component = {
  ...base,
  id: 'ltm dns nameserver',
  noun: 'DNS Nameserver',
  help: 'A name server that zones come from or go to.',
  properties: stored(
    address('address', 'Its address.', { default: '127.0.0.1' }),
    integer('port', [0, 65_535], 53, 'Its port.'),
    routeDomain,
    reference('tsig-key', 'ltm dns tsig-key', 'Key that signs.'),
    applicationService,
  ),
};

export const ltmDnsTsigKey: Component = {
  ...base,
  order: 15,
  id: 'ltm dns tsig-key',
  noun: 'DNS TSIG Key',
  help: 'A key that signs messages between name servers (RFC 8945).',
  properties: stored(
    choice('algorithm', ['hmacmd5', 'hmacsha1', 'hmacsha256'], 'hmacmd5', 'How it signs.'),
    text('secret', 'The key, base64.', { secret: true }),
    applicationService,
  ),
};

export const ltmDnsZone: Component = {
  ...base,
  order: 17,
  id: 'ltm dns zone',
  noun: 'DNS Zone',
  help: 'A zone that DNS Express answers from, and that is passed on.',
  statistics: true,
  properties: stored(
    list('dns-express-allow-notify', { kind: 'address' }, 'Who else may tell of changes.'),
    yesNo('dns-express-enabled', 'yes', 'Is it answered?'),
    choice(
      'dns-express-notify-action',
      ['consume', 'bypass', 'repeat'],
      'consume',
      'What happens to news of changes.',
    ),
    yesNo('dns-express-notify-tsig-verify', 'yes', 'Must news be signed?'),
    reference('dns-express-server', 'ltm dns nameserver', 'Where it comes from.'),
    yesNo('response-policy', 'no', 'Is it a response policy?'),
    reference('server-tsig-key', 'ltm dns tsig-key', 'Key of the transfer.'),
    references('transfer-clients', 'ltm dns nameserver', 'Who may have it.'),
    description,
    applicationService,
  ),
};

const sizes: readonly Draft[] = [
  yesNo('answer-default-zones', 'no', 'Answer for localhost and private addresses.'),
  integer('msg-cache-size', [0, uint32], 1_048_576, 'Cache of answers.', { unit: 'bytes' }),
  integer('rrset-cache-size', [0, uint32], 10_485_760, 'Cache of records.', { unit: 'bytes' }),
  choice('rrset-rotate', ['none', 'query-id'], 'none', 'Change the order of records.'),
  texts('local-zones', 'Zones that are answered from here.'),
  description,
  applicationService,
];

const resolving: readonly Draft[] = [
  integer('allowed-query-time', [0, uint32], 200, 'Life of a question.', { unit: 'milliseconds' }),
  integer('max-concurrent-queries', [0, uint32], 1024, 'Questions at once.'),
  integer('max-concurrent-tcp', [0, uint32], 20, 'TCP connections at once.'),
  integer('max-concurrent-udp', [0, uint32], 8192, 'UDP sockets at once.'),
  integer('nameserver-cache-count', [0, uint32], 16_536, 'Name servers remembered.'),
  yesNo('randomize-query-name-case', 'yes', 'Mix capitals into questions.'),
  texts('root-hints', 'Root name servers.'),
  routeDomain,
  integer('unwanted-query-reply-threshold', [0, uint32], 0, 'Stray answers that raise an alarm.'),
  yesNo('use-ipv4', 'yes', 'Ask over IPv4.'),
  yesNo('use-ipv6', 'yes', 'Ask over IPv6.'),
  yesNo('use-tcp', 'yes', 'Ask over TCP.'),
  yesNo('use-udp', 'yes', 'Ask over UDP.'),
  items('forward-zones', 'Zones that are asked elsewhere.', {
    properties: stored(texts('nameservers', 'Whom to ask, as address and port.')),
    foldered: false,
    subCollection: false,
    noun: 'forward zone',
    ordered: false,
  }),
];

function cache(name: string, help: string, drafts: readonly Draft[]): Component {
  return {
    ...base,
    id: `ltm dns cache ${name}`,
    noun: 'DNS Cache',
    help,
    statistics: true,
    properties: stored(...drafts, ...sizes),
  };
}

export const ltmDnsCaches: readonly Component[] = [
  cache('resolver', 'A cache that resolves names.', resolving),
  cache('transparent', 'A cache in front of a resolver.', []),
  cache('validating-resolver', 'A cache that resolves names and checks signatures.', [
    ...resolving,
    yesNo('ignore-cd', 'no', 'Check also for clients that want no check.'),
    integer('key-cache-size', [0, uint32], 1_048_576, 'Cache of keys.', { unit: 'bytes' }),
    yesNo('prefetch-key', 'yes', 'Fetch keys early.'),
    texts('dlv-anchors', 'Look-aside anchors.'),
    texts('trust-anchors', 'Trust anchors.'),
  ]),
];
