import { runChecked } from './process.ts';

/** nftables: one text is one transaction, which holds as a whole or not at all. */
export interface PacketFilter {
  /** Rejects with nft's words when the kernel refused it. */
  apply(transaction: string): Promise<void>;
}

export const spawnedPacketFilter: PacketFilter = {
  async apply(transaction) {
    await runChecked('nft', ['-f', '-'], { input: transaction, timeoutMilliseconds: 10_000 });
  },
};
