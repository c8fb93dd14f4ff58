import type { Draft } from './properties.ts';
import { flags, references } from './properties.ts';

/** Which VLANs something is for. */
export const vlanSet: readonly Draft[] = [
  flags(
    'vlans-enabled',
    ['vlans-disabled', 'vlans-enabled'],
    'vlans-disabled',
    'Only on the VLANs listed, or everywhere else.',
  ),
  references('vlans', 'net vlan', 'VLANs that vlans-enabled speaks of.'),
];
