/** Port lockdown: what a self IP's `allow-service` lets in. Pure. */
import { lastPart, textListValue, textValue } from '../config/property-values.ts';
import type { ConfigView } from '../config/types.ts';
import { parsePrefix } from '../base/address.ts';
import type { Allowed, Service } from './types.ts';

/** BIG-IP's list behind `default` (article K17333). */
export const defaultServices: readonly Service[] = [
  { protocol: 'ospf', port: 0 },
  { protocol: 'tcp', port: 22 },
  { protocol: 'tcp', port: 53 },
  { protocol: 'tcp', port: 161 },
  { protocol: 'tcp', port: 443 },
  { protocol: 'tcp', port: 4353 },
  { protocol: 'udp', port: 53 },
  { protocol: 'udp', port: 161 },
  { protocol: 'udp', port: 520 },
  { protocol: 'udp', port: 1026 },
  { protocol: 'udp', port: 4353 },
];

/** Not set is `none`, as on BIG-IP. */
export function allowedServices(words: readonly string[]): Allowed {
  if (words.includes('all')) return { kind: 'all' };
  const services = words.flatMap((word) => {
    if (word === 'default') return defaultServices;
    const [protocol = '', port = ''] = word.split(':');
    return protocol === 'none' ? [] : [{ protocol, port: /^\d+$/.test(port) ? Number(port) : 0 }];
  });
  return { kind: 'list', services };
}

export function allows(allowed: Allowed, protocol: string, port: number): boolean {
  return (
    allowed.kind === 'all' ||
    allowed.services.some(
      (one) => one.protocol === protocol && (one.port === 0 || one.port === port),
    )
  );
}

/** Self IPs, floating ones too, on which iControl REST may be reached: those that allow TCP 443. */
export function restListenAddresses(view: ConfigView): readonly string[] {
  return view.list('net self').flatMap((self) => {
    const text = textValue(self.properties, 'address') ?? lastPart(self.name);
    const prefix = parsePrefix(text);
    const allowed = allowedServices(textListValue(self.properties, 'allow-service'));
    return prefix !== undefined && allows(allowed, 'tcp', 443) ? [prefix.address.text] : [];
  });
}
