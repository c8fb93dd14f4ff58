/** Heartbeats are authenticated with the trust domain's key: magic, HMAC-SHA256 (RFC 2104), text. Keys are base64. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './key-ring.ts';

const magic = Buffer.from('EKF1');
const macBytes = 32;

export function seal(text: string, key: string): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([magic, macOf(body, key), body]);
}

/** The text, when one of the rings' keys made it; which key; and whose it is. */
export interface Opened<H> {
  readonly text: string;
  readonly key: string;
  readonly holders: readonly H[];
}

export function unseal<H extends { readonly ring: KeyRing }>(
  datagram: Buffer,
  holders: readonly H[],
): Opened<H> | undefined {
  const start = magic.length + macBytes;
  if (datagram.length <= start || !datagram.subarray(0, magic.length).equals(magic)) {
    return undefined;
  }
  const mac = datagram.subarray(magic.length, start);
  const body = datagram.subarray(start);
  const keys = new Set(holders.flatMap(({ ring }) => ring.opening()));
  const key = [...keys].find((one) => timingSafeEqual(macOf(body, one), mac));
  if (key === undefined) return undefined;
  const having = holders.filter(({ ring }) => ring.opening().includes(key));
  return { text: body.toString('utf8'), key, holders: having };
}

function macOf(body: Buffer, key: string): Buffer {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(body).digest();
}
