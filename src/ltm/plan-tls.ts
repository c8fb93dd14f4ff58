/** TLS profiles as plain data: certificates as PEM, versions and ciphers in OpenSSL's words. Pure. */
import type { Properties } from '../catalogue/types.ts';
import { fileContent } from '../config/file-content.ts';
import { itemsValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { opensslCiphers } from './ciphers.ts';
import { type ServedCertificate, planStaple } from './plan-staple.ts';
import { isRevocationList } from './revocation-list.ts';
import { openKey } from './tls-keys.ts';
import type { ServerTls, TlsEntry, TlsSettings, TlsVersions } from './types.ts';

/** The client-ssl profiles of a virtual server; a text says why it cannot be carried. */
export function planTls(
  view: ConfigView,
  profiles: readonly EffectiveObject[],
  protocols: readonly string[] = ['http/1.1'],
): TlsSettings | undefined | string {
  const entries: TlsEntry[] = [];
  for (const profile of profiles) {
    if (textValue(profile.properties, 'mode') === 'disabled') continue;
    const entry = planEntry(view, profile);
    if (typeof entry === 'string') return entry;
    entries.push(entry);
  }
  if (entries.length === 0) return undefined;
  // The first serves clients that name no server that is known.
  entries.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
  const isAny = (name: string, value: string): boolean =>
    profiles.some((profile) => textValue(profile.properties, name) === value);
  return {
    entries,
    needsName: isAny('sni-require', 'true'),
    hasTickets: isAny('session-ticket', 'enabled'),
    protocols,
  };
}

function planEntry(view: ConfigView, profile: EffectiveObject): TlsEntry | string {
  const { properties, name } = profile;
  const stapled = certificatesOf(view, properties);
  const pems = stapled.map(({ pem }) => pem);
  if (pems.length === 0) return `${name} has no certificate with its key`;
  const common = commonOf(view, profile);
  if (typeof common === 'string') return common;
  const mode = textValue(properties, 'peer-cert-mode');
  const revocations = revocationsOf(view, properties);
  if (revocations === 'unreadable') return `${name}: its crl-file is no revocation list`;
  const authority = certificateText(view, textValue(properties, 'ca-file'));
  const asks = mode === 'require' || mode === 'request' ? mode : 'ignore';
  if (asks === 'require' && authority === undefined)
    return `${name} requires client certificates and has no ca-file`;
  return {
    profile: name,
    pems,
    ...(textValue(properties, 'ocsp-stapling') === 'enabled' && {
      staples: stapled.map((one) => planStaple(view, one)),
    }),
    serverName: named(properties, 'server-name'),
    isDefault: textValue(properties, 'sni-default') === 'true',
    clientCertificates: authority === undefined ? 'ignore' : asks,
    authority,
    revocations,
    ...common,
  };
}

export function planServerTls(
  view: ConfigView,
  profile: EffectiveObject | undefined,
): ServerTls | undefined | string {
  if (profile === undefined || textValue(profile.properties, 'mode') === 'disabled')
    return undefined;
  const { properties, name } = profile;
  const common = commonOf(view, profile);
  if (typeof common === 'string') return common;
  const authority = certificateText(view, textValue(properties, 'ca-file'));
  const revocations = revocationsOf(view, properties);
  if (revocations === 'unreadable') return `${name}: its crl-file is no revocation list`;
  const verifies = textValue(properties, 'peer-cert-mode') === 'require';
  if (verifies && authority === undefined)
    return `${name} requires server certificates and has no ca-file`;
  return {
    ...common,
    authority: verifies ? authority : undefined,
    revocations: verifies ? revocations : undefined,
    authenticateName: named(properties, 'authenticate-name'),
    serverName: named(properties, 'server-name'),
    pem: certificatesOf(view, properties)[0]?.pem,
  };
}

/** Names go into the engine's configuration: nothing but what a name can have. */
function named(
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

function revocationsOf(view: ConfigView, properties: Properties): string | undefined {
  const name = textValue(properties, 'crl-file');
  if (name === undefined || name === 'none') return undefined;
  const path = name.startsWith('/') ? name : `/Common/${name}`;
  const text = fileContent(view, 'sys file ssl-crl', path)?.trim();
  // HAProxy says nothing, and would hold that no certificate was taken back.
  return text !== undefined && isRevocationList(text) ? `${text}\n` : 'unreadable';
}

function commonOf(
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

function certificateText(view: ConfigView, name: string | undefined): string | undefined {
  const text = name === undefined ? undefined : fileContent(view, 'sys file ssl-cert', name);
  return text === undefined ? undefined : `${text.trim()}\n`;
}

/** With their keys, and chains. */
function certificatesOf(view: ConfigView, properties: Properties): readonly ServedCertificate[] {
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
