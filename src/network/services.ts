/** Port lockdown: what a self IP's `allow-service` lets in. Pure. */
import { lastPart, textListValue, textValue } from '../config/property-values.ts';
import type { ConfigView } from '../config/types.ts';
import { parsePrefix } from '../base/address.ts';
import type { Allowed, Service } from './types.ts';

/** What `default` stands for: `net self-allow`, whose own default is BIG-IP's list (article K17333). */
function defaultServices(view: ConfigView): readonly Service[] {
  const words = textListValue(view.get('net self-allow', '')?.properties ?? {}, 'defaults');
  return words.flatMap(serviceOf);
}

function serviceOf(word: string): readonly Service[] {
  const [protocol = '', port = ''] = word.split(':');
  return protocol === 'none' ? [] : [{ protocol, port: /^\d+$/.test(port) ? Number(port) : 0 }];
}

/** Not set is `none`, as on BIG-IP. */
export function allowedServices(view: ConfigView, words: readonly string[]): Allowed {
  if (words.includes('all')) return { kind: 'all' };
  const services = words.flatMap((word) =>
    word === 'default' ? defaultServices(view) : serviceOf(word),
  );
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
    const allowed = allowedServices(view, textListValue(self.properties, 'allow-service'));
    return prefix !== undefined && allows(allowed, 'tcp', 443) ? [prefix.address.text] : [];
  });
}
