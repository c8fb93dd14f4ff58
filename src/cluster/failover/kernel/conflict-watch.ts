/** Listens for others who claim addresses that this device answers for; names them, and contradicts. */
import { parseAddress } from '../../../base/address.ts';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import type { ClaimReader } from '../../../platform/ffi/claims.ts';
import type { Log } from '../../../platform/log.ts';
import { type Conflicts, noteClaim, rememberedMilliseconds } from './conflicts.ts';
import { type AddressChange, localOnlyGroup } from '../addresses.ts';
import type { ConflictStatus } from '../protocol.ts';
import type { FailoverConfig } from '../types.ts';

const lookMilliseconds = 100;
/** In one look and for each family: a storm of ARP must not hold up heartbeats. */
const readAtOnce = 200;
const mostShown = 20;
const defendAgainMilliseconds = 1000;

export interface ConflictWatch {
  configure(config: FailoverConfig): void;
  /** Addresses that came and went since. */
  readdress(changes: readonly AddressChange[]): void;
  status(): readonly ConflictStatus[];
  close(): void;
}

interface Watched {
  readonly address: string;
  /** Traffic group; undefined for what does not float. */
  readonly group: string | undefined;
  readonly interface: string;
}

interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly claims: ClaimReader;
  /** Is the hardware address one of this device's own? */
  readonly isOwn: (hardware: string) => boolean;
  /** Since when this device is active for the group, monotonic milliseconds; undefined: it is not. */
  readonly activeSince: (group: string) => number | undefined;
  /** Says again where the address is. */
  readonly announce: (group: string, address: string) => void;
}

export function watchConflicts(parts: Parts): ConflictWatch {
  return new Watch(parts);
}

class Watch implements ConflictWatch {
  readonly #parts: Parts;
  readonly #cancel: Cancel;
  #addresses = new Map<string, Watched>();
  #vlans: Readonly<Record<string, string>> = {};
  #conflicts: Conflicts = new Map();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#cancel = parts.clock.every(lookMilliseconds, () => this.#look());
  }

  configure(config: FailoverConfig): void {
    this.#vlans = config.vlanNames ?? {};
    const floating = config.own.trafficGroups.flatMap(({ name, addresses }) =>
      addresses.map((one) => ({ ...one, group: name })),
    );
    const still = [...config.fixedAddresses, ...(config.selfAddresses ?? [])].map((one) => ({
      ...one,
      group: undefined,
    }));
    this.#addresses = new Map(
      [...still, ...floating].flatMap((one): [string, Watched][] => {
        const bytes = parseAddress(one.address)?.bytes;
        return bytes === undefined ? [] : [[bytes.join('.'), one]];
      }),
    );
  }

  readdress(changes: readonly AddressChange[]): void {
    for (const { removed } of changes) {
      for (const { address } of removed) {
        const bytes = parseAddress(address)?.bytes;
        if (bytes !== undefined) this.#addresses.delete(bytes.join('.'));
      }
    }
    for (const { group, added } of changes) {
      for (const one of added) {
        const bytes = parseAddress(one.address)?.bytes;
        const floats = group === localOnlyGroup ? undefined : group;
        if (bytes !== undefined) this.#addresses.set(bytes.join('.'), { ...one, group: floats });
      }
    }
  }

  status(): readonly ConflictStatus[] {
    const { clock } = this.#parts;
    const now = clock.monotonicMilliseconds();
    const wallOffset = clock.wallMilliseconds() - now;
    return [...this.#conflicts.values()]
      .filter(({ lastAt }) => now - lastAt < rememberedMilliseconds)
      .slice(-mostShown)
      .map(({ address, hardware, isProbe, count, firstAt, lastAt }) => ({
        address,
        hardware,
        isProbe,
        count,
        first: Math.round(firstAt + wallOffset),
        last: Math.round(lastAt + wallOffset),
      }));
  }

  close(): void {
    this.#cancel();
  }

  #look(): void {
    const { claims, clock, isOwn } = this.#parts;
    const before = this.#lookedAt;
    this.#lookedAt = clock.monotonicMilliseconds();
    for (const { bytes, hardware, isProbe } of claims.read(readAtOnce)) {
      const watched = this.#addresses.get(bytes.join('.'));
      if (watched === undefined || isOwn(hardware)) continue;
      // Another device's right while we are not active: what arrived since the last look may be older than that.
      if (watched.group !== undefined && !this.#wasActive(watched.group, before)) continue;
      const claim = { address: watched.address, hardware, isProbe };
      const reaction = noteClaim(this.#conflicts, claim, clock.monotonicMilliseconds());
      this.#conflicts = reaction.conflicts;
      if (reaction.logs) this.#log(watched, hardware, isProbe);
      if (reaction.defends) this.#defend(watched);
    }
  }

  /** And once more: a single frame may be lost, and who claims an address often says so twice. */
  #defend({ group, address }: Watched): void {
    if (group === undefined) return;
    const { announce, clock, activeSince } = this.#parts;
    announce(group, address);
    clock.after(defendAgainMilliseconds, () => {
      if (activeSince(group) !== undefined) announce(group, address);
    });
  }

  #wasActive(group: string, at: number): boolean {
    const since = this.#parts.activeSince(group);
    return since !== undefined && since <= at;
  }

  #log(watched: Watched, hardware: string, isProbe: boolean): void {
    const vlan = this.#vlans[watched.interface] ?? watched.interface;
    const who = hardware === '' ? 'unknown' : hardware;
    const how = isProbe ? ' (it only asked)' : '';
    this.#parts.log.write(
      'warning',
      `01190004:4: address conflict detected for ${watched.address} (${who}) on vlan ${vlan}${how}`,
    );
  }
}
