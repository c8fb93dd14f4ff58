/** What certificates and keys of the configuration say of themselves; Ansible and dashboards read it. */
import { X509Certificate, createHash, createPrivateKey } from 'node:crypto';
import { defaultFileContents, defaultFilesId } from '../../catalogue/sys/default-files.ts';
import type { Properties } from '../../catalogue/types.ts';
import { fileContent } from '../../config/file-content.ts';
import { leafOf } from '../../config/model/names.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import { timesOf } from './file-sources.ts';

/** Texts whose facts are remembered; reading a certificate costs a tenth of a millisecond. */
const maximumRemembered = 4000;

/** Facts of one PEM text, remembered by the text. */
export function remembering(read: (pem: string) => Properties): (pem: string) => Properties {
  const known = new Map<string, Properties>();
  return (pem) => {
    const key = createHash('sha256').update(pem).digest('base64');
    const found = known.get(key) ?? read(pem);
    if (known.size >= maximumRemembered) known.clear();
    known.set(key, found);
    return found;
  };
}

/** Names of one end, as "C=US,ST=WA,O=Example": OpenSSL's order turned around, as BIG-IP prints it. */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? '').split('\n').toReversed().join(',');
}

/** DER: an explicit tag 0 with a small integer, counted from 0; without one it is version 1. */
function versionOf(der: Buffer): number {
  const place = der.subarray(0, 24).indexOf(Buffer.from([0xa0, 3, 2, 1]));
  return place < 0 ? 1 : (der[place + 4] ?? 0) + 1;
}

function keyKind(type: string | undefined, side: 'public' | 'private'): string {
  return `${type === 'ec' ? 'ec' : type === 'dsa' ? 'dsa' : 'rsa'}-${side}`;
}

/** Nothing when it is not a certificate: it may be loaded before anybody looks into it. */
export function certificateFacts(pem: string): Properties {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return {};
  }
  const { subject, issuer, serialNumber, fingerprint256, subjectAltName, publicKey } = certificate;
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  const end = new Date(certificate.validTo);
  const email = /^emailAddress=(.*)$/m.exec(subject)?.[1];
  return {
    'certificate-key-curve-name': namedCurve ?? 'none',
    ...(modulusLength === undefined ? {} : { 'certificate-key-size': modulusLength }),
    ...(email === undefined ? {} : { email }),
    'expiration-date': Math.floor(end.getTime() / 1000),
    'expiration-string': certificate.validTo,
    fingerprint: `SHA256/${fingerprint256}`,
    'is-bundle': pem.split('-----BEGIN CERTIFICATE-----').length > 2 ? 'true' : 'false',
    issuer: distinguishedName(issuer),
    'key-type': keyKind(publicKey.asymmetricKeyType, 'public'),
    'serial-number': BigInt(`0x${serialNumber}`).toString(),
    subject: distinguishedName(subject),
    ...(subjectAltName === undefined
      ? {}
      : { 'subject-alternative-name': subjectAltName.replaceAll('IP Address:', 'IP:') }),
    version: versionOf(certificate.raw),
  };
}

export function keyFacts(pem: string): Properties {
  if (/ENCRYPTED/.test(pem)) return { 'security-type': 'password' };
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
    return {
      'curve-name': namedCurve ?? 'none',
      ...(modulusLength === undefined ? {} : { 'key-size': modulusLength }),
      'key-type': keyKind(asymmetricKeyType, 'private'),
      'security-type': 'normal',
    };
  } catch {
    return {};
  }
}

function contentFacts(pem: string): Properties {
  const bytes = Buffer.from(pem);
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  return { checksum: `SHA1:${bytes.length}:${sha1}`, size: bytes.length };
}

/** Rights that BIG-IP shows of certificates and of keys: 0100644 and 0100640. */
const modes = { certificate: 0o100644, key: 0o100640 };

export function provideCertificateFacts(state: StateRegistry, store: ConfigStore): void {
  const ofCertificate = remembering(certificateFacts);
  const ofKey = remembering(keyFacts);
  const provide = (
    component: string,
    mode: number,
    read: (pem: string) => Properties,
    text: (view: ConfigView, name: string) => string | undefined,
  ): void =>
    state.provideFields(component, undefined, (name) => {
      const view = store.view();
      const pem = text(view, name);
      return pem === undefined ? {} : { ...read(pem), mode, ...changeFacts(view, component, name) };
    });
  for (const [component, mode, read] of [
    ['sys file ssl-cert', modes.certificate, ofCertificate],
    ['sys file ssl-key', modes.key, ofKey],
  ] as const) {
    provide(component, mode, read, (view, name) => fileContent(view, component, name));
  }
  provide(
    'cm cert',
    modes.certificate,
    (pem) => ({ ...ofCertificate(pem), ...contentFacts(pem) }),
    trustCertificate,
  );
  provide('cm key', modes.key, (pem) => ({ ...ofKey(pem), ...contentFacts(pem) }), trustKey);
}

function changeFacts(view: ConfigView, component: string, name: string): Properties {
  const stored = view.stored(component, name);
  if (stored === undefined) return {};
  const isDefault = defaultFileContents[name] !== undefined && stored.version.wall === 0;
  if (!isDefault) return timesOf(stored);
  // It came and changed with what the device made for itself.
  const own = view.stored(defaultFilesId, '') ?? stored;
  return {
    ...timesOf(own),
    revision: stored.generation,
    'system-path': systemPath(name),
  };
}

/** Where BIG-IP has it: /config/ssl/ssl.crt/default.crt. */
function systemPath(name: string): string {
  const leaf = leafOf(name);
  return `/config/ssl/ssl.${leaf.split('.').at(-1) ?? ''}/${leaf}`;
}

function trustCertificate(view: ConfigView, name: string): string | undefined {
  const domain = view.get('cm trust-domain', '/Common/Root')?.properties;
  if (name === '/Common/dtdi.crt') {
    const self = view.list('cm device').find((one) => one.properties['self-device'] === 'true');
    return self?.properties.certificate;
  }
  return name === '/Common/dtca.crt'
    ? domain?.['ca-cert']
    : (domain?.['ca-cert-bundle'] ?? domain?.['ca-cert']);
}

/** The authority's, where this device has it; its own never leaves the folder of the device. */
function trustKey(view: ConfigView, name: string): string | undefined {
  const key = view.get('cm trust-domain', '/Common/Root')?.properties['ca-key'];
  return name === '/Common/dtca.key' && key !== undefined ? view.plain(key) : undefined;
}
