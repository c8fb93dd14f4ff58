/** Cross-property and cross-object checks, by the names that the catalogue uses. */
import { commonOnly, deviceGroupArbiter, deviceGroupMembers, trafficGroup } from './cluster.ts';
import type { Check } from './context.ts';
import { nodeElsewhere, routeGateway, selfElsewhere, selfOfRoutes } from './connected.ts';
import {
  gtmPoolMembers,
  gtmServerDevices,
  listenerProfiles,
  listenerTuple,
  wideIpAliases,
} from './gtm.ts';
import { dataGroupRecords } from './data-group.ts';
import {
  nodeAddress,
  virtualAddressUnique,
  virtualAddresses,
  virtualPolicies,
  virtualProfiles,
  virtualSnat,
  virtualTuple,
} from './ltm.ts';
import {
  routeDomainId,
  routeNetwork,
  routeTarget,
  selfAddress,
  vlanInterfaces,
} from './network.ts';
import { policyOfVirtuals, virtualPolicyProfiles } from './policy.ts';
import { ruleOfVirtuals, unknownEvents, virtualRuleEvents } from './rule-events.ts';
import { dbRange, user } from './system.ts';

export const checks: Readonly<Record<string, Check>> = {
  'common-only': commonOnly,
  'device-group-members': deviceGroupMembers,
  'device-group-arbiter': deviceGroupArbiter,
  'traffic-group': trafficGroup,
  'data-group-records': dataGroupRecords,
  'gtm-pool-members': gtmPoolMembers,
  'gtm-server-devices': gtmServerDevices,
  'listener-profiles': listenerProfiles,
  'listener-tuple': listenerTuple,
  'wide-ip-aliases': wideIpAliases,
  'node-address': nodeAddress,
  'node-elsewhere': nodeElsewhere,
  'policy-of-virtuals': policyOfVirtuals,
  'rule-of-virtuals': ruleOfVirtuals,
  'unknown-events': unknownEvents,
  'virtual-policy-profiles': virtualPolicyProfiles,
  'virtual-rule-events': virtualRuleEvents,
  'virtual-address-unique': virtualAddressUnique,
  'virtual-addresses': virtualAddresses,
  'virtual-policies': virtualPolicies,
  'virtual-profiles': virtualProfiles,
  'virtual-snat': virtualSnat,
  'virtual-tuple': virtualTuple,
  'route-domain-id': routeDomainId,
  'route-gateway': routeGateway,
  'route-network': routeNetwork,
  'route-target': routeTarget,
  'self-address': selfAddress,
  'self-elsewhere': selfElsewhere,
  'self-of-routes': selfOfRoutes,
  'vlan-interfaces': vlanInterfaces,
  'db-range': dbRange,
  user,
};
