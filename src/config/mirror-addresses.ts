/** Where devices mirror to each other: connections on UDP, persistence records on TCP. Pure. */
import { type Address, parseAddress } from '../base/address.ts';
import { failoverGroup, membersOf } from './failover-group.ts';
import { textValue } from './property-values.ts';
import type { ConfigView } from './types.ts';

/** BIG-IP's first mirroring port. */
const defaultPort = 1028;

/** Of connections, UDP. */
export function connectionMirrorPort(view: ConfigView): number {
  const port = Number(databaseVariable(view, 'statemirror.peerlistenport'));
  return Number.isInteger(port) && port > 0 && port < 65_535 ? port : defaultPort;
}

/** Of persistence records, TCP: the port after it. */
export function recordMirrorPort(view: ConfigView): number {
  return connectionMirrorPort(view) + 1;
}

/** The database variable that turns all mirroring off. */
export function isMirroringAllowed(view: ConfigView): boolean {
  return databaseVariable(view, 'statemirror.state') !== 'disable';
}

function databaseVariable(view: ConfigView, name: string): string | undefined {
  const found = view.get('sys db', name);
  return found && textValue(found.properties, 'value');
}

/** Primary before secondary; one that is `any6`, BIG-IP's word for none, is undefined. */
export function mirrorAddresses(
  view: ConfigView,
  device: string,
): readonly [primary: Address | undefined, secondary: Address | undefined] {
  const properties = view.get('cm device', `/Common/${device}`)?.properties ?? {};
  const read = (property: string): Address | undefined => {
    const address = parseAddress(textValue(properties, property) ?? '');
    return address?.bytes.every((byte) => byte === 0) === true ? undefined : address;
  };
  return [read('mirror-ip'), read('mirror-secondary-ip')];
}

/** With whom this device shares persistence records: every other member of its group that can be reached so. */
export interface RecordMirror {
  readonly device: string;
  readonly address: string;
  readonly port: number;
  readonly peers: readonly { readonly device: string; readonly address: string }[];
}

/** Undefined while there is nobody to mirror records to, or no address to do it from. */
export function recordMirror(view: ConfigView): RecordMirror | undefined {
  const group = failoverGroup(view);
  const [own] = mirrorAddresses(view, view.deviceName);
  if (group === undefined || own === undefined || !isMirroringAllowed(view)) return undefined;
  const peers = membersOf(group)
    .toSorted()
    .flatMap((device) => {
      const [address] = mirrorAddresses(view, device);
      const isOther = device !== view.deviceName && address?.family === own.family;
      return isOther ? [{ device, address: address.text }] : [];
    });
  if (peers.length === 0) return undefined;
  return { device: view.deviceName, address: own.text, port: recordMirrorPort(view), peers };
}
