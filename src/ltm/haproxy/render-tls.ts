/** TLS towards clients (one list of certificates a virtual server) and towards servers. Pure. */
import type { TlsVersions } from '../../config/tls/profile.ts';
import type { ServerTls, TlsEntry, TlsSettings } from '../types.ts';
import type { FileSet } from './files.ts';

/** What follows the address of a `bind`. */
export function bindTls(tls: TlsSettings, files: FileSet): string {
  const list = files.add(
    `${tls.entries.flatMap((one) => entryLines(one, files)).join('\n')}\n`,
    'list',
  );
  // "request": a client whose certificate is bad is served all the same, as on BIG-IP.
  const isLenient = tls.entries.some((one) => one.clientCertificates === 'request');
  return [
    ` ssl alpn ${tls.protocols.join(',')} crt-list ${list}`,
    // The versions of a list's first line do not hold for names that are not in the list.
    ...tls.entries.slice(0, 1).flatMap((one) => versionOptions(one.versions)),
    ...(isLenient ? ['crt-ignore-err all ca-ignore-err all'] : []),
    ...(tls.needsName ? ['strict-sni'] : []),
    // Sessions are found by their identifier all the same.
    ...(tls.hasTickets ? [] : ['no-tls-tickets']),
  ].join(' ');
}

function entryLines(entry: TlsEntry, files: FileSet): readonly string[] {
  const options = versionOptions(entry.versions);
  if (entry.ciphers !== undefined) options.push(`ciphers ${entry.ciphers}`);
  if (entry.authority !== undefined && entry.clientCertificates !== 'ignore') {
    const how = entry.clientCertificates === 'require' ? 'required' : 'optional';
    options.push(`verify ${how} ca-file ${files.add(entry.authority, 'pem')}`);
    if (entry.revocations !== undefined)
      options.push(`crl-file ${files.add(entry.revocations, 'crl')}`);
  }
  const name = entry.serverName === undefined ? '' : ` ${entry.serverName}`;
  return entry.pems.map((pem, index) => {
    const staple = entry.staples?.[index];
    const path = staple === undefined ? files.add(pem, 'pem') : files.addStapled(pem, staple);
    return `${path} [${options.join(' ')}]${name}`;
  });
}

function versionOptions(versions: TlsVersions): string[] {
  return [`ssl-min-ver TLSv${versions.lowest}`, `ssl-max-ver TLSv${versions.highest}`];
}

/** Options of a `server` line and of `add server` alike. */
export function serverTlsOptions(tls: ServerTls, files: FileSet): string {
  const options = ['ssl', ...versionOptions(tls.versions)];
  if (tls.ciphers !== undefined) options.push(`ciphers ${tls.ciphers}`);
  if (tls.authority === undefined) options.push('verify none');
  else options.push(`verify required ca-file ${files.add(tls.authority, 'pem')}`);
  if (tls.revocations !== undefined) options.push(`crl-file ${files.add(tls.revocations, 'crl')}`);
  if (tls.authority !== undefined && tls.authenticateName !== undefined) {
    options.push(`verifyhost ${tls.authenticateName}`);
  }
  if (tls.serverName !== undefined) options.push(`sni str(${tls.serverName})`);
  if (tls.pem !== undefined) options.push(`crt ${files.add(tls.pem, 'pem')}`);
  return options.join(' ');
}
