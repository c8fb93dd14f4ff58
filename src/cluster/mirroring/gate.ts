/**
 * Who may speak to what mirrors: conntrackd and HAProxy's peers believe everybody. Stands while this device has a
 * mirroring address, whether or not anything is mirrored. Pure.
 */
import { failoverGroup, membersOf } from '../../config/failover-group.ts';
import {
  connectionMirrorPort,
  mirrorAddresses,
  recordMirrorPort,
} from '../../config/mirror-addresses.ts';
import type { ConfigView } from '../../config/types.ts';

const table = 'inet evenkeel_mirror_gate';

/** Replaces the table, in one transaction. */
export function renderMirrorGate(view: ConfigView): string {
  const own = mirrorAddresses(view, view.deviceName);
  const rules = own.flatMap((address, index) => {
    if (address === undefined) return [];
    const ip = address.family === 4 ? 'ip' : 'ip6';
    const peers = peersOf(view).flatMap((device) => {
      const far = mirrorAddresses(view, device)[index];
      return far?.family === address.family ? [far.text] : [];
    });
    const strangers = peers.length === 0 ? '' : ` ${ip} saddr != { ${peers.join(', ')} }`;
    return [
      `${ip} daddr ${address.text} udp dport ${connectionMirrorPort(view)}${strangers} counter drop`,
      `${ip} daddr ${address.text} tcp dport ${recordMirrorPort(view)}${strangers} counter drop`,
    ];
  });
  const empty = [`table ${table} { }`, `delete table ${table}`];
  if (rules.length === 0) return `${empty.join('\n')}\n`;
  return [
    ...empty,
    `table ${table} {`,
    'chain input {',
    'type filter hook input priority filter - 10; policy accept;',
    // HAProxy's own next process takes the records over.
    'iifname "lo" accept',
    ...rules,
    '}',
    '}\n',
  ].join('\n');
}

function peersOf(view: ConfigView): readonly string[] {
  const group = failoverGroup(view);
  return group === undefined ? [] : membersOf(group).filter((device) => device !== view.deviceName);
}
