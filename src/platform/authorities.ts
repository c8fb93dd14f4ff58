import { rootCertificates } from 'node:tls';
import { readTextIfPresent } from './files.ts';

/** Where distributions keep the authorities that their system trusts: Debian, Red Hat, SUSE. */
const places = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
] as const;

/** PEM, one after the other: the system's, or Mozilla's as Node brings them where the system has none. */
export function systemAuthorities(): string {
  for (const place of places) {
    const text = readTextIfPresent(place);
    if (text?.includes('BEGIN CERTIFICATE') === true) return text;
  }
  return `${rootCertificates.join('\n')}\n`;
}
