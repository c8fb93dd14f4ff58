/**
 * BIG-IP's cipher strings in OpenSSL's words (F5 article K17370 for the former). One string that the engine
 * cannot read would hold up every other virtual server, so only parts that are known get through. Pure.
 */

const words: Readonly<Record<string, string>> = {
  ALL: 'ALL',
  DEFAULT: 'DEFAULT',
  HIGH: 'HIGH',
  MEDIUM: 'MEDIUM',
  NATIVE: 'ALL',
  ECDHE: 'ECDHE',
  ECDHE_ECDSA: 'ECDHE+aECDSA',
  ECDSA: 'aECDSA',
  DHE: 'DHE',
  EDH: 'DHE',
  DH: 'DH',
  ADH: 'ADH',
  RSA: 'kRSA',
  AES: 'AES',
  'AES-GCM': 'AESGCM',
  AESGCM: 'AESGCM',
  AES128: 'AES128',
  AES256: 'AES256',
  CHACHA20: 'CHACHA20',
  'CHACHA20-POLY1305': 'CHACHA20',
  SHA: 'SHA1',
  SHA1: 'SHA1',
  SHA256: 'SHA256',
  SHA384: 'SHA384',
};
const suite =
  /^(?:ECDHE-(?:RSA|ECDSA)-|DHE-RSA-)?(?:AES(?:128|256)(?:-GCM)?-SHA(?:256|384)?|CHACHA20-POLY1305)$/;

/** Undefined: nothing in it is known. What is only excluded or unknown here (RC4, EXPORT) is not spoken anyway. */
export function opensslCiphers(text: string): string | undefined {
  const parts: string[] = [];
  let isSomethingIn = false;
  for (const part of text.split(/[:,\s]+/)) {
    if (part.toUpperCase() === '@STRENGTH') parts.push('@STRENGTH');
    const [, sign = '', names = ''] = /^([!+-]?)(.*)$/.exec(part) ?? [];
    const known = names.split('+').map((name) => wordOf(name));
    if (part === '' || known.some((name) => name === undefined)) continue;
    if (sign === '') isSomethingIn = true;
    parts.push(sign + known.join('+'));
  }
  return isSomethingIn ? parts.join(':') : undefined;
}

function wordOf(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (Object.hasOwn(words, upper)) return words[upper];
  return suite.test(upper) ? upper : undefined;
}
