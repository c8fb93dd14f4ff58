import { type Nftables, openNftables } from './ffi/nftables.ts';
import { runChecked } from './process.ts';

/** nftables: one text is one transaction, which holds as a whole or not at all. */
export interface PacketFilter {
  /** Rejects with nft's words when the kernel refused it. */
  apply(transaction: string): Promise<void>;
}

/** A small set's elements, as nft prints them; undefined when there is no such set. Without libnftables it starts `nft`. */
export function readSmallSet(table: string, set: string): string | undefined {
  listing ??= openNftables();
  try {
    return listing.list(`set ${table} ${set}`);
  } catch {
    return undefined;
  }
}

let listing: Nftables | undefined;

const longestInProcess = 64 * 1024;

/**
 * Small transactions run in this process (0.1 ms); large ones, and all where libnftables is not to be had, in an
 * `nft` of their own (4 ms and more), so that nothing else waits for them.
 */
export function openPacketFilter(): PacketFilter {
  let inProcess: Nftables | undefined;
  return {
    async apply(transaction) {
      if (transaction.length <= longestInProcess) {
        inProcess ??= openNftables();
        if (inProcess.inProcess) {
          inProcess.run(transaction);
          return;
        }
      }
      await runChecked('nft', ['-f', '-'], { input: transaction, timeoutMilliseconds: 10_000 });
    },
  };
}
