/** Configuration → who else decides beside the devices: the arbiter of a group, a device's gateways. Pure. */
import { parseAddress } from '../../../base/address.ts';
import { fileContent } from '../../../config/file-content.ts';
import { itemsValue, textListValue, textValue } from '../../../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../../../config/types.ts';
import { gatewayFeature, isWatched, poolFailsafe } from '../failsafes/gateway.ts';
import type { Arbiter } from '../types.ts';

const nothing = { total: 0, up: 0 };

/** Part of a GroupConfig. */
export function arbiterOf(
  view: ConfigView,
  group: EffectiveObject | undefined,
): { readonly arbiter?: Arbiter } {
  if (group === undefined || textValue(group.properties, 'arbiter') !== 'etcd') return {};
  const text = (name: string): string => textValue(group.properties, name) ?? '';
  const file = (component: 'sys file ssl-cert' | 'sys file ssl-key', name: string): string =>
    text(name) === '' ? '' : (fileContent(view, component, text(name)) ?? '');
  const prefix = text('arbiter-prefix');
  return {
    arbiter: {
      endpoints: textListValue(group.properties, 'arbiter-endpoints'),
      // Two device groups, of whatever trust domains, may share an etcd.
      prefix: `${prefix.replace(/\/*$/, '')}/${guidOf(view)}${group.name}/`,
      authority: file('sys file ssl-cert', 'arbiter-ca'),
      certificate: file('sys file ssl-cert', 'arbiter-cert'),
      key: file('sys file ssl-key', 'arbiter-key'),
    },
  };
}

function guidOf(view: ConfigView): string {
  return view.get('cm trust-domain', '/Common/Root')?.properties.guid ?? '';
}

/** Addresses of the members of the pools whose `gateway-failsafe-device` is this one. */
export function gatewaysOf(view: ConfigView): { readonly gateways?: readonly string[] } {
  const pools = view.names('ltm pool').filter((name) => isWatched(view, name));
  const addresses = pools
    .filter((name) => poolFailsafe(view, name, nothing).feature === gatewayFeature)
    .flatMap((name) => itemsValue(view.get('ltm pool', name)?.properties ?? {}, 'members'))
    .flatMap(({ properties }) => parseAddress(textValue(properties, 'address') ?? '')?.text ?? []);
  return addresses.length === 0 ? {} : { gateways: [...new Set(addresses)] };
}
