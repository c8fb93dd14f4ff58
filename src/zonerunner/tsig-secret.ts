/** What signs and verifies messages of DNS with a shared secret. */
import { createHmac } from 'node:crypto';
import type { TsigSecret } from '../base/dns/tsig.ts';

/** RFC 8945 6: all but one are called as we call them. */
const wireNames: Readonly<Record<string, string>> = { 'hmac-md5': 'hmac-md5.sig-alg.reg.int' };

/** `name` without final dot; the secret in base64. */
export function tsigSecret(name: string, secret: string, algorithm = 'hmac-sha256'): TsigSecret {
  const key = Uint8Array.fromBase64(secret);
  const digest = algorithm.replace('hmac-', '');
  return {
    name,
    algorithm: wireNames[algorithm] ?? algorithm,
    hmac: (bytes) => createHmac(digest, key).update(bytes).digest(),
  };
}
