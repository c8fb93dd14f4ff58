/**
 * How the fence tells the packet path which traffic groups are this device's: networks have no address that the fence
 * could stop, so it writes on each packet that comes in whose it may be here, as long as the lease holds, and virtual
 * servers of networks take marked packets only. Pure.
 */
import { textHash } from '../base/interface-names.ts';
import { localOnly } from '../catalogue/net/self.ts';
import type { ConfigView } from './types.ts';

/** All of these marks begin with it. */
const top = 0x4e_00_00_00;
const mostGroups = 16;
export const mostMarked = `only the first ${mostGroups} traffic groups by name can have virtual servers of networks`;
const topMask = 0xff_ff_00_00;

/** Of a traffic group: the bits that a packet carries while it is ours. */
export interface OwnerMark {
  readonly mark: number;
  readonly mask: number;
}

/** Traffic groups that float. */
export function floatingGroups(view: ConfigView): readonly string[] {
  return view.names('cm traffic-group').filter((name) => name !== localOnly);
}

/**
 * By traffic group, for 16 of them. The list is in the marks, too: while fence and packet path are not of one mind about
 * it, nobody takes a packet for somebody else's.
 */
export function ownerMarks(groups: readonly string[]): ReadonlyMap<string, OwnerMark> {
  const names = groups.toSorted();
  const list = top | ((textHash(names.join()) & 0xff) << 16);
  return new Map(
    names.slice(0, mostGroups).map((name, index) => {
      const bit = 1 << index;
      return [name, { mark: (list | bit) >>> 0, mask: (topMask | bit) >>> 0 }];
    }),
  );
}
