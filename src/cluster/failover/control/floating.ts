/**
 * Configuration → floating addresses by traffic group. Of ten thousand virtual addresses one changes at a time, and
 * costs no more than that; self IPs, SNATs and VLANs make the whole anew. The addresses are always those of a book
 * that was made anew, in whatever order (floating.test.ts). Pure.
 */
import { type Address, parseAddress, parsePrefix, prefixContains } from '../../../base/address.ts';
import { lastPart, textListValue, textValue } from '../../../config/property-values.ts';
import type { Properties } from '../../../catalogue/types.ts';
import type { Change, ConfigView } from '../../../config/types.ts';
import { type AddressChange, localOnlyGroup } from '../addresses.ts';
import type { FloatingAddress } from '../types.ts';

/** Traffic group of what says nothing else. */
const firstGroup = '/Common/traffic-group-1';
/** Where an address lives that no VLAN's subnet contains, or that must not be answered for in ARP. */
const loopback = 'lo';
const virtualAddress = 'ltm virtual-address';

/** Kernel interface of a VLAN; undefined when it carries nothing. */
export type InterfaceOf = (view: ConfigView, vlan: string) => string | undefined;

interface Naming {
  readonly group: string;
  readonly address: FloatingAddress;
}

interface Subnet {
  readonly prefix: NonNullable<ReturnType<typeof parsePrefix>>;
  readonly interface: string;
}

export class AddressBook {
  readonly #subnets: readonly Subnet[];
  /** How many objects name an address: the first of them counts. */
  readonly #namers = new Map<string, number>();
  readonly #byVirtualAddress = new Map<string, Naming>();
  /** By traffic group, as the whole had it. */
  readonly groups = new Map<string, FloatingAddress[]>();
  /** Traffic groups that have virtual addresses which are networks. */
  readonly networks = new Set<string>();
  readonly #networkNames = new Set<string>();

  constructor(view: ConfigView, interfaceOf: InterfaceOf) {
    this.#subnets = subnetsOf(view, interfaceOf);
    for (const naming of selfNamings(view, interfaceOf)) this.#add(naming);
    for (const { name, properties } of view.list(virtualAddress)) {
      const naming = this.#namingOf(properties);
      if (naming === undefined) {
        this.networks.add(groupOf(properties));
        this.#networkNames.add(name);
        continue;
      }
      this.#byVirtualAddress.set(name, naming);
      this.#add(naming);
    }
    for (const naming of this.#translations(view)) this.#add(naming);
    // Lists of destinations may have networks, and no virtual address.
    if (view.names('ltm traffic-matching-criteria').length > 0) this.networks.add(firstGroup);
  }

  /** Takes virtual addresses in; undefined: only a book made anew can tell, and this one is of no use any more. */
  update(view: ConfigView, changes: readonly Change[]): readonly AddressChange[] | undefined {
    const result = new Map<string, { removed: FloatingAddress[]; added: FloatingAddress[] }>();
    const of = (group: string): { removed: FloatingAddress[]; added: FloatingAddress[] } => {
      const held = result.get(group) ?? { removed: [], added: [] };
      result.set(group, held);
      return held;
    };
    const names = changes.flatMap((one) => (one.component === virtualAddress ? [one.name] : []));
    for (const name of new Set(names)) {
      const before = this.#byVirtualAddress.get(name);
      const object = view.get(virtualAddress, name);
      const after = object && this.#namingOf(object.properties);
      // Of networks there are few.
      if (this.#networkNames.has(name) || (object !== undefined && after === undefined))
        return undefined;
      if (isSame(before, after)) continue;
      if (before !== undefined) {
        if (!this.#isOnly(before)) return undefined;
        this.#namers.delete(before.address.address);
        this.#byVirtualAddress.delete(name);
        of(before.group).removed.push(before.address);
      }
      if (after === undefined) continue;
      if (this.#namers.has(after.address.address)) return undefined;
      this.#namers.set(after.address.address, 1);
      this.#byVirtualAddress.set(name, after);
      of(after.group).added.push(after.address);
    }
    return [...result].map(([group, change]) => ({ group, ...change }));
  }

  #isOnly({ address }: Naming): boolean {
    return this.#namers.get(address.address) === 1;
  }

  #add({ group, address }: Naming): void {
    const before = this.#namers.get(address.address) ?? 0;
    this.#namers.set(address.address, before + 1);
    if (before > 0) return;
    const list = this.groups.get(group) ?? [];
    list.push(address);
    this.groups.set(group, list);
  }

  #namingOf(properties: Properties): Naming | undefined {
    const address = hostAddress(properties);
    if (address === undefined) return undefined;
    const isSilent = textValue(properties, 'arp') === 'disabled';
    return this.#at(groupOf(properties), address, isSilent);
  }

  #at(group: string, address: Address, isSilent: boolean): Naming {
    const home = this.#subnets.find((subnet) => prefixContains(subnet.prefix, address));
    const device = isSilent ? loopback : (home?.interface ?? loopback);
    return { group, address: { address: address.text, interface: device } };
  }

