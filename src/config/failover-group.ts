/** The sync-failover group of this device. Pure. */
import type { Properties } from '../catalogue/types.ts';
import { itemsValue, lastPart, textValue } from './property-values.ts';
import type { ConfigView, EffectiveObject } from './types.ts';

/** The sync-failover group that this device is in; a device is in one at most. */
export function failoverGroup(view: ConfigView): EffectiveObject | undefined {
  return view.list('cm device-group').find((group) => {
    const properties: Properties = group.properties;
    return (
      textValue(properties, 'type') === 'sync-failover' &&
      membersOf(group).includes(view.deviceName)
    );
  });
}

/** Names of devices, without folder. */
export function membersOf(group: EffectiveObject): readonly string[] {
  return itemsValue(group.properties, 'devices').map((item) => lastPart(item.name));
}
