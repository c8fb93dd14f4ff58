/** Where this device itself waits for connections; HAProxy cannot, and would take no configuration at all. Pure. */
import { type Address, parseAddress, parsePrefix } from '../base/address.ts';
import { textValue } from '../config/property-values.ts';
import type { ConfigView } from '../config/types.ts';
import { iqueryPort } from '../iquery/port.ts';

/** Of iControl REST. */
const managementPort = 443;

/** Why no virtual server can be there; undefined where one can. */
export function ownListener(
  view: ConfigView,
  { address, port }: { readonly address: Address; readonly port: number },
): string | undefined {
  if (port === iqueryPort) return `port ${port} is iQuery's, at every address of the device`;
  const isOwn = port === managementPort && ownAddresses(view).includes(address.text);
  return isOwn ? `${address.text} port ${port} is where the device itself is managed` : undefined;
}

function ownAddresses(view: ConfigView): readonly (string | undefined)[] {
  const selfs = view
    .list('net self')
    .map(({ properties }) => parsePrefix(textValue(properties, 'address') ?? '')?.address.text);
  const managed = view
    .list('cm device')
    .map(({ properties }) => parseAddress(textValue(properties, 'management-ip') ?? '')?.text);
  return [...selfs, ...managed];
}
