/** The asking resolver (LDNS), grouped by network. Pure. */
import { parseAddress } from '../../base/address.ts';

/** Empty when the text is no address. IPv4 in IPv6 counts as IPv4. */
export function addressBytes(address: string): readonly number[] {
  const percent = address.indexOf('%');
  const parsed = parseAddress(percent < 0 ? address : address.slice(0, percent));
  if (parsed === undefined) return [];
  const { bytes } = parsed;
  const isMapped =
    bytes.length === 16 &&
    bytes.slice(0, 10).every((byte) => byte === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}

/** The client's network of the given lengths, as text to use in keys. */
export function maskedClient(client: string, cidrIpv4: number, cidrIpv6: number): string {
  const bytes = addressBytes(client);
  let left = bytes.length === 4 ? cidrIpv4 : cidrIpv6;
  let text = bytes.length === 4 ? '4' : '6';
  for (const byte of bytes) {
    const mask = left >= 8 ? 0xff : left <= 0 ? 0 : (0xff << (8 - left)) & 0xff;
    text += `.${byte & mask}`;
    left -= 8;
  }
  return text;
}
