/**
 * Whether full proxies share listeners. A listener of its own for each virtual server is the plainest way, and costs
 * nothing while there are few; many make HAProxy's file, its reloads and its open files large. Pure.
 */

const worthFrom = 64;
/** Lower than where it begins, so that one virtual server more or less does not move all of them back and forth. */
const worthDownTo = 32;

/** Open files that shared listeners need at most, one for each set of profiles and address family. */
export const sharedListeners = 500;

/** `proxies`: those that could listen on their own. */
export function isSharingWorth(proxies: number, wasSharing: boolean): boolean {
  return proxies > (wasSharing ? worthDownTo : worthFrom);
}