  #translations(view: ConfigView): readonly Naming[] {
    const named = view.list('ltm snat-translation').flatMap(({ name, properties }) => {
      const address = parseAddress(textValue(properties, 'address') ?? lastPart(name));
      const isSilent = textValue(properties, 'arp') === 'disabled';
      const group = groupOfTranslation(view, name);
      return address === undefined ? [] : [this.#at(group, address, isSilent)];
    });
    const members = view.list('ltm snatpool').flatMap((pool) =>
      textListValue(pool.properties, 'members').flatMap((member) => {
        const address = parseAddress(lastPart(member));
        const group = groupOfTranslation(view, member);
        return address === undefined ? [] : [this.#at(group, address, false)];
      }),
    );
    return [...named, ...members];
  }
}

function isSame(one: Naming | undefined, other: Naming | undefined): boolean {
  return (
    one?.group === other?.group &&
    one?.address.address === other?.address.address &&
    one?.address.interface === other?.address.interface
  );
}

function selfNamings(view: ConfigView, interfaceOf: InterfaceOf): readonly Naming[] {
  const subnets = subnetsOf(view, interfaceOf);
  return view.list('net self').flatMap((self): readonly Naming[] => {
    const properties: Properties = self.properties;
    const group = textValue(properties, 'traffic-group') ?? localOnlyGroup;
    const address = parsePrefix(textValue(properties, 'address') ?? '')?.address;
    // The network room places the ones that do not float.
    if (address === undefined || group === localOnlyGroup) return [];
    const home = subnets.find((subnet) => prefixContains(subnet.prefix, address))?.interface;
    const own = interfaceOf(view, textValue(properties, 'vlan') ?? '');
    return [{ group, address: { address: address.text, interface: own ?? home ?? loopback } }];
  });
}

/** Of the translation with the member's name when there is one, else its folder's. */
function groupOfTranslation(view: ConfigView, member: string): string {
  const own = textValue(
    view.get('ltm snat-translation', member)?.properties ?? {},
    'traffic-group',
  );
  if (own?.startsWith('/') === true) return own;
  const folder = member.slice(0, Math.max(1, member.lastIndexOf('/')));
  return groupOf(view.get('sys folder', folder)?.properties ?? {});
}

function groupOf(properties: Properties): string {
  const group = textValue(properties, 'traffic-group') ?? firstGroup;
  return group.startsWith('/') ? group : firstGroup;
}

/** Of ten thousand virtual addresses one changes at a time. */
const hostAddresses = new WeakMap<Properties, { readonly address: Address | undefined }>();

function hostAddress(properties: Properties): Address | undefined {
  const known = hostAddresses.get(properties);
  if (known !== undefined) return known.address;
  const address = parseHostAddress(properties);
  hostAddresses.set(properties, { address });
  return address;
}

/** Undefined for a network or "any": nobody answers ARP for those. */
function parseHostAddress(properties: Properties): Address | undefined {
  const address = parseAddress(textValue(properties, 'address') ?? '');
  if (address === undefined) return undefined;
  const mask = textValue(properties, 'mask') ?? '';
  const bytes = parseAddress(mask)?.bytes;
  const isHost =
    bytes === undefined ? !mask.startsWith('any') : bytes.every((byte) => byte === 255);
  return isHost ? address : undefined;
}

/** Longest first. */
function subnetsOf(view: ConfigView, interfaceOf: InterfaceOf): readonly Subnet[] {
  const subnets = view.list('net self').flatMap((self): Subnet[] => {
    const properties: Properties = self.properties;
    const prefix = parsePrefix(textValue(properties, 'address') ?? '');
    const device = interfaceOf(view, textValue(properties, 'vlan') ?? '');
    return prefix === undefined || device === undefined ? [] : [{ prefix, interface: device }];
  });
  return subnets.toSorted((a, b) => b.prefix.length - a.prefix.length);
}
