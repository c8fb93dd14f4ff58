/**
 * named picks a view by the address that it is asked from, as BIG-IP's does: each view has three loopback
 * addresses of its own: one for queries, one for queries that named may ask others about, and one for
 * transfers that the listener has allowed. They follow from the view's name alone, so that nobody asks the
 * wrong view while views come and go. Pure.
 */

export type ViewPurpose = 'query' | 'recursion' | 'transfer';

/** The /10 networks of 127.0.0.0/8, by what they are for. */
const firstOctet: Readonly<Record<ViewPurpose, number>> = {
  recursion: 64,
  query: 128,
  transfer: 192,
};

export function viewAddress(view: string, purpose: ViewPurpose): string {
  const hash = viewHash(view);
  const first = firstOctet[purpose] + ((hash >>> 16) & 63);
  return `127.${first}.${(hash >>> 8) & 255}.${hash & 255}`;
}

/** FNV-1a, folded to 22 bits: views with the same one cannot stand side by side. */
export function viewHash(view: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < view.length; index += 1) {
    hash = Math.imul(hash ^ view.charCodeAt(index), 0x01000193) >>> 0;
  }
  return ((hash >>> 22) ^ hash) & 0x3f_ffff;
}
