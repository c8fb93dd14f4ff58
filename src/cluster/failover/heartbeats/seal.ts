/** Heartbeats are authenticated with the trust domain's key: magic, HMAC-SHA256 (RFC 2104), text. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const magic = Buffer.from('EKF1');
const macBytes = 32;

export function seal(text: string, key: Buffer): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([magic, macOf(body, key), body]);
}

/** The text, when one of the keys made it; and which. */
export function unseal<K extends { readonly key: Buffer }>(
  datagram: Buffer,
  holders: readonly K[],
): { readonly text: string; readonly holder: K } | undefined {
  const start = magic.length + macBytes;
  if (datagram.length <= start || !datagram.subarray(0, magic.length).equals(magic)) {
    return undefined;
  }
  const mac = datagram.subarray(magic.length, start);
  const body = datagram.subarray(start);
  const holder = holders.find((one) => timingSafeEqual(macOf(body, one.key), mac));
  return holder === undefined ? undefined : { text: body.toString('utf8'), holder };
}

function macOf(body: Buffer, key: Buffer): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
