/**
 * named picks a view by the address that it is asked from, as BIG-IP's does: each view has two loopback
 * addresses of its own, one for queries and one for transfers that the listener has allowed. They follow
 * from the view's name alone, so that nobody asks the wrong view while views come and go. Pure.
 */

export type ViewPurpose = 'query' | 'transfer';

/** 127.128.0.0/10 for queries, 127.192.0.0/10 for transfers. */
export function viewAddress(view: string, purpose: ViewPurpose): string {
  const hash = viewHash(view);
  const first = (purpose === 'query' ? 128 : 192) + ((hash >>> 16) & 63);
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
