import type { Component } from '../types.ts';
import { shown, shownObjects } from '../state.ts';

/** What the network can show that is no object's statistics. */
export const netState: readonly Component[] = [
  shown('net clone-stats', 'clone statistics', 'Packets copied to clone pools.'),
  shown('net cmetrics', 'route metric', 'What TCP remembers of other hosts.'),
  shown('net ike-evt-stat', 'IKE event', 'Events of key exchanges.'),
  shown('net ike-msg-stat', 'IKE message', 'Messages of key exchanges.'),
  shownObjects('net interface-cos', 'interface class of service', 'Packets by class of service.'),
  shownObjects('net interface-ddm', 'interface diagnostics', 'What optical modules measure.'),
  shown('net ipsec ike-sa', 'IKE security association', 'Key exchanges that are up.'),
  shown('net ipsec ipsec-sa', 'IPsec security association', 'Tunnels that are up.'),
  shown('net ipsec-stat', 'IPsec statistics', 'Packets through IPsec.'),
  shownObjects('net lldp-neighbors', 'LLDP neighbor', 'Neighbours that speak LLDP.'),
  shown('net mroute', 'multicast route', 'Routes of multicast.'),
  shown('net packet-tester security', 'packet tester', 'What a packet would meet.'),
  shown('net rst-cause', 'reset cause', 'Why connections were reset.'),
  shownObjects('net sfc hop', 'service function hop', 'Hops of service function chains.'),
  shown('net tunnels fec-stat', 'FEC statistics', 'Packets that were repaired.'),
  shown('net vlan-allowed', 'allowed VLAN', 'VLANs that a guest may use.'),
];
