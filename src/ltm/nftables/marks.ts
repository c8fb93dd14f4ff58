/** Packets with this mark are for a socket here, although their address may be anybody's. */
export const returnMark = '0x45';

export function markText(mark: number): string {
  return `0x${mark.toString(16)}`;
}
