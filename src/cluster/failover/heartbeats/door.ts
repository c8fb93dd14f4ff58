/** Who may speak on the failover port: the gate in the kernel, and one word about each stranger that passes it. */
import type { Nftables } from '../../../platform/ffi/nftables.ts';
import type { Log } from '../../../platform/log.ts';
import { renderGate } from '../kernel/gate.ts';
import type { FailoverConfig, SocketAddress } from '../types.ts';

/** Strangers are named once each, and no more than this many. */
const maximumStrangers = 64;

export class Door {
  readonly #nftables: Nftables;
  readonly #log: Log;
  readonly #strangers = new Set<string>();
  readonly #behind = new Set<string>();
  #gate = '';

  constructor(nftables: Nftables, log: Log) {
    this.#nftables = nftables;
    this.#log = log;
  }

  /** Without it heartbeats are authenticated all the same; only a flood would hurt. */
  guard(
    { localAddresses, multicast }: Pick<FailoverConfig, 'localAddresses' | 'multicast'>,
    voters: readonly SocketAddress[],
  ): void {
    const gate = renderGate(localAddresses, voters, multicast);
    if (gate === this.#gate) return;
    try {
      this.#nftables.run(gate);
      this.#gate = gate;
    } catch (error) {
      this.#log.write('warning', `cannot guard the failover port: ${String(error)}`);
    }
  }

  noteStranger(address: string): void {
    if (this.#strangers.size >= maximumStrangers || this.#strangers.has(address)) return;
    this.#strangers.add(address);
    const text = `Failover message from ${address} refused: not of a known group, or not with its key`;
    this.#log.write('warning', text);
  }

  /** A member that does not get the new key: its control, or the way to it over iQuery, is down. */
  noteBehind(device: string): void {
    if (this.#behind.size >= maximumStrangers || this.#behind.has(device)) return;
    this.#behind.add(device);
    const text = `Failover messages of ${device} refused: it has not got the new heartbeat key`;
    this.#log.write('warning', text);
  }
}
