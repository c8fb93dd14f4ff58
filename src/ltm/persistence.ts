/**
 * BIG-IP's persistence cookie: name and value as in F5 article K6917, so that a client keeps its server when
 * an Evenkeel takes over from a BIG-IP. The value doubles as the server's name in HAProxy. Pure.
 */
import type { Address } from '../base/address.ts';

/** What no token (RFC 6265) has; a quote is one, but ends the name in HAProxy's arguments. */
const unusual = /[^\w!#$%&*+.^`|~-]/gu;

export function isCookieName(name: string): boolean {
  return name !== '' && name.search(unusual) < 0;
}

/**
 * `BIGipServerweb` for /Common/web, `BIGipServer~Tenant~web` for other folders. Names of pools may have what
 * cookies may not: `_` stands for it.
 */
export function cookieName(pool: string): string {
  const short = pool.startsWith('/Common/') ? pool.slice('/Common/'.length) : pool;
  return `BIGipServer${short.replaceAll('/', '~')}`.replaceAll(unusual, '_');
}

/**
 * `1677787402.36895.0000` (address and port in network order read as little-endian numbers), `vi<32 hex>.<port>`
 * for IPv6, `rd<id>o<32 hex>o<port>` in a route domain other than the default.
 */
export function cookieValue(address: Address, port: number): string {
  if (address.routeDomain !== 0) {
    const hex =
      address.family === 4 ? `${'0'.repeat(20)}ffff${toHex(address.bytes)}` : toHex(address.bytes);
    return `rd${address.routeDomain}o${hex}o${port}`;
  }
  const swapped = ((port & 0xff) << 8) | (port >> 8);
  if (address.family === 6) return `vi${toHex(address.bytes)}.${swapped}`;
  const number = address.bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return `${number}.${swapped}.0000`;
}

function toHex(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `[D:]H:M:S` (or plain seconds) as seconds; undefined for "0", a session cookie. */
export function cookieLifeSeconds(expiration: string): number | undefined {
  const parts = expiration.split(':').map(Number);
  if (parts.some((part) => !Number.isFinite(part)) || parts.length > 4) return undefined;
  const units = [1, 60, 3600, 86_400];
  const seconds = parts
    .toReversed()
    .reduce((sum, part, index) => sum + part * (units[index] ?? 0), 0);
  return seconds === 0 ? undefined : seconds;
}
