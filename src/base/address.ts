/**
 * IP addresses, prefixes and BIG-IP's ways of writing them: `10.0.0.1%2`, `10.0.0.0/8`,
 * `/Common/10.0.0.1:80`, `/Common/2001:db8::1.80`. Pure. IPv6 is printed as RFC 5952 says.
 */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  /** Canonical text without the route domain. */
  readonly text: string;
  readonly bytes: readonly number[];
  /** `%N`; 0 is the default route domain and never printed. */
  readonly routeDomain: number;
}

export interface Prefix {
  readonly address: Address;
  readonly length: number;
}

export function parseAddress(input: string): Address | undefined {
  const percent = input.indexOf('%');
  const text = percent < 0 ? input : input.slice(0, percent);
  const domain = percent < 0 ? '0' : input.slice(percent + 1);
  if (percent >= 0 && (!/^\d{1,5}$/.test(domain) || Number(domain) > 65534)) return undefined;
  const isIpv6 = text.includes(':');
  const bytes = isIpv6 ? parseIpv6(text) : parseIpv4(text);
  if (bytes === undefined) return undefined;
  // IPv4 has one way of writing an address: what came in is what would be printed.
  return isIpv6
    ? addressOf(bytes, Number(domain))
    : { family: 4, text, bytes, routeDomain: Number(domain) };
}

export function addressOf(bytes: readonly number[], routeDomain = 0): Address {
  const family: Family = bytes.length === 4 ? 4 : 6;
  return { family, text: family === 4 ? bytes.join('.') : printIpv6(bytes), bytes, routeDomain };
}

/** With `%N` when the route domain is not the default one. */
export function printAddress(address: Address): string {
  return address.routeDomain === 0 ? address.text : `${address.text}%${address.routeDomain}`;
}

/** Accepts `a.b.c.d/len`, `a.b.c.d%rd/len`, and a bare address (host prefix). */
export function parsePrefix(input: string): Prefix | undefined {
  const slash = input.indexOf('/');
  const address = parseAddress(slash < 0 ? input : input.slice(0, slash));
  if (address === undefined) return undefined;
  const width = address.family === 4 ? 32 : 128;
  if (slash < 0) return { address, length: width };
  const text = input.slice(slash + 1);
  if (!/^\d{1,3}$/.test(text) || Number(text) > width) return undefined;
  return { address, length: Number(text) };
}

export function printPrefix(prefix: Prefix): string {
  return `${printAddress(prefix.address)}/${prefix.length}`;
}

export function prefixContains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false;
  let left = prefix.length;
  for (let index = 0; left > 0; index += 1) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if (((prefix.address.bytes[index] ?? 0) & mask) !== ((address.bytes[index] ?? 0) & mask)) {
      return false;
    }
    left -= 8;
  }
  return true;
}

export interface Endpoint {
  readonly address: Address;
  /** 0 is "any". */
  readonly port: number;
}

/** `10.0.0.1:80`, `2001:db8::1.80`, `10.0.0.1:http`, `10.0.0.1:any`; without folder. */
export function parseEndpoint(
  input: string,
  portOf: (text: string) => number | undefined,
): Endpoint | undefined {
  const separator = isIpv6Like(input) ? input.lastIndexOf('.') : input.lastIndexOf(':');
  if (separator < 0) return undefined;
  const address = parseAddress(input.slice(0, separator));
  const port = portOf(input.slice(separator + 1));
  return address === undefined || port === undefined ? undefined : { address, port };
}

/** IPv4 with a colon, IPv6 with a dot before the port, as BIG-IP writes them. */
export function printEndpoint(endpoint: Endpoint, port: string = String(endpoint.port)): string {
  return `${printAddress(endpoint.address)}${endpoint.address.family === 4 ? ':' : '.'}${port}`;
}

function isIpv6Like(input: string): boolean {
  return input.indexOf(':') !== input.lastIndexOf(':');
}

const dotCode = 0x2e;
const zeroCode = 0x30;
const longestIpv4 = 15;

/** Digit by digit: a start with ten thousand virtual servers reads a few hundred thousand addresses. */
function parseIpv4(text: string): number[] | undefined {
  if (text.length > longestIpv4) return undefined;
  const bytes: number[] = [];
  let byte = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === dotCode) {
      if (byte < 0) return undefined;
      bytes.push(byte);
      byte = -1;
      continue;
    }
    const digit = code - zeroCode;
    // A zero stands alone.
    if (digit < 0 || digit > 9 || byte === 0) return undefined;
    byte = byte < 0 ? digit : byte * 10 + digit;
    if (byte > 255) return undefined;
  }
  if (byte < 0 || bytes.length !== 3) return undefined;
  bytes.push(byte);
  return bytes;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (mayEndInIpv4 && index === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const number = Number.parseInt(group, 16);
      bytes.push(number >> 8, number & 0xff);
    }
  }
  return bytes;
}

function printIpv6(bytes: readonly number[]): string {
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0),
  );
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`;
  const run = longestZeroRun(groups);
  const print = (part: readonly number[]): string =>
    part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return print(groups);
  return `${print(groups.slice(0, run.start))}::${print(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === 0) continue;
    if (index - start > best.length) best = { start, length: index - start };
    start = index + 1;
  }
  return best;
}
