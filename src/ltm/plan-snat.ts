/**
 * `ltm snat`: clients whose source address is replaced wherever they connect through this device, unless a virtual
 * server takes the connection. Pure.
 */
import { parseAddress, parsePrefix, type Prefix } from '../base/address.ts';
import { itemsValue, lastPart, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { nameHash } from './classify.ts';
import { isMirrored } from './mirrored.ts';
import { floatingSources, snatAddresses } from './plan-source.ts';
import { interfacesOf } from './plan-virtual.ts';
import type { DeviceFacts, SnatPlan } from './types.ts';

/** Commits that touch none of these leave the plan as it is. */
export const snatComponents: readonly string[] = [
  'ltm snat',
  'ltm snat-translation',
  'ltm snatpool',
  'net self',
  'net vlan',
];

/** Beside those of virtual servers. */
const markTop = 0x46_00_00_00;
const markMask = 0xff_ff_ff;
const firstGroup = '/Common/traffic-group-1';

export function planSnats(view: ConfigView, facts: DeviceFacts): readonly SnatPlan[] {
  const taken = new Set<number>();
  return view
    .list('ltm snat')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((snat): readonly SnatPlan[] => {
      const origins = itemsValue(snat.properties, 'origins').flatMap(({ name }) => {
        const origin = prefixOf(name);
        return origin === undefined ? [] : [origin];
      });
      const place = sourceOf(view, snat);
      if (origins.length === 0 || place === undefined) return [];
      let low = nameHash(snat.name) & markMask;
      while (taken.has(low)) low = (low + 1) & markMask;
      taken.add(low);
      return [
        {
          name: snat.name,
          mark: markTop + low,
          origins,
          interfaces: interfacesOf(view, facts, snat),
          isMirrored: isMirrored(snat),
          ...place,
        },
      ];
    });
}

/** A network, or one address. */
function prefixOf(name: string): Prefix | undefined {
  const prefix = parsePrefix(name);
  if (prefix !== undefined) return prefix;
  const address = parseAddress(name);
  return address && { address, length: address.bytes.length * 8 };
}

type Placed = Pick<SnatPlan, 'source' | 'trafficGroup'>;

/** Undefined: it says nothing, so that addresses stay as they are. */
function sourceOf(view: ConfigView, snat: EffectiveObject): Placed | undefined {
  const { properties } = snat;
  const pool = textValue(properties, 'snatpool');
  const translation = textValue(properties, 'translation');
  if (pool !== undefined && pool !== 'none') {
    const addresses = snatAddresses(view, pool);
    return { source: { kind: 'pool', addresses }, trafficGroup: firstGroup };
  }
  if (translation !== undefined && translation !== 'none') {
    const object = view.get('ltm snat-translation', translation);
    const text = (object && textValue(object.properties, 'address')) ?? lastPart(translation);
    const address = parseAddress(text);
    const group = (object && textValue(object.properties, 'traffic-group')) ?? firstGroup;
    const trafficGroup = group.startsWith('/') ? group : firstGroup;
    return address && { source: { kind: 'pool', addresses: [address] }, trafficGroup };
  }
  if (properties['automap'] === undefined) return undefined;
  const floating = floatingSources(view, firstGroup);
  return { source: { kind: 'automap', floating }, trafficGroup: firstGroup };
}
