/** Which virtual addresses have a route that routing daemons may announce: `route-advertisement`. Pure. */
import { type Address, parseAddress } from '../base/address.ts';
import { lastPart, textValue } from '../config/property-values.ts';
import type { Change, ConfigView, EffectiveObject } from '../config/types.ts';
import type { HealthTable } from '../monitor/health.ts';
import { maskBits } from './plan-persistence.ts';
import { splitMember } from './plan-pool.ts';

/** `selective`, `any` and BIG-IP's old `enabled`: with one virtual server that is available. */
type When = 'always' | 'any' | 'all';

interface Announced {
  readonly address: Address;
  readonly trafficGroup: string;
  readonly when: When;
}

export interface AdvertisedSources {
  readonly health: Pick<HealthTable, 'get'>;
  /** The traffic group is here. */
  readonly isActiveFor: (trafficGroup: string) => boolean;
}

const component = 'ltm virtual-address';
const firstGroup = '/Common/traffic-group-1';
const whenOf: Readonly<Record<string, When>> = {
  always: 'always',
  enabled: 'any',
  selective: 'any',
  any: 'any',
  all: 'all',
};

/** Few addresses are announced: only those are held. */
export class AdvertisedBook {
  readonly #announced = new Map<string, Announced>();
  /** By address: names of its virtual servers, where it counts whether all are available. */
  #virtuals: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(view: ConfigView) {
    for (const name of view.names(component)) this.#take(view, name);
    this.#lookForVirtuals(view);
  }

  update(view: ConfigView, changes: readonly Change[]): void {
    let isTouched = false;
    for (const change of changes) {
      if (change.component === component) this.#take(view, change.name);
      isTouched ||= change.component === component || change.component === 'ltm virtual';
    }
    if (isTouched) this.#lookForVirtuals(view);
  }

  get isEmpty(): boolean {
    return this.#announced.size === 0;
  }

  /** The addresses as text. */
  wanted({ health, isActiveFor }: AdvertisedSources): ReadonlySet<string> {
    const wanted = new Set<string>();
    for (const [name, { address, trafficGroup, when }] of this.#announced) {
      if (isActiveFor(trafficGroup) && this.#isServed(name, address, when, health))
        wanted.add(address.text);
    }
    return wanted;
  }

  #isServed(
    name: string,
    { text }: Address,
    when: When,
    health: AdvertisedSources['health'],
  ): boolean {
    // What nobody looks at BIG-IP takes for available, too.
    const isUp = (state: string | undefined): boolean =>
      state === undefined || state === 'available' || state === 'unknown';
    switch (when) {
      case 'always':
        return true;
      case 'any':
        return isUp(health.get(`virtual-address ${name}`)?.availability);
      case 'all':
        return (this.#virtuals.get(text) ?? []).every((virtual) =>
          isUp(health.get(`virtual ${virtual}`)?.availability),
        );
    }
  }

  #take(view: ConfigView, name: string): void {
    this.#announced.delete(name);
    const object = view.get(component, name);
    const announced = object && announcedOf(object);
    if (announced !== undefined) this.#announced.set(name, announced);
  }

  #lookForVirtuals(view: ConfigView): void {
    const isAsked = [...this.#announced.values()].some(({ when }) => when === 'all');
    if (!isAsked) {
      this.#virtuals = new Map();
      return;
    }
    const names = new Map<string, string[]>();
    for (const { name, properties } of view.list('ltm virtual')) {
      const { host } = splitMember(lastPart(textValue(properties, 'destination') ?? ''));
      const own = names.get(host);
      if (own === undefined) names.set(host, [name]);
      else own.push(name);
    }
    this.#virtuals = names;
  }
}

/** Networks are not: a route to one would take packets that are to be forwarded. */
function announcedOf({ name, properties }: EffectiveObject): Announced | undefined {
  const when = whenOf[textValue(properties, 'route-advertisement') ?? ''];
  const address = parseAddress(textValue(properties, 'address') ?? lastPart(name));
  if (when === undefined || address === undefined || address.routeDomain !== 0) return undefined;
  if (textValue(properties, 'enabled') === 'no') return undefined;
  const mask = parseAddress(textValue(properties, 'mask') ?? '');
  const isHost = mask === undefined || maskBits(mask.bytes) === address.bytes.length * 8;
  if (!isHost || address.bytes.every((byte) => byte === 0)) return undefined;
  const group = textValue(properties, 'traffic-group');
  return { address, when, trafficGroup: group?.startsWith('/') === true ? group : firstGroup };
}
