/** Topology records that speak of clients, for clients that stand in memory. Pure but for what is remembered. */
import { readUint16 } from '../../base/dns/message.ts';
import type { CompiledSnapshot } from '../decision/compile.ts';
import type { TopologyRecord } from '../decision/snapshot-types.ts';
import type { ClientOf, Slots } from './slots.ts';

const rememberedClients = 4_096;

/** Topology records that speak of a client, kept for the clients seen last. */
export class ClientPlaces {
  readonly #clientOf: ClientOf;
  readonly #keys = new Float64Array(rememberedClients);
  readonly #records: (readonly TopologyRecord[] | undefined)[] = [];
  #snapshot: CompiledSnapshot | undefined;
  #slots: Slots | undefined;
  #slot = 0;

  constructor(clientOf: ClientOf) {
    this.#clientOf = clientOf;
  }

  aim(snapshot: CompiledSnapshot, slots: Slots, slot: number): void {
    this.#snapshot = snapshot;
    this.#slots = slots;
    this.#slot = slot;
  }

  forget(): void {
    this.#keys.fill(-1);
  }

  records(): readonly TopologyRecord[] {
    const slots = this.#slots;
    if (slots === undefined || this.#snapshot === undefined) return [];
    const { topology } = this.#snapshot;
    const { names, sender } = slots;
    const at = sender.at(this.#slot);
    const isIpv4 = sender.isIpv4(this.#slot);
    const key = isIpv4 ? uint32At(names, at) : -1;
    const place = Math.imul(key, 0x9e3779b1) >>> 20;
    const known = this.#records[place];
    if (isIpv4 && this.#keys[place] === key && known !== undefined) return known;
    const bytes = names.slice(at, at + (isIpv4 ? 4 : 16));
    const found = topology.recordsFor(this.#clientOf(slots, this.#slot), () => bytes);
    if (isIpv4) {
      this.#keys[place] = key;
      this.#records[place] = found;
    }
    return found;
  }
}

function uint32At(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at) * 0x1_0000 + readUint16(bytes, at + 2);
}
