/**
 * Which packets about static zones named gets to see, and from which address: it takes the address for the
 * view and for the permission, so both are decided here. Pure.
 */
import {
  type Address,
  parseAddress,
  parsePrefix,
  type Prefix,
  prefixContains,
} from '../../base/address.ts';
import { opcode, recordType } from '../../base/dns/constants.ts';
import { flag, headerBytes, readUint16 } from '../../base/dns/message.ts';
import { nameKey, readName } from '../../base/dns/name.ts';
import { isSigned } from '../../base/dns/tsig.ts';
import type { SharedZone, ViewAccess, ZoneAccess } from '../../base/dns/zone-access.ts';

interface Door {
  readonly zone: SharedZone;
  readonly clients: readonly Prefix[];
}

export interface ViewDoor {
  readonly access: ViewAccess;
  /** Undefined: everybody. */
  readonly clients: readonly Prefix[] | undefined;
  readonly zones: ReadonlyMap<string, Door>;
}

export interface ZoneDoors {
  readonly port: number;
  readonly updatePort: number;
  readonly views: readonly ViewDoor[];
}

export function compileDoors(access: ZoneAccess): ZoneDoors {
  const views = access.views.map((view) => ({
    access: view,
    clients: view.clients && prefixes(view.clients),
    zones: new Map(
      view.zones.map((zone) => [zone.domain, { zone, clients: prefixes(zone.clients) }]),
    ),
  }));
  return { port: access.port, updatePort: access.updatePort, views };
}

function prefixes(texts: readonly string[]): readonly Prefix[] {
  return texts.map(parsePrefix).filter((prefix) => prefix !== undefined);
}

export function viewFor(doors: ZoneDoors, client: string): ViewDoor | undefined {
  // One view for everybody is the usual case: nothing is parsed for it.
  const [first] = doors.views;
  if (first?.clients === undefined) return first;
  const address = plainAddress(client);
  return doors.views.find(({ clients }) => clients === undefined || isIn(address, clients));
}

function isIn(address: Address | undefined, networks: readonly Prefix[]): boolean {
  return address !== undefined && networks.some((network) => prefixContains(network, address));
}

/** `::ffff:192.0.2.1` is 192.0.2.1. */
function plainAddress(text: string): Address | undefined {
  return parseAddress(text.replace(/^::ffff:(?=\d+\.)/, ''));
}

export interface Passage {
  /** The address that named is asked from. */
  readonly from: string;
  /** Of a transfer many messages come back, over TCP; an update is not named's to decide. */
  readonly kind: 'notify' | 'axfr' | 'ixfr' | 'update';
}

/**
 * Transfers, NOTIFYs and signed updates. Undefined: an ordinary packet, or one that nobody is allowed: it is refused like
 * every other of its kind.
 */
export function passageOf(
  doors: ZoneDoors | undefined,
  packet: Uint8Array,
  client: string,
): Passage | undefined {
  if (doors === undefined || packet.length < headerBytes) return undefined;
  const flags = readUint16(packet, 2);
  const operation = (flags >> 11) & 15;
  const isNotify = operation === opcode.notify;
  if ((flags & flag.response) !== 0 || readUint16(packet, 4) !== 1) return undefined;
  const isUpdate = operation === opcode.update;
  if (!isNotify && !isUpdate && operation !== opcode.query) return undefined;
  const name = readName(packet, headerBytes, false);
  if (name === undefined || name.next + 4 > packet.length) return undefined;
  const type = readUint16(packet, name.next);
  const isTransfer = type === recordType.axfr || type === recordType.ixfr;
  if (!isNotify && !isTransfer && !isUpdate) return undefined;
  const view = viewFor(doors, client);
  const door = view?.zones.get(`${nameKey(name.text)}.`);
  if (view === undefined || door === undefined) return undefined;
  if (isUpdate) {
    const mayTry = door.zone.takesUpdates && isSigned(packet);
    return mayTry ? { from: view.access.queryAddress, kind: 'update' } : undefined;
  }
  const address = plainAddress(client);
  if (isNotify) {
    const isKnown = address !== undefined && door.zone.notifiers.includes(address.text);
    return isKnown ? { from: view.access.queryAddress, kind: 'notify' } : undefined;
  }
  const kind = type === recordType.axfr ? 'axfr' : 'ixfr';
  if (isIn(address, door.clients)) return { from: view.access.transferAddress, kind };
  const mayTry = door.zone.isSigned && isSigned(packet);
  return mayTry ? { from: view.access.queryAddress, kind } : undefined;
}

/** Is the name asked of other servers in this view? */
export function isAsked(view: ViewDoor, key: string): boolean {
  const name = `${key}.`;
  return view.access.asked.some(
    (domain) => domain === '.' || name === domain || name.endsWith(`.${domain}`),
  );
}
