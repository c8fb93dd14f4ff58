/**
 * What BIG-IP has and this device has none of. Clients look through these collections before they do
 * anything else (which profiles exist, which tunnels, which software images): here they find them empty,
 * and learn that nothing can be made in them.
 */
import type { Draft } from './properties.ts';
import { stored } from './properties.ts';
import type { Component, ComponentId } from './types.ts';

export const notHere = 'this device has none';

export function absent(
  id: ComponentId,
  noun: string,
  help: string,
  reason: string = notHere,
  properties: readonly Draft[] = [],
): Component {
  return {
    id,
    noun,
    help: `${help} None here, and none can be made: ${reason}.`,
    naming: { kind: 'foldered' },
    scope: 'local',
    fixed: true,
    absent: reason,
    properties: stored(...properties),
  };
}

const enforcer = 'the module pem is not provisioned';
const firewall = 'the module afm is not provisioned';
const applicationSecurity = 'the module asm is not provisioned';
const chains = 'service function chaining is not done here';
const removed = 'BIG-IP has it no more since 16.1';

/** Of the firewall and of its neighbours, which clients look for. */
const firewallKinds = [
  ['blacklist-publisher category', 'Addresses that are told to others.'],
  ['blacklist-publisher profile', 'Whom they are told to.'],
  ['dos device-config', 'Defence of the device against floods.'],
  ['dos profile', 'Defence of virtual servers against floods.'],
  ['firewall policy', 'Rules of the firewall.'],
  ['firewall rule-list', 'Lists of such rules.'],
  ['firewall schedule', 'When rules are in force.'],
  ['flowspec-route-injector profile', 'Rules that routers are told.'],
  ['ip-intelligence blacklist-category', 'Kinds of bad addresses.'],
  ['ip-intelligence feed-list', 'Where bad addresses are learnt.'],
  ['ip-intelligence policy', 'What happens to bad addresses.'],
  ['nat destination-translation', 'Addresses that destinations become.'],
  ['nat policy', 'Which addresses are translated.'],
  ['nat source-translation', 'Addresses that sources become.'],
  ['protected-servers netflow-protected-server', 'Servers watched by flows.'],
  ['protected-servers traffic-matching-criteria', 'Traffic of such servers.'],
  ['protocol-inspection compliance', 'Rules of protocols.'],
  ['protocol-inspection profile', 'Protocols that are looked into.'],
  ['protocol-inspection signature', 'Signatures of attacks.'],
  ['scrubber profile', 'Whom floods are sent to.'],
] as const;

const gateway = 'clients cannot ask for ports here';
const inspection = 'protocols are not looked into here';

export const absentComponents: readonly Component[] = [
  absent('ltm classification application', 'application', 'Applications of traffic.', enforcer),
  absent('ltm classification category', 'category', 'Kinds of applications.', enforcer),
  absent('ltm classification url-category', 'URL category', 'Kinds of web sites.', enforcer),
  absent('ltm profile classification', 'Classification Profile', 'Tells applications.', enforcer),
  absent('ltm profile iiop', 'IIOP Profile', 'Knows CORBA.', inspection),
  absent('ltm profile mssql', 'MSSQL Profile', 'Knows Microsoft SQL.', inspection),
  absent('ltm profile pcp', 'PCP Profile', 'Clients that ask for ports.', gateway),
  absent('ltm profile smtp', 'SMTP Profile', 'Knows mail.', inspection),
  absent('ltm profile spdy', 'SPDY Profile', 'The forerunner of HTTP/2.', removed),
  absent('ltm profile subscriber-mgmt', 'Subscriber Profile', 'Knows subscribers.', enforcer),
  absent(
    'ltm profile web-security',
    'Web Security Profile',
    'Hands requests to the web application firewall.',
    applicationSecurity,
  ),
  absent('ltm tacdb customdb', 'TAC database', 'Databases of handsets.', enforcer),
  absent('ltm tacdb customdb-file', 'TAC database file', 'Files of such databases.', enforcer),
  absent('ltm tacdb licenseddb', 'TAC database', 'The bought database of handsets.', enforcer),
  absent('ltm tacdb licenseddb-file', 'TAC database file', 'Its files.', enforcer),
  absent('net port-mirror', 'Port Mirror', 'Copies packets of one port to another.', 'no switch'),
  absent('net sfc chain', 'Service Function Chain', 'Ways through services.', chains),
  absent('net sfc sf', 'Service Function', 'Services on such ways.', chains),
  ...firewallKinds.map(([name, help]) => absent(`security ${name}`, name, help, firewall)),
];
