/**
 * Which address servers see. BIG-IP's automap takes a floating self IP of the egress VLAN (of the traffic
 * group of the virtual address) before a non-floating one, so that connections can move with the group. Pure.
 */
import {
  type Address,
  type Prefix,
  addressOf,
  parseAddress,
  parsePrefix,
} from '../base/address.ts';
import { lastPart, structValue, textListValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import type { FloatingSource, SourcePlan } from './types.ts';

const localOnly = '/Common/traffic-group-local-only';

export function planSource(
  view: ConfigView,
  virtual: EffectiveObject,
  trafficGroup: string,
): SourcePlan {
  const translation = structValue(virtual.properties, 'source-address-translation');
  switch (textValue(translation, 'type')) {
    case 'automap':
      return { kind: 'automap', floating: floatingSources(view, trafficGroup) };
    case 'snat':
      return { kind: 'pool', addresses: snatAddresses(view, textValue(translation, 'pool')) };
    default:
      return { kind: 'client' };
  }
}

/** A network without a self IP of this device's own is not on this device, whatever floats there. */
export function floatingSources(view: ConfigView, trafficGroup: string): readonly FloatingSource[] {
  const selfs = view.list('net self').flatMap((self) => {
    const prefix = parsePrefix(textValue(self.properties, 'address') ?? '');
    const group = textValue(self.properties, 'traffic-group') ?? localOnly;
    return prefix === undefined ? [] : [{ prefix, group, vlan: self.properties['vlan'] }];
  });
  const own = new Set(selfs.filter((self) => self.group === localOnly).map((self) => self.vlan));
  return selfs
    .filter((self) => self.group === trafficGroup && trafficGroup !== localOnly)
    .filter((self) => own.has(self.vlan))
    .map((self) => ({ network: networkOf(self.prefix), address: self.prefix.address }));
}

export function networkOf(prefix: Prefix): Prefix {
  let left = prefix.length;
  const bytes = prefix.address.bytes.map((byte) => {
    const kept = Math.max(0, Math.min(8, left));
    left -= 8;
    return byte & ((0xff << (8 - kept)) & 0xff);
  });
  return { address: addressOf(bytes, prefix.address.routeDomain), length: prefix.length };
}

export function snatAddresses(view: ConfigView, pool: string | undefined): readonly Address[] {
  const object = pool === undefined ? undefined : view.get('ltm snatpool', pool);
  if (object === undefined) return [];
  return textListValue(object.properties, 'members').flatMap((member) => {
    const address = parseAddress(lastPart(member));
    return address === undefined ? [] : [address];
  });
}
