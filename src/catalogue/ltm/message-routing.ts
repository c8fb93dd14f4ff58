/**
 * Message routing: messages of one connection that go to many peers. Kept, nothing routes messages yet.
 * Each protocol has peers, routes, transports, a router and a session; what they share is said once.
 */
import type { Component, ComponentId, Properties } from '../types.ts';
import type { Draft } from '../properties.ts';
import {
  address,
  choice,
  integer,
  items,
  reference,
  references,
  stored,
  struct,
  text,
  toggle,
  trueFalse,
  uint32,
  yesNo,
} from '../properties.ts';
import { foldered } from '../stored.ts';

type Protocol = 'diameter' | 'generic' | 'mqtt' | 'sip';

const idOf = (protocol: Protocol, name: string): ComponentId =>
  `ltm message-routing ${protocol} ${name}`;

const milliseconds = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, uint32], preset, help, { unit: 'milliseconds' });
const bytes = (name: string, preset: number, help: string): Draft =>
  integer(name, [0, uint32], preset, help, { unit: 'bytes' });

function transport(protocol: Protocol, sessions: readonly ComponentId[]): Component {
  return foldered({
    id: idOf(protocol, 'transport-config'),
    noun: 'Message Routing Transport',
    help: 'How peers are connected to.',
    scope: 'group',
    stock: [],
    order: 51,
    properties: [
      choice('ip-protocol', ['tcp', 'udp', 'sctp'], 'tcp', 'Protocol.'),
      items('profiles', 'Profiles of the connections.', {
        properties: [],
        foldered: true,
        nameReference: {
          to: ['ltm profile tcp', 'ltm profile udp', 'ltm profile sctp', ...sessions],
        },
        subCollection: true,
        noun: 'profile',
        ordered: false,
      }),
      references('rules', 'ltm rule', 'iRules of the connections.', { ordered: true }),
      struct(
        'source-address-translation',
        'Whose address servers see.',
        stored(
          reference('pool', 'ltm snatpool', 'SNAT pool.'),
          choice('type', ['automap', 'none', 'snat'], undefined, 'Kind.'),
        ),
      ),
      integer('source-port', [0, 65_535], 0, 'Source port; 0: any.'),
    ],
  });
}

function peer(protocol: Protocol): Component {
  return foldered({
    id: idOf(protocol, 'peer'),
    noun: 'Message Routing Peer',
    help: 'Where messages may go.',
    scope: 'group',
    stock: [],
    order: 52,
    properties: [
      toggle('auto-initialization', 'disabled', 'Connect before there is a message.'),
      milliseconds('auto-initialization-interval', 5000, 'Time between attempts.'),
      choice(
        'connection-mode',
        ['per-peer', 'per-blade', 'per-tmm', 'per-client'],
        'per-peer',
        'Who shares a connection.',
      ),
      integer('number-connections', [0, 65_535], 1, 'Connections to each member.'),
      reference('pool', 'ltm pool', 'The servers.'),
      integer('ratio', [1, 4_294_967_295], 1, 'Weight.'),
      reference('transport-config', idOf(protocol, 'transport-config'), 'How to connect.'),
    ],
  });
}

function route(protocol: Protocol, matches: readonly Draft[]): Component {
  return foldered({
    id: idOf(protocol, 'route'),
    noun: 'Message Routing Route',
    help: 'Which messages go to which peers.',
    scope: 'group',
    stock: [],
    order: 53,
    properties: [
      ...matches,
      choice('peer-selection-mode', ['sequential', 'ratio'], 'sequential', 'Which peer is next.'),
      references('peers', idOf(protocol, 'peer'), 'The peers.', { ordered: true }),
    ],
  });
}

const trafficGroup: readonly Draft[] = [
  trueFalse('inherited-traffic-group', 'true', "Is it the folder's traffic group?"),
  reference('traffic-group', 'cm traffic-group', 'Who routes.', {
    default: '/Common/traffic-group-1',
  }),
];

