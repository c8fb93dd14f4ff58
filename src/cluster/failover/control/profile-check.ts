/**
 * A profile that is faster than the devices' scheduling bears is refused, with what was measured. Only what
 * somebody asks of this device: what another one has decided is taken. Pure.
 */
import type { Fault } from '../../../base/fault.ts';
import { lastPart, textValue } from '../../../config/property-values.ts';
import type { CommitCheck, StoredObject } from '../../../config/types.ts';
import { bearableLag } from '../heartbeats/lag.ts';
import { membersOf } from '../../../config/failover-group.ts';
import { profileNamed } from './plan.ts';

const component = 'cm device-group';
const property = 'failover-profile';

/** Milliseconds by device, of those that are known. */
export type Lags = Readonly<Record<string, number>>;

export function profileCheck(lags: () => Lags): CommitCheck {
  return (changes, after, origin) => {
    if (origin.source === 'sync' || origin.source === 'system') return [];
    return changes.flatMap((change) => {
      const asked = askedProfile(change.after);
      if (change.component !== component || asked === undefined) return [];
      if (asked === askedProfile(change.before)) return [];
      const group = after.get(component, change.name);
      const devices = group === undefined ? [] : membersOf(group).map(lastPart);
      return faultsOf(change.name, asked, devices, lags());
    });
  };
}

/** The default is not asked for: it is taken, and the status says when it does not fit. */
function askedProfile(object: StoredObject | undefined): string | undefined {
  return object === undefined ? undefined : textValue(object.properties, property);
}

function faultsOf(
  name: string,
  asked: string,
  devices: readonly string[],
  lags: Lags,
): readonly Fault[] {
  const profile = profileNamed(asked);
  const bearable = bearableLag(profile);
  return devices.flatMap((device): Fault[] => {
    const lag = lags[device];
    if (lag === undefined || lag <= bearable) return [];
    const message =
      `Configuration error: The device group (${name}) cannot use the failover profile (${asked}): ` +
      `the processes of device ${device} ran up to ${Math.round(lag)} ms late within the last 10 minutes; ` +
      `${asked} bears ${Math.floor(bearable)} ms.`;
    return [
      {
        status: 400,
        code: '01070734',
        apiError: 3,
        message,
        path: `${component} ${name} ${property}`,
      },
    ];
  });
}
