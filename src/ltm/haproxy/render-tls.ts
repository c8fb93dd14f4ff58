/** TLS towards clients (one list of certificates a virtual server) and towards servers. Pure. */
import type { ServerTls, TlsEntry, TlsSettings, TlsVersions } from '../types.ts';
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
    ` ssl alpn http/1.1 crt-list ${list}`,
    // The versions of a list's first line do not hold for names that are not in the list.
    ...tls.entries.slice(0, 1).flatMap((one) => versionOptions(one.versions)),
    ...(isLenient ? ['crt-ignore-err all ca-ignore-err all'] : []),
    ...(tls.needsName ? ['strict-sni'] : []),
  ].join(' ');
}

function entryLines(entry: TlsEntry, files: FileSet): readonly string[] {
  const options = versionOptions(entry.versions);
  if (entry.ciphers !== undefined) options.push(`ciphers ${entry.ciphers}`);
  if (entry.authority !== undefined && entry.clientCertificates !== 'ignore') {
    const how = entry.clientCertificates === 'require' ? 'required' : 'optional';
    options.push(`verify ${how} ca-file ${files.add(entry.authority, 'pem')}`);
  }
  const name = entry.serverName === undefined ? '' : ` ${entry.serverName}`;
  return entry.pems.map((pem) => `${files.add(pem, 'pem')} [${options.join(' ')}]${name}`);
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
  if (tls.authority !== undefined && tls.authenticateName !== undefined) {
    options.push(`verifyhost ${tls.authenticateName}`);
  }
  if (tls.serverName !== undefined) options.push(`sni str(${tls.serverName})`);
  if (tls.pem !== undefined) options.push(`crt ${files.add(tls.pem, 'pem')}`);
  return options.join(' ');
}
