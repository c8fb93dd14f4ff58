/**
 * What conntrackd and the kernel are told, as text. Pure.
 *
 * conntrackd 1.4.7 filters by address only, and of those looks at the client's and the server's. So the kernel
 * filters: a connection without the mark of a mirrored virtual server has no events, and conntrackd does not hear
 * of it. Entries go straight into the peer's kernel (no external cache): state is there before the address.
 */
import { transitMark } from '../failover/kernel/handover.ts';
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';
import type { MirrorLink, MirrorPlan } from './types.ts';

export const mirrorTable = 'evenkeel_mirror';

/** Where one conntrackd keeps its things. */
export interface DaemonPlaces {
  readonly socket: string;
  readonly lock: string;
}

/** A peer that is away for a moment gets what it missed; beyond this it is asked to begin anew. */
const resendQueue = 131_072;
const socketBytes = 2_097_152;
const mostSocketBytes = 16_777_216;
/** Entries of conntrackd's own memory; the kernel's table has its own bound. */
const buckets = 32_768;
const mostEntries = 1_048_576;

/** `interfaces`: the one that has the own address of each link, in the same order. */
export function renderDaemon(
  plan: MirrorPlan,
  interfaces: readonly string[],
  places: DaemonPlaces,
): string {
  const own = (family: 4 | 6): readonly string[] =>
    plan.links.filter((link) => link.family === family).flatMap((link) => [link.own, link.peer]);
  const ignored = [
    ...['127.0.0.1', ...own(4)].map((address) => `IPv4_address ${address}`),
    ...['::1', ...own(6)].map((address) => `IPv6_address ${address}`),
  ];
  return section('Sync', [
    section('Mode FTFW', [
      `ResendQueueSize ${resendQueue}`,
      'PurgeTimeout 60',
      'ACKWindowSize 300',
      'DisableExternalCache yes',
      // It would send what its peer serves, too: control asks for what is served here (driver.ts).
      'StartupResync no',
    ]),
    ...plan.links.map((link, index) =>
      linkSection(plan.port, link, interfaces[index] ?? '', index),
    ),
    section('Options', ['TCPWindowTracking no']),
  ]).concat(
    section('General', [
      'Systemd no',
      `HashSize ${buckets}`,
      `HashLimit ${mostEntries}`,
      // Its console is kept by the supervisor.
      'LogFile off',
      `LockFile ${places.lock}`,
      section('UNIX', [`Path ${places.socket}`]),
      `NetlinkBufferSize ${socketBytes}`,
      `NetlinkBufferSizeMaxGrowth ${mostSocketBytes}`,
      'NetlinkEventsReliable yes',
      section('Filter From Userspace', [
        section('Protocol Accept', ['TCP', 'UDP']),
        section('Address Ignore', ignored),
      ]),
    ]),
  );
}

function linkSection(port: number, link: MirrorLink, device: string, index: number): string {
  const ip = `IPv${link.family}`;
  return section(index === 0 ? 'UDP Default' : 'UDP', [
    `${ip}_address ${link.own}`,
    `${ip}_Destination_Address ${link.peer}`,
    `Port ${port}`,
    `Interface ${device}`,
    `SndSocketBuffer ${socketBytes}`,
    `RcvSocketBuffer ${socketBytes}`,
    'Checksum on',
  ]);
}

function section(head: string, lines: readonly string[]): string {
  const inner = lines.flatMap((line) => line.trimEnd().split('\n')).map((line) => `  ${line}\n`);
  return `${head} {\n${inner.join('')}}\n`;
}

/** Replaces the table, in one transaction. */
export function renderTable(plan: MirrorPlan): string {
  const marks = plan.virtuals.map(({ mark }) => `0x${mark.toString(16)}`);
  return [
    ...emptyTable(),
    `table inet ${mirrorTable} {`,
    `set mirrored { type mark; elements = { ${[...new Set(marks)].join(', ')} }; }`,
    // Translated on the former owner: here they would look like connections that clash with the mirrored ones.
    'chain relayed {',
    'type filter hook prerouting priority raw; policy accept;',
    `meta mark ${transitMark} notrack`,
    '}',
    'chain forwarded {',
    'type filter hook postrouting priority 300; policy accept;',
    'ct state new ct mark != @mirrored ct event set 0x0',
    '}',
    'chain received {',
    'type filter hook input priority 300; policy accept;',
    'ct state new ct event set 0x0',
    '}',
    '}\n',
  ].join('\n');
}

export function renderNoTable(): string {
  return `${emptyTable().join('\n')}\n`;
}

function emptyTable(): readonly string[] {
  return [`table inet ${mirrorTable} { }`, `delete table inet ${mirrorTable}`];
}

/** Idle for so long, a connection that was taken over is forgotten; the kernel's own values come with its next packet. */
const touchedSeconds = { tcp: 3600, udp: 120 } as const;

/**
 * Arguments of `conntrack` that touch every connection of the virtual server, so that conntrackd tells its peer of
 * each. One a protocol.
 */
export function touches(virtual: MirroredVirtual): readonly (readonly string[])[] {
  const protocols = virtual.protocol === 'any' ? (['tcp', 'udp'] as const) : [virtual.protocol];
  return protocols.map((protocol) => [
    '-U',
    '-f',
    `ipv${virtual.family}`,
    '-p',
    protocol,
    '--orig-dst',
    virtual.destination,
    ...(virtual.origin === undefined ? [] : ['--orig-src', virtual.origin]),
    ...(virtual.port === 0 ? [] : ['--orig-port-dst', String(virtual.port)]),
    '-t',
    String(touchedSeconds[protocol]),
  ]);
}
