/** TLS profiles as plain data: certificates as PEM, versions and ciphers in OpenSSL's words. Pure. */
import type { Properties } from '../catalogue/types.ts';
import { fileContent } from '../config/file-content.ts';
import { textValue } from '../config/property-values.ts';
import { certificateText, certificatesOf, named, spokenBy } from '../config/tls/profile.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { planStaple } from './plan-staple.ts';
import { isRevocationList } from './revocation-list.ts';
import type { ServerTls, TlsEntry, TlsSettings } from './types.ts';

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
  const common = spokenBy(view, profile);
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
  const common = spokenBy(view, profile);
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

function revocationsOf(view: ConfigView, properties: Properties): string | undefined {
  const name = textValue(properties, 'crl-file');
  if (name === undefined || name === 'none') return undefined;
  const path = name.startsWith('/') ? name : `/Common/${name}`;
  const text = fileContent(view, 'sys file ssl-crl', path)?.trim();
  // HAProxy says nothing, and would hold that no certificate was taken back.
  return text !== undefined && isRevocationList(text) ? `${text}\n` : 'unreadable';
}
