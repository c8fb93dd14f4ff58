/**
 * Whether a text is a list of revoked certificates (RFC 5280, 5.1), looked at from outside: a sequence of the list, the
 * algorithm and the signature. Engines take anything for one, and then know of no revoked certificate. Pure.
 */
const sequence = 0x30;
const bitString = 0x03;

export function isRevocationList(pem: string): boolean {
  const body = /^-----BEGIN X509 CRL-----\s+([\w+/=\s]+)-----END X509 CRL-----\s*$/.exec(pem)?.[1];
  if (body === undefined) return false;
  const bytes = Uint8Array.fromBase64(body.replaceAll(/\s/g, ''), { lastChunkHandling: 'loose' });
  const [whole, ...more] = elementsOf(bytes);
  if (whole?.tag !== sequence || more.length > 0) return false;
  const tags = elementsOf(whole.content).map(({ tag }) => tag);
  return tags.join() === [sequence, sequence, bitString].join();
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Empty where lengths do not add up (X.690, 8.1.3). */
function elementsOf(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first = 0] = [bytes[at], bytes[at + 1]];
    const size = first < 0x80 ? 0 : first & 0x7f;
    if (size > 4) return [];
    let length = size === 0 ? first : 0;
    for (const byte of bytes.subarray(at + 2, at + 2 + size)) length = length * 256 + byte;
    const from = at + 2 + size;
    if (from + length > bytes.length) return [];
    elements.push({ tag, content: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return elements;
}
