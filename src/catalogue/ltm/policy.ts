import type { Component, ItemsType, Property } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  choice,
  description,
  effective,
  flags,
  integer,
  items,
  metadata,
  reference,
  stored,
  text,
  texts,
  uint32,
} from '../properties.ts';

const events: readonly string[] = [
  'request',
  'response',
  'client-accepted',
  'server-connected',
  'proxy-connect',
  'proxy-request',
  'proxy-response',
  'ssl-client-hello',
  'ssl-client-serverhello-send',
  'ssl-server-handshake',
  'ssl-server-hello',
  'ws-request',
  'ws-response',
  'classification-detected',
];

const event: Draft = flags('event', events, undefined, 'When it is looked at.');

const operands: readonly string[] = [
  'http-uri',
  'http-host',
  'http-header',
  'http-method',
  'http-cookie',
  'http-set-cookie',
  'http-referer',
  'http-status',
  'http-version',
  'http-basic-auth',
  'http-user-agent',
  'http-connect',
  'tcp',
  'client-ssl',
  'server-ssl',
  'ssl-cert',
  'ssl-extension',
  'cpu-usage',
  'geoip',
  'websocket',
];

const selectors: readonly string[] = [
  'all',
  'host',
  'path',
  'path-segment',
  'query-string',
  'query-parameter',
  'unnamed-query-parameter',
  'extension',
  'scheme',
  'port',
  'address',
  'vlan',
  'vlan-id',
  'route-domain',
  'mss',
  'rtt',
  'cipher',
  'cipher-bits',
  'protocol',
  'server-name',
  'alpn',
  'npn',
  'code',
  'text',
  'version',
  'major',
  'minor',
  'username',
  'password',
  'domain',
  'value',
  'expiry',
  'common-name',
  'issuer',
  'browser-type',
  'browser-version',
  'token',
  'continent',
  'country-code',
  'country-name',
  'isp',
  'org',
  'region-code',
  'region-name',
  'last-15secs',
  'last-1min',
  'last-5mins',
];

const operators: readonly string[] = [
  'equals',
  'starts-with',
  'ends-with',
  'contains',
  'matches',
  'exists',
  'less',
  'less-or-equal',
  'greater',
  'greater-or-equal',
];

/** As BIG-IP prints it: what is looked at or done first, then the rest by its letters. */
const leading = (draft: Draft): Draft =>
  draft.type.kind === 'flags' ? { ...draft, type: { ...draft.type, leading: true } } : draft;

const lone = (flag: string, help: string): Draft => flags(flag, [flag], undefined, help);

const conditions: readonly Property[] = [
  ...effective(
    leading(flags('operand', operands, undefined, 'What is looked at.')),
    leading(flags('selector', selectors, undefined, 'Part of it.')),
    flags('operator', operators, undefined, 'How it is compared.'),
    event,
    flags('end', ['local', 'remote'], undefined, 'End of the connection.'),
    flags('case', ['case-insensitive', 'case-sensitive'], undefined, 'Do capitals count?'),
    lone('not', 'The opposite holds.'),
    lone('missing', 'Holds when there is nothing to compare.'),
    lone('present', 'Holds only when there is something to compare.'),
    lone('normalized', 'Compare the normal form.'),
    integer('index', [0, uint32], 0, 'Place of the segment or parameter.'),
    text('tm-name', 'Name of the header, cookie or parameter.'),
    texts('values', 'Values, of which one has to fit.'),
    reference(
      'datagroup',
      ['ltm data-group internal', 'ltm data-group external'],
      'Values, as a data group.',
    ),
  ),
  ...stored(flags('side', ['external', 'internal'], undefined, 'Side of the translation.')),
];

const targets: readonly string[] = [
  'forward',
  'http-reply',
  'http-header',
  'http-host',
  'http-uri',
  'http-cookie',
  'http-set-cookie',
  'http-referer',
  'http',
  'asm',
  'avr',
  'bot-defense',
  'cache',
  'compress',
  'decompress',
  'l7dos',
  'log',
  'ltm-policy',
  'pem',
  'persist',
  'request-adapt',
  'response-adapt',
  'server-ssl',
  'client-ssl',
  'shutdown',
  'tcl',
  'tcp-nagle',
  'wam',
  'websocket',
];

const deeds: readonly string[] = [
  'select',
  'reset',
  'redirect',
  'insert',
  'remove',
  'replace',
  'enable',
  'disable',
  'write',
  'set-variable',
  'connection',
  'source-address',
  'destination-address',
  'cookie-insert',
  'cookie-rewrite',
  'cookie-passive',
  'cookie-hash',
  'carp',
  'hash',
  'universal',
];

const number = (name: string, help: string): Draft => integer(name, [0, uint32], 0, help);

