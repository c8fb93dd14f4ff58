/**
 * What BIG-IP has and this device has none of. Clients look through these collections before they do
 * anything else (which profiles exist, which tunnels, which software images): here they find them empty,
 * and learn that nothing can be made in them.
 */
import type { Component, ComponentId } from './types.ts';

export function absent(id: ComponentId, noun: string, help: string): Component {
  return {
    id,
    noun,
    help: `${help} None here, and none can be made.`,
    naming: { kind: 'foldered' },
    scope: 'local',
    fixed: true,
    properties: [],
  };
}

export const absentComponents: readonly Component[] = [
  absent('ltm message-routing sip profile session', 'SIP session profile', 'SIP sessions.'),
  absent('ltm message-routing diameter profile session', 'Diameter session profile', 'Sessions.'),
  absent('sys software hotfix', 'hotfix', 'Hotfix images.'),
  absent('sys software image', 'software image', 'Software images.'),
  absent('sys ucs', 'archive', 'Archives of the configuration.'),
];
