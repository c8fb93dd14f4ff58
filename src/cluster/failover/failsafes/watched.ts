/** Configuration → what the failover process watches besides its peers: VLANs with failsafe and services. Pure. */
import type { Properties } from '../../../catalogue/types.ts';
import { numberValue, textValue } from '../../../config/property-values.ts';
import type { ConfigView } from '../../../config/types.ts';
import { dataPlane } from '../machine/ownership.ts';
import type { WatchedDaemon, WatchedVlan } from '../types.ts';

export const controlUnit = 'control';

/** BIG-IP's services that are a process of ours; sod is the one that watches. */
const units: Readonly<Record<string, string>> = {
  tmm: dataPlane,
  mcpd: controlUnit,
  bigd: 'monitor',
  named: 'named',
  gtmd: 'dns',
};
/** The supervisor starts again what ended; these actions ask for no more. */
const modest: readonly string[] = ['none', 'restart'];
/** A restart of control does not move traffic; a control that stays dead does. */
const controlSeconds = 30;

export function watchedDaemons(view: ConfigView): readonly WatchedDaemon[] {
  return Object.entries(units).flatMap(([daemon, unit]) => {
    const properties: Properties = view.get('sys daemon-ha', daemon)?.properties ?? {};
    const isWatched = textValue(properties, 'running') === 'enabled';
    const action = textValue(properties, 'not-running-action') ?? 'none';
    if (!isWatched || modest.includes(action)) return [];
    const given = numberValue(properties, 'running-timeout', 10);
    const timeoutSeconds = timeoutOf(unit, given);
    return [{ daemon, unit, timeoutSeconds, action }];
  });
}

/** Connections end with HAProxy: nothing is won by waiting. Control only changes what the others do by themselves. */
function timeoutOf(unit: string, given: number): number {
  if (unit === dataPlane) return 0;
  return unit === controlUnit ? Math.max(controlSeconds, given) : given;
}

export function watchedVlans(
  view: ConfigView,
  interfaceOf: (view: ConfigView, vlan: string) => string | undefined,
): readonly WatchedVlan[] {
  return view.list('net vlan').flatMap((vlan) => {
    const properties: Properties = vlan.properties;
    const device = interfaceOf(view, vlan.name);
    if (textValue(properties, 'failsafe') !== 'enabled' || device === undefined) return [];
    return [
      {
        vlan: vlan.name,
        interface: device,
        timeoutSeconds: numberValue(properties, 'failsafe-timeout', 90),
        action: textValue(properties, 'failsafe-action') ?? 'failover-restart-tm',
      },
    ];
  });
}