const actions: readonly Property[] = [
  ...effective(
    leading(flags('target', targets, undefined, 'What it acts on.')),
    leading(flags('deed', deeds, undefined, 'What it does.')),
    event,
    reference('pool', 'ltm pool', 'Pool that gets the request.'),
    reference('virtual', 'ltm virtual', 'Virtual server that gets the request.'),
    text('node', 'Server that gets the request.'),
    text('member', 'Member that gets the request.'),
    number('port', 'Port towards the server.'),
    reference('snatpool', 'ltm snatpool', 'Source addresses towards the server.'),
    text('snat', 'Source address translation.'),
    text('location', 'Where a redirect points.'),
    text('tm-name', 'Name of the header, cookie or variable.'),
    text('value', 'Value of it.'),
    text('path', 'Path that replaces that of the request, or path of the cookie.'),
    text('query-string', 'Query that replaces that of the request.'),
    text('host', 'Host that replaces that of the request.'),
    text('domain', 'Domain of the cookie.'),
    number('code', 'Status of the answer.'),
    number('status', 'Status of the answer.'),
    number('expiry-secs', 'Life of the cookie, in seconds.'),
    number('timeout', 'Life of persistence, in seconds.'),
    text('message', 'What is logged.'),
    text('priority', 'Severity of the log line.'),
  ),
  ...stored(
    reference('clone-pool', 'ltm pool', 'Pool that gets a copy.'),
    reference('vlan', 'net vlan', 'VLAN that gets the request.'),
    text('facility', 'Facility of the log line.'),
    text('policy', 'Policy that is switched on.'),
    text('key', 'Key of persistence.'),
    text('expression', 'Tcl expression.'),
    number('length', 'Bytes that are hashed.'),
    number('offset', 'Bytes that are skipped.'),
    number('vlan-id', 'Tag of the VLAN.'),
  ),
];

const numbered = (noun: string, properties: readonly Property[]): Omit<ItemsType, 'kind'> => ({
  properties,
  foldered: false,
  subCollection: true,
  noun,
  ordered: true,
});

const aspects = [
  'http',
  'tcp',
  'client-ssl',
  'server-ssl',
  'ssl-persistence',
  'http-connect',
  'http-explicit',
  'websocket',
  'classification',
] as const;
const powers = [
  'forwarding',
  'persistence',
  'caching',
  'compression',
  'server-ssl',
  'asm',
  'avr',
  'l7dos',
  'acceleration',
  'request-adaptation',
  'response-adaptation',
  'classification',
  'pem',
] as const;

export const ltmPolicy: Component = {
  id: 'ltm policy',
  noun: 'Policy',
  help: 'Rules that choose what happens to a request.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 50,
  statistics: true,
  drafts: true,
  checks: ['policy-of-virtuals'],
  actions: [
    {
      command: 'publish',
      help: 'Puts a draft in force, in place of the published policy of its name.',
      dryRun: true,
      parameters: effective(
        text('name', 'Draft, with its folder: Drafts/POLICY.', { required: true }),
      ),
    },
  ],
  properties: [
    ...effective(
      flags('legacy', ['legacy'], undefined, 'Create it in force at once, without drafts.', {
        access: 'write-only',
      }),
      flags('create-draft', ['create-draft'], undefined, 'Copy it into the folder Drafts.', {
        access: 'write-only',
      }),
      text('published-copy', 'Published policy of which this is a draft.', { derived: true }),
      text('last-modified', 'When it was changed last.', { derived: true }),
    ),
    ...effective(
      choice(
        'status',
        ['draft', 'published', 'legacy'],
        'legacy',
        'Is it in use, or being written?',
      ),
      reference('strategy', 'ltm policy-strategy', 'Which matching rules act.', {
        default: '/Common/first-match',
      }),
      items('rules', 'The rules.', {
        properties: [
          ...effective(
            integer('ordinal', [0, uint32], 0, 'Place among the rules; lower comes first.'),
            items('conditions', 'All of these have to hold.', numbered('condition', conditions)),
            items('actions', 'What is done then.', numbered('action', actions)),
          ),
          ...stored(description),
        ],
        foldered: false,
        subCollection: true,
        noun: 'rule',
        ordered: true,
      }),
    ),
    ...stored(
      texts('requires', `What virtual servers must have: ${aspects.join(', ')}.`),
      texts('controls', `What it may change: ${powers.join(', ')}.`),
      description,
      metadata,
    ),
  ],
};

export const ltmPolicyStrategy: Component = {
  id: 'ltm policy-strategy',
  noun: 'Policy Strategy',
  help: 'Which of the matching rules of a policy act.',
  naming: { kind: 'foldered' },
  scope: 'group',
  order: 20,
  stock: ['all-match', 'best-match', 'first-match'].map((name) => ({
    name: `/Common/${name}`,
    properties: { strategy: name },
  })),
  properties: [
    ...effective(
      choice('strategy', ['all-match', 'best-match', 'first-match'], 'first-match', 'Which ones.'),
      items('operands', 'What counts for the best match, most important first.', {
        properties: [
          ...effective(
            flags('operand', operands, undefined, 'What is looked at.'),
            flags('selector', selectors, undefined, 'Part of it.'),
            flags('operator', operators, undefined, 'How it is compared.'),
            text('tm-name', 'Name of the header, cookie or parameter.'),
          ),
          ...stored(event),
        ],
        foldered: false,
        subCollection: true,
        noun: 'operand',
        ordered: true,
      }),
    ),
    ...stored(description),
  ],
};
