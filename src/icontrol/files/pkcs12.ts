/**
 * What an archive of a key and its certificates holds (PKCS #12, RFC 7292). Read by `openssl`: Node reads none, and
 * the ciphers of such archives are those of thirty years. The passphrase goes through a pipe, the key comes by one.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { Outcome } from '../../base/fault.ts';
import { refuse } from '../../config/runtime-state.ts';
import { type RunResult, run } from '../../platform/process.ts';

export interface Pkcs12 {
  /** PEM: the key's own certificate, then those that signed it. */
  readonly certificates: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** Deriving a key of ten million rounds takes as long; who asks waits. */
const timeoutMilliseconds = 10_000;

export async function readPkcs12(path: string, passphrase: string): Promise<Outcome<Pkcs12>> {
  if (/[\n\r]/.test(passphrase)) return refuse('passphrase: one line is expected');
  const args = ['pkcs12', '-in', path, '-passin', 'stdin', '-nodes'];
  const attempt = (more: readonly string[]): Promise<RunResult> =>
    run('openssl', [...args, ...more], { input: `${passphrase}\n`, timeoutMilliseconds });
  let read: RunResult;
  try {
    read = await attempt([]);
    // RC2 and single DES, which Windows and older tools write; newer releases of openssl have them apart.
    if (read.status !== 0 && /unsupported/i.test(read.stderr)) read = await attempt(['-legacy']);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  if (read.status !== 0) return refuse(whyNot(read.stderr));
  return partsOf(read.stdout);
}

function whyNot(complaint: string): string {
  if (/mac verify|invalid password|mac verify failure/i.test(complaint)) {
    return 'the passphrase is not the one of this PKCS #12 archive';
  }
  if (/unsupported/i.test(complaint))
    return 'this PKCS #12 archive has a cipher that openssl lacks';
  return 'this is no PKCS #12 archive';
}

const block = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----\n?/g;

function partsOf(text: string): Outcome<Pkcs12> {
  const blocks = [...text.matchAll(block)].map(([pem, kind = '']) => ({ kind, pem }));
  const keys = blocks.filter(({ kind }) => kind.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ kind }) => kind === 'CERTIFICATE');
  const key = keys[0]?.pem;
  if (key === undefined || keys.length > 1) {
    return refuse(`this PKCS #12 archive holds ${keys.length} keys; one is expected`);
  }
  const secret = createPrivateKey(key);
  const own = certificates.find(({ pem }) => new X509Certificate(pem).checkPrivateKey(secret));
  if (own === undefined) return refuse('this PKCS #12 archive holds no certificate of its key');
  const ordered = [own, ...certificates.filter((one) => one !== own)];
  return { ok: true, value: { key, certificates: ordered.map(({ pem }) => pem).join('') } };
}
