/** Where packets and their senders stand. */
export interface Slots {
  readonly data: Uint8Array;
  readonly names: Uint8Array;
  start(slot: number): number;
  readonly sender: { isIpv4(slot: number): boolean; at(slot: number): number };
}

/** Text of the sender in the slot. */
export type ClientOf = (slots: Slots, slot: number) => string;
