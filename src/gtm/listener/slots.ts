/** Where packets and their senders stand. */
export interface Slots {
  readonly data: Uint8Array;
  readonly names: Uint8Array;
  start(slot: number): number;
  readonly sender: { isIpv4(slot: number): boolean; at(slot: number): number };
}

/** Fewer are copied one by one: views of them are dearer. */
const fewBytes = 160;

export function copyBytes(
  from: Uint8Array,
  start: number,
  length: number,
  to: Uint8Array,
  at: number,
): void {
  if (length > fewBytes) to.set(from.subarray(start, start + length), at);
  else for (let index = 0; index < length; index += 1) to[at + index] = from[start + index] ?? 0;
}

/** Text of the sender in the slot. */
export type ClientOf = (slots: Slots, slot: number) => string;
