import type { Component } from '../types.ts';
import {
  address,
  choice,
  description,
  effective,
  integer,
  items,
  stored,
  text,
} from '../properties.ts';

const severities = ['alert', 'crit', 'debug', 'emerg', 'err', 'info', 'notice', 'warning'];

/** Facility, in words, and the severities that BIG-IP logs of it at first: from, to. */
const facilities = [
  ['auth-priv', 'authentication', 'notice', 'emerg'],
  ['cron', 'timed jobs', 'warning', 'emerg'],
  ['daemon', 'services', 'notice', 'emerg'],
  ['kern', 'kernel', 'debug', 'emerg'],
  ['local6', 'local6', 'notice', 'emerg'],
  ['mail', 'mail', 'notice', 'emerg'],
  ['messages', 'messages', 'notice', 'warning'],
  ['user-log', 'users', 'notice', 'emerg'],
] as const;

export const sysSyslog: Component = {
  id: 'sys syslog',
  noun: 'syslog',
  help: 'What is logged, and which servers are told.',
  naming: { kind: 'singleton' },
  scope: 'group',
  properties: [
    ...effective(
      items('remote-servers', 'Servers that every line of the log files is sent to.', {
        properties: [
          ...effective(
            text('host', 'Address of the server.', { required: true }),
            address('local-ip', 'Address that it is sent from.', { words: ['none'] }),
            integer('remote-port', [0, 65_535], 514, 'UDP port of the server.'),
          ),
          ...stored(description),
        ],
        foldered: true,
        subCollection: false,
        noun: 'remote server',
        ordered: false,
      }),
      choice('iso-date', ['enabled', 'disabled'], 'disabled', 'Dates of ISO 8601.'),
    ),
    ...stored(
      ...facilities.flatMap(([name, words, from, to]) => [
        choice(`${name}-from`, severities, from, `Least severity, ${words}.`),
        choice(`${name}-to`, severities, to, `Greatest severity, ${words}.`),
      ]),
      choice(
        'clustered-host-slot',
        ['enabled', 'disabled'],
        'enabled',
        'Name the slot in host names.',
      ),
      choice(
        'clustered-message-slot',
        ['enabled', 'disabled'],
        'disabled',
        'Name the slot in messages.',
      ),
      choice('console-log', ['enabled', 'disabled'], 'enabled', 'Log to the console.'),
      text('include', 'More settings.'),
      description,
    ),
  ],
};
