/**
 * Files that are no text. Values of the configuration are texts, so the bytes of a file that is not UTF-8 are kept
 * as a data URL (RFC 2397): `data:application/octet-stream;base64,AAEC`. REST shows and takes it in that form. Pure.
 */

const prefix = 'data:application/octet-stream;base64,';

/** Any bytes as a value; a text stays as it is, unless it would read as one of these. */
export function contentOfBytes(bytes: Uint8Array): string {
  const text = textOfBytes(bytes);
  return text === undefined || text.startsWith(prefix) ? `${prefix}${bytes.toBase64()}` : text;
}

/** A value that begins like this and cannot be read was a text all the time. */
export function bytesOfContent(content: string): Uint8Array {
  if (content.startsWith(prefix)) {
    try {
      return Uint8Array.fromBase64(content.slice(prefix.length));
    } catch {
      return new TextEncoder().encode(content);
    }
  }
  return new TextEncoder().encode(content);
}

function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