const pending: readonly Draft[] = [
  bytes('max-payload-pending-bytes', 32_768, 'Payload that waits.'),
  integer('max-pending-messages', [0, 65_535], 64, 'Messages that wait.'),
  integer('max-retries', [0, uint32], 1, 'Times a message is sent again.'),
];

const mirroring: readonly Draft[] = [
  yesNo('ignore-client-port', 'no', 'Connections are told apart without the port.'),
  yesNo('irule-scope-message', 'no', 'Variables of rules live as long as a message.'),
  bytes('max-pending-bytes', 23_768, 'Messages that wait.'),
  toggle('mirror', 'disabled', 'Mirror to the next active device.'),
  milliseconds(
    'mirrored-message-sweeper-interval',
    1000,
    'Time between looks at mirrored messages.',
  ),
  yesNo('use-local-connection', 'yes', 'Prefer connections of the same processor.'),
];

function profile(
  id: ComponentId,
  noun: string,
  help: string,
  properties: readonly Draft[],
  stock: Readonly<Record<string, Properties>>,
): Component {
  return foldered({
    id,
    noun,
    help,
    scope: 'group',
    order: 54,
    inherits: true,
    stock: Object.entries(stock).map(([name, given]) => ({
      name: `/Common/${name}`,
      properties: given,
    })),
    properties,
  });
}

function router(
  protocol: Protocol,
  name: string,
  properties: readonly Draft[],
  stock: Readonly<Record<string, Properties>>,
): Component {
  const routes = references('routes', idOf(protocol, 'route'), 'Where messages go.', {
    ordered: true,
  });
  const all = [...pending, ...trafficGroup, ...properties, routes];
  const help = 'Sends each message where it belongs.';
  return profile(idOf(protocol, name), 'Message Router Profile', help, all, stock);
}

function session(
  protocol: Protocol,
  help: string,
  properties: readonly Draft[],
  stock: Readonly<Record<string, Properties>>,
): Component {
  return profile(
    idOf(protocol, 'profile session'),
    'Message Session Profile',
    help,
    properties,
    stock,
  );
}

const virtualServer: Draft = reference(
  'virtual-server',
  'ltm virtual',
  'Only messages of this virtual server.',
);

const generic: readonly Component[] = [
  profile(
    idOf('generic', 'protocol'),
    'Generic Message Profile',
    'Where messages of a protocol of your own begin and end.',
    [
      yesNo('disable-parser', 'no', 'iRules cut the messages.'),
      bytes('max-egress-buffer', 32_768, 'Largest buffer.'),
      bytes('max-message-size', 32_768, 'Largest message.'),
      text('message-terminator', 'What ends a message.'),
      yesNo('no-response', 'no', 'Messages have no answers.'),
    ],
    { genericmsg: {} },
  ),
  router('generic', 'router', mirroring, { messagerouter: {} }),
  route('generic', [
    text('destination-address', 'To whom the messages are.'),
    text('source-address', 'Of whom the messages are.'),
  ]),
  peer('generic'),
  transport('generic', [idOf('generic', 'protocol'), idOf('generic', 'router')]),
];

const mqtt: readonly Component[] = [
  session(
    'mqtt',
    'How MQTT is spoken.',
    [
      choice(
        'client-will-handling-mode',
        ['send-local-copy', 'pass-through'],
        'send-local-copy',
        'What happens to the last will of a client.',
      ),
      integer('keepalive-int', [0, 65_535], 60, 'Time between signs of life.', { unit: 'seconds' }),
      toggle('peered-session-mode', 'disabled', 'One session of the server for each of a client.'),
      choice(
        'server-will-handling-mode',
        ['copy-from-client', 'none'],
        'copy-from-client',
        'Last will towards servers.',
      ),
    ],
    { mqttsession: {} },
  ),
  router(
    'mqtt',
    'profile router',
    [
      bytes('max-pending-bytes', 32_768, 'Messages that wait.'),
      toggle('use-local-connection', 'enabled', 'Prefer connections of the same processor.'),
    ],
    { mqttrouter: {} },
  ),
  route('mqtt', [virtualServer]),
  peer('mqtt'),
  transport('mqtt', [idOf('mqtt', 'profile session')]),
];

