/** `sys ip-address`, `mac-address` and sFlow's sources: the configuration, looked at by address. Pure. */
import type { ComponentId } from '../../catalogue/types.ts';
import type { Statistics } from '../../config/runtime-state.ts';
import type { ConfigView } from '../../config/types.ts';

/** Components whose objects are addresses, and the property that holds them. */
const holders: readonly (readonly [ComponentId, string | undefined])[] = [
  ['cm device', 'management-ip'],
  ['ltm node', 'address'],
  ['ltm snat-translation', 'address'],
  ['ltm virtual-address', 'address'],
  ['net self', 'address'],
  ['sys management-ip', undefined],
];

/** An address that several objects have is shown with the first of them, as BIG-IP keys it. */
export function addressStatistics(view: ConfigView): Statistics {
  const rows: Record<string, Statistics> = {};
  const add = (text: string, component: string, objectId: string): void => {
    const ipAddress = text.replace(/\/\d+$/, '');
    if (ipAddress === '' || ipAddress === 'none') return;
    rows[ipAddress] ??= { component, entry: ipAddress, ipAddress, objectId };
  };
  for (const [component, property] of holders) {
    for (const { name, properties } of view.list(component)) {
      add(String((property === undefined ? name : properties[property]) ?? ''), component, name);
    }
  }
  for (const [component, property] of [
    ['sys dns', 'name-servers'],
    ['sys ntp', 'servers'],
  ] as const) {
    const values = view.get(component as ComponentId, '')?.properties[property];
    for (const value of Array.isArray(values) ? values : []) add(String(value), component, 'n/a');
  }
  return rows;
}

/** `links` are interface names with their MAC addresses. */
export function macStatistics(links: readonly (readonly [string, string])[]): Statistics {
  return Object.fromEntries(
    links.map(([objectId, macAddress]) => [
      macAddress,
      {
        component: 'net interface',
        entry: macAddress,
        macAddress,
        objectId,
        property: 'mac-address',
      },
    ]),
  );
}

/** Nothing is sampled: `isActive` says so. */
export function sampleSources(
  names: readonly string[],
  pollInterval: number,
  samplingRate?: number,
): Statistics {
  return Object.fromEntries(
    names.map((tmName) => [
      tmName,
      {
        isActive: 'no',
        pollInterval,
        ...(samplingRate === undefined ? {} : { samplingRate: String(samplingRate) }),
        tmName,
      },
    ]),
  );
}
