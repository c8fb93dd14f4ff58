/** What kind of virtual server it is, by its type, protocol and profiles. Pure. */
import type { ComponentId } from '../catalogue/types.ts';
import { itemsValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import type { Claim } from './classify.ts';

const profileComponents: readonly ComponentId[] = [
  'ltm profile http',
  'ltm profile tcp',
  'ltm profile udp',
  'ltm profile fastl4',
  'ltm profile client-ssl',
  'ltm profile server-ssl',
  'ltm profile one-connect',
  'ltm profile http-compression',
  'ltm profile http2',
  'ltm profile httprouter',
  'ltm profile web-acceleration',
  'ltm profile request-log',
  'ltm profile stream',
  'ltm profile ftp',
];

export function profilesOf(view: ConfigView, virtual: EffectiveObject): EffectiveObject[] {
  return itemsValue(virtual.properties, 'profiles').flatMap((item) => {
    for (const component of profileComponents) {
      const profile = view.get(component, item.name);
      if (profile !== undefined) return [profile];
    }
    return [];
  });
}

/** A virtual without any profile is FastL4, as one made by tmsh without profiles is. */
export function targetOf(view: ConfigView, virtual: EffectiveObject): Claim['target'] | undefined {
  switch (textValue(virtual.properties, 'virtual-type')) {
    case undefined: {
      const keepsAddress = textValue(virtual.properties, 'translate-address') === 'disabled';
      const packet = keepsAddress ? 'direct' : 'packet';
      if (textValue(virtual.properties, 'ip-protocol') === 'udp') return packet;
      const kinds = profileKinds(view, virtual);
      const isPacket =
        kinds.size === 0 ||
        kinds.has('ltm profile udp') ||
        kinds.has('ltm profile fastl4') ||
        // Its data connections are known to the kernel.
        kinds.has('ltm profile ftp');
      return isPacket ? packet : 'proxy';
    }
    case 'ip-forward':
      return 'forward';
    case 'reject':
      return 'reject';
    case 'stateless':
      // The kernel remembers the connection all the same: its packets stay with one member.
      return textValue(virtual.properties, 'ip-protocol') === 'udp' ? 'packet' : undefined;
    default:
      return undefined;
  }
}

/** TCP is ended here, and begun anew towards servers. */
export function isFullProxy(view: ConfigView, virtual: EffectiveObject): boolean {
  return targetOf(view, virtual) === 'proxy';
}

export function profileKinds(view: ConfigView, virtual: EffectiveObject): ReadonlySet<string> {
  return new Set(profilesOf(view, virtual).map((profile) => profile.component));
}
