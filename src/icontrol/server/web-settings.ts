/** `sys httpd`, as far as it is followed here: who may come, with which TLS, and how long a log in lives. Pure. */
import { parseAddress, parsePrefix, prefixContains } from '../../base/address.ts';
import type { Fault } from '../../base/fault.ts';
import type { TlsSettings } from '../../platform/https-server.ts';

/**
 * `allow`: all, an address, a network (10.0.0.0/8, 10.0.0.0/255.0.0.0) or the first part of one (10.1.), as
 * Apache has it. The device itself may always come. Names are not looked up: whoever owns the name server
 * would be let in.
 */
export function isAllowed(allow: readonly string[], address: string): boolean {
  const client = parseAddress(address);
  if (client === undefined || /^127\.|^::1$/.test(address)) return true;
  return allow.some((entry) => {
    if (entry.toLowerCase() === 'all') return true;
    if (/^(\d{1,3}\.){1,3}$/.test(entry)) return address.startsWith(entry);
    if (/^\d{1,3}(\.\d{1,3}){0,2}$/.test(entry)) return address.startsWith(`${entry}.`);
    const network = parsePrefix(withLength(entry));
    return network !== undefined && prefixContains(network, client);
  });
}

/** 10.0.0.0/255.0.0.0 → 10.0.0.0/8; a mask with holes is no network. */
function withLength(entry: string): string {
  const [base = '', mask] = entry.split('/');
  if (mask === undefined) return `${base}/${base.includes(':') ? 128 : 32}`;
  if (!mask.includes('.')) return entry;
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits) ? `${base}/${bits.indexOf('0') < 0 ? 32 : bits.indexOf('0')}` : '';
}

export interface WebSettings {
  readonly allow: readonly string[];
  readonly tls: TlsSettings;
  readonly loginSeconds: number;
}

const versions = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Suites of TLS 1.3 have names of their own, which the cipher list of BIG-IP does not choose from. */
const newestSuites = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

/** "all -SSLv2 -SSLv3 -TLSv1" → versions; what is older than TLS 1.2 is never spoken. */
export function tlsSettings(protocol: string, suites: string): TlsSettings | undefined {
  let chosen = new Set<string>();
  for (const word of protocol.split(/\s+/).filter((one) => one !== '')) {
    const name = word.replace(/^[+-]/, '');
    const named = versions.filter(
      (version) => name.toLowerCase() === 'all' || version.toLowerCase() === name.toLowerCase(),
    );
    if (named.length === 0) return undefined;
    if (word.startsWith('-')) for (const version of named) chosen.delete(version);
    else chosen = new Set([...chosen, ...named]);
  }
  const [old, newest] = [chosen.has('TLSv1.2'), chosen.has('TLSv1.3')];
  if (!old && !newest) return undefined;
  return {
    oldest: old ? 'TLSv1.2' : 'TLSv1.3',
    newest: newest ? 'TLSv1.3' : 'TLSv1.2',
    suites: newest ? `${newestSuites}:${suites}` : suites,
  };
}

interface HttpdProperties {
  readonly allow?: readonly string[] | undefined;
  readonly 'auth-pam-idle-timeout': number;
  readonly 'ssl-ciphersuite'?: string | undefined;
  readonly 'ssl-protocol'?: string | undefined;
}

/** Where none are set. */
export const anySuites = 'HIGH:!aNULL';

export function webSettings(httpd: HttpdProperties): WebSettings | Fault {
  const suites = httpd['ssl-ciphersuite'] ?? anySuites;
  const protocol = httpd['ssl-protocol'] ?? 'all';
  const tls = tlsSettings(protocol, suites);
  if (tls === undefined) {
    return invalid(
      'ssl-protocol',
      protocol,
      `expected all, or some of ${versions.join(', ')} with TLSv1.2 or TLSv1.3`,
    );
  }
  return { allow: httpd['allow'] ?? [], tls, loginSeconds: httpd['auth-pam-idle-timeout'] };
}

export function invalid(property: string, value: string, why: string): Fault {
  return {
    status: 400,
    code: '01070734',
    apiError: 3,
    message: `Configuration error: httpd: invalid ${property} "${value}": ${why}`,
    path: `sys httpd ${property}`,
  };
}
