/** What TLS profiles say, in OpenSSL's words, for whoever speaks TLS. Pure but for keys that are opened. */
import type { Properties } from '../../catalogue/types.ts';
import { fileContent } from '../file-content.ts';
import { itemsValue, textValue } from '../property-values.ts';
import type { ConfigView, EffectiveObject } from '../types.ts';
import { opensslCiphers } from './ciphers.ts';
import { openKey } from './keys.ts';

export interface TlsVersions {
  readonly lowest: '1.2' | '1.3';
  readonly highest: '1.2' | '1.3';
}

export interface ServedCertificate {
  /** Name of the file object. */
  readonly file: string;
  /** Certificate, chain and key in one. */
  readonly pem: string;
  /** PEM. */
  readonly chain: string | undefined;
}

/** Versions and ciphers (undefined: OpenSSL's own choice); a text says why there are none. */
export function spokenBy(
  view: ConfigView,
  profile: EffectiveObject,
): { readonly versions: TlsVersions; readonly ciphers: string | undefined } | string {
  const words = (textValue(profile.properties, 'tm-options') ?? '').split(/[\s{}]+/);
  const allows = { '1.2': !words.includes('no-tlsv1.2'), '1.3': !words.includes('no-tlsv1.3') };
  if (!allows['1.2'] && !allows['1.3']) return `${profile.name} allows no version of TLS`;
  const group = named(profile.properties, 'cipher-group', /^[\w./-]+$/);
  const text =
    group === undefined
      ? (textValue(profile.properties, 'ciphers') ?? 'DEFAULT')
      : groupText(view, group);
  if (text === undefined) return `${profile.name}: cipher group ${group} cannot be put into words`;
  const ciphers = opensslCiphers(text);
  if (ciphers === undefined)
    return `${profile.name}: cipher string "${text}" names no known cipher`;
  return {
    versions: { lowest: allows['1.2'] ? '1.2' : '1.3', highest: allows['1.3'] ? '1.3' : '1.2' },
    ciphers: ciphers === 'DEFAULT' ? undefined : ciphers,
  };
}

/** With their keys, and chains. */
export function certificatesOf(
  view: ConfigView,
  properties: Properties,
): readonly ServedCertificate[] {
  const chains = [
    ...itemsValue(properties, 'cert-key-chain').map((item) => item.properties),
    properties,
  ];
  const found = chains.flatMap((chain) => {
    const file = textValue(chain, 'cert');
    const certificate = certificateText(view, file);
    const middle = certificateText(view, textValue(chain, 'chain'));
    const name = textValue(chain, 'key');
    const text = name === undefined ? undefined : fileContent(view, 'sys file ssl-key', name);
    const passphrase = textValue(chain, 'passphrase');
    const key = text && openKey(text, passphrase && view.plain(passphrase));
    if (file === undefined || certificate === undefined || key === undefined) return [];
    const parts = [certificate, middle ?? '', key].map((part) => part.trim());
    return [{ file, chain: middle, pem: `${parts.join('\n')}\n` }];
  });
  return [...new Map(found.map((one) => [one.pem, one])).values()];
}

export function certificateText(view: ConfigView, name: string | undefined): string | undefined {
  const text = name === undefined ? undefined : fileContent(view, 'sys file ssl-cert', name);
  return text === undefined ? undefined : `${text.trim()}\n`;
}

/** Names go into the engine's configuration: nothing but what a name can have. */
export function named(
  properties: Properties,
  name: string,
  pattern: RegExp = /^[\w.*-]+$/,
): string | undefined {
  const value = textValue(properties, name);
  return value !== undefined && value !== 'none' && pattern.test(value) ? value : undefined;
}

/** One cipher string of the group's rules; undefined where OpenSSL has no words for it. */
function groupText(view: ConfigView, name: string): string | undefined {
  const group = view.get('ltm cipher group', name);
  if (group === undefined || itemsValue(group.properties, 'require').length > 0) return undefined;
  const strings = (list: string): readonly string[] =>
    itemsValue(group.properties, list).flatMap((item) => {
      const rule = view.get('ltm cipher rule', item.name);
      return rule === undefined
        ? []
        : (textValue(rule.properties, 'cipher') ?? 'DEFAULT').split(':');
    });
  const excluded = strings('exclude').filter((part) => !/^[!+-]/.test(part));
  const order = textValue(group.properties, 'ordering') === 'strength' ? ['@STRENGTH'] : [];
  return [...strings('allow'), ...excluded.map((part) => `!${part}`), ...order].join(':');
}