/** Of these nobody recorded the values: names and defaults are those of the tmsh reference. */
const diameter: readonly Component[] = [
  session(
    'diameter',
    'How Diameter is spoken (RFC 6733).',
    [
      integer('acct-application-id', [0, uint32], 0, 'Accounting application.'),
      integer('auth-application-id', [0, uint32], 0, 'Authentication application.'),
      address('host-ip-address', 'Address that this device names.'),
      integer('max-message-size', [0, uint32], 0, 'Largest message; 0: any.', { unit: 'bytes' }),
      integer('max-watchdog-failures', [0, uint32], 1, 'Lost watchdogs before the end.'),
      text('origin-host', 'Name of this device.', { default: 'host.f5.com' }),
      text('origin-realm', 'Realm of this device.', { default: 'f5.com' }),
      toggle('persist-type', 'disabled', 'Is there persistence?'),
      text('product-name', 'Product that this device names.', { default: 'BIG-IP' }),
      toggle('reset-on-timeout', 'enabled', 'Reset connections that time out.'),
      text('vendor-id', 'Vendor that this device names.', { default: '3375' }),
      milliseconds('watchdog-timeout', 0, 'Time between watchdogs; 0: none.'),
    ],
    { diametersession: {} },
  ),
  router('diameter', 'profile router', mirroring, { diameterrouter: {} }),
  route('diameter', [
    integer('application-id', [0, uint32], 0, 'Application; 0: any.'),
    text('destination-realm', 'Realm that the messages go to.'),
    text('origin-realm', 'Realm that the messages come from.'),
    virtualServer,
  ]),
  peer('diameter'),
  transport('diameter', [idOf('diameter', 'profile session')]),
];

const sip: readonly Component[] = [
  session(
    'sip',
    'How SIP is spoken (RFC 3261).',
    [
      text('custom-via', 'Via header that is put in.'),
      toggle('do-not-connect-back', 'disabled', 'Never open a connection for an answer.'),
      toggle('generate-response-on-failure', 'disabled', 'Tell the client of failures.'),
      toggle('honor-via', 'enabled', 'Answer as the Via header says.'),
      toggle('insert-record-route-header', 'disabled', 'Put a Record-Route header in.'),
      toggle('insert-via-header', 'disabled', 'Put a Via header in.'),
      toggle('loop-detection', 'disabled', 'Find messages that go round.'),
      integer('max-forwards-check', [0, 255], 0, 'Hops allowed; 0: as the message says.'),
      integer('max-msg-content-length', [0, uint32], 65_535, 'Largest body.', { unit: 'bytes' }),
      integer('max-msg-header-count', [0, uint32], 64, 'Most headers.'),
      integer('max-msg-header-size', [0, uint32], 16_384, 'Largest headers.', { unit: 'bytes' }),
    ],
    { sipsession: {}, 'sipsession-alg': { 'defaults-from': '/Common/sipsession' } },
  ),
  router(
    'sip',
    'profile router',
    [
      ...mirroring,
      choice(
        'operation-mode',
        ['load-balancing', 'application-level-gateway'],
        'load-balancing',
        'Job.',
      ),
    ],
    {
      siprouter: {},
      'siprouter-alg': {
        'defaults-from': '/Common/siprouter',
        'operation-mode': 'application-level-gateway',
      },
    },
  ),
  route('sip', [
    text('from-uri', 'From whom the messages are.'),
    text('request-uri', 'What the messages ask for.'),
    text('to-uri', 'To whom the messages are.'),
    virtualServer,
  ]),
  peer('sip'),
  transport('sip', [idOf('sip', 'profile session')]),
];

export const ltmMessageRouting: readonly Component[] = [...diameter, ...generic, ...mqtt, ...sip];
