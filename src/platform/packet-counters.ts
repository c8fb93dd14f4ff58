/** Named counters of an nftables table, as the kernel has them now. */
import { runChecked } from './process.ts';

const timeoutMilliseconds = 5000;

/** JSON of `nft -j list set`: elements, with what they counted. Rejects when there is no such set. */
export function readCountedSet(family: string, table: string, set: string): Promise<string> {
  const args = ['-j', 'list', 'set', family, table, set];
  return runChecked('nft', args, { timeoutMilliseconds });
}

/** JSON of `nft -j list counters`. Rejects when there is no such table. */
export function readPacketCounters(family: string, table: string): Promise<string> {
  const args = ['-j', 'list', 'counters', 'table', family, table];
  return runChecked('nft', args, { timeoutMilliseconds });
}
