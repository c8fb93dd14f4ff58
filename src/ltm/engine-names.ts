/** Names that HAProxy accepts (letters, digits, `-_.:`), one to one with BIG-IP's full paths. Pure. */

/** `/Common/web` → `:Common:web`; anything else that HAProxy refuses as `::` and four hex digits. */
export function engineName(fullPath: string): string {
  return fullPath.replace(/[^A-Za-z0-9_.-]/g, (char) =>
    char === '/' ? ':' : `::${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Short name of a long text (FNV-1a, 32 bits): to tell few variants apart, not against an adversary. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

/** 64 bits (two lanes with different constants): tells contents apart that share a folder or a socket. */
export function contentHash(text: string): string {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 2_654_435_761);
    second = Math.imul(second ^ code, 1_597_334_677) + first;
  }
  const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
  return `${hex(first ^ (first >>> 16))}${hex(second ^ (second >>> 13))}`;
}
