/** Which virtual addresses leave pings without an answer: `icmp-echo`. Pure. */
import { type Address, parseAddress } from '../base/address.ts';
import { OverlayMap } from '../base/overlay-map.ts';
import { lastPart, textValue } from '../config/property-values.ts';
import type { Change, ConfigView } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';

interface Quiet {
  readonly address: Address;
  /** Else while a virtual server of it is available. */
  readonly isAlways: boolean;
}

/** Set → the addresses in it, as nft writes them. */
export type MutedAddresses = ReadonlyMap<string, ReadonlyMap<string, string>>;

const component = 'ltm virtual-address';

/** Most addresses answer always: only others are held. */
export class EchoBook {
  readonly #quiet: Map<string, Quiet>;

  constructor(view: ConfigView, base?: EchoBook) {
    this.#quiet = base === undefined ? new Map() : new OverlayMap(base.#quiet);
    if (base !== undefined) return;
    for (const name of view.names(component)) this.#take(view, name);
  }

  /** One to try something out on. */
  fork(view: ConfigView): EchoBook {
    return new EchoBook(view, this);
  }

  update(view: ConfigView, changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.component === component) this.#take(view, change.name);
    }
  }

  muted(health: Pick<HealthTable, 'get'>): MutedAddresses {
    const sets = new Map([4, 6].map((family) => [`mute${family}`, new Map<string, string>()]));
    for (const [name, { address, isAlways }] of this.#quiet) {
      const state = health.get(`virtual-address ${name}`)?.availability;
      // Nobody looks: BIG-IP takes that for available, too.
      const isServed = state === undefined || state === 'available' || state === 'unknown';
      if (isServed && !isAlways) continue;
      sets.get(`mute${address.family}`)?.set(address.text, address.text);
    }
    return sets;
  }

  #take(view: ConfigView, name: string): void {
    this.#quiet.delete(name);
    const object = view.get(component, name);
    if (object === undefined) return;
    const when = textValue(object.properties, 'icmp-echo') ?? 'enabled';
    const address = parseAddress(textValue(object.properties, 'address') ?? lastPart(name));
    if (address === undefined || when === 'enabled' || when === 'always') return;
    this.#quiet.set(name, { address, isAlways: when === 'disabled' });
  }
}

export function isSameMuted(one: MutedAddresses, other: MutedAddresses): boolean {
  return [...other].every(([set, addresses]) => {
    const held = one.get(set);
    return held?.size === addresses.size && [...addresses.keys()].every((key) => held.has(key));
  });
}
