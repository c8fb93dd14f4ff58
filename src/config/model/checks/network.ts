import { parsePrefix } from '../../../base/address.ts';
import type { Fault } from '../../../base/fault.ts';
import type { EffectiveObject } from '../../types.ts';
import { configurationError } from '../faults.ts';
import { itemsOf, nameOf } from '../values.ts';
import { type Check, pathOf, twin } from './context.ts';

/** An interface carries many VLANs with tags, one without. */
export const vlanInterfaces: Check = (vlan, { after }) => {
  const faults: Fault[] = [];
  const tag = vlan.properties['tag'];
  for (const item of itemsOf(vlan.properties['interfaces'])) {
    const isTagged = item['tagged'] === 'tagged';
    const other = after
      .list('net vlan')
      .find(
        (candidate) =>
          candidate.name !== vlan.name &&
          itemsOf(candidate.properties['interfaces']).some(
            (theirs) =>
              nameOf(theirs) === nameOf(item) &&
              (isTagged
                ? theirs['tagged'] === 'tagged' && candidate.properties['tag'] === tag
                : theirs['tagged'] !== 'tagged'),
          ),
      );
    if (other === undefined) continue;
    const how = isTagged ? `with tag ${String(tag)}` : 'untagged';
    const message = `Vlan ${vlan.name}: interface ${nameOf(item)} is ${how} in Vlan ${other.name} already.`;
    faults.push(configurationError(message, pathOf(vlan, 'interfaces')));
  }
  return faults;
};

export const selfAddress: Check = (self, context) => {
  const faults: Fault[] = [];
  const address = String(self.properties['address']);
  const prefix = parsePrefix(address);
  const key = (object: EffectiveObject): string =>
    String(object.properties['address']).split('/')[0] ?? '';
  const other = twin(self, context, 'address', key);
  if (other !== undefined) {
    const message = `Self IP ${self.name}: the address ${key(self)} is that of Self IP ${other.name} already.`;
    faults.push(configurationError(message, pathOf(self, 'address')));
  }
  if (prefix !== undefined && prefix.address.bytes.every((byte) => byte === 0)) {
    const message = `Self IP ${self.name}: ${address} is not the address of a host.`;
    faults.push(configurationError(message, pathOf(self, 'address')));
  }
  return faults;
};

const targets = ['gw', 'interface', 'pool', 'blackhole'];

export const routeTarget: Check = (route) => {
  const given = targets.filter((name) => route.properties[name] !== undefined);
  const faults: Fault[] = [];
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none' : given.join(' and ');
    const message = `Route ${route.name} needs exactly one of gw, interface, pool, blackhole; it has ${found}.`;
    faults.push(configurationError(message, pathOf(route)));
  }
  if (route.properties['network'] === undefined) {
    const message = `Route ${route.name} needs a network.`;
    faults.push(configurationError(message, pathOf(route, 'network')));
  }
  return faults;
};

export const routeNetwork: Check = (route, context) => {
  const key = (object: EffectiveObject): string | undefined => {
    const network = object.properties['network'];
    if (network === '0.0.0.0/0') return 'default';
    if (network === '::/0') return 'default-inet6';
    return network === undefined ? undefined : String(network);
  };
  const other = twin(route, context, 'network', key);
  if (other === undefined) return [];
  const message = `Route ${route.name}: the network ${key(route)} is reached by Route ${other.name} already.`;
  return [configurationError(message, pathOf(route, 'network'))];
};

export const routeDomainId: Check = (domain, context) => {
  const key = (object: EffectiveObject): string => String(object.properties['id']);
  const other = twin(domain, context, 'id', key);
  if (other === undefined) return [];
  const message = `Route Domain ${domain.name}: the id ${key(domain)} is that of ${other.name} already.`;
  return [configurationError(message, pathOf(domain, 'id'))];
};
