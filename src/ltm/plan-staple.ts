/** Whom to ask about a certificate, and how: `sys crypto cert-validator ocsp`, named by the certificate. Pure. */
import { fileContent } from '../config/file-content.ts';
import { itemsValue, numberValue, textListValue, textValue } from '../config/property-values.ts';
import type { ConfigView } from '../config/types.ts';
import { isIssuer, responderOf } from '../config/tls/keys.ts';
import type { ServedCertificate } from '../config/tls/profile.ts';
import type { StaplePlan } from './types.ts';

/** As HAProxy reads it. */
const validatorComponent = 'sys crypto cert-validator ocsp';
const usualTimeoutSeconds = 8;
const usualErrorSeconds = 3600;
const usualSkewSeconds = 300;

/** Undefined: the certificate is not to be asked about, or nobody is known who signed it, or answers. */
export function planStaple(
  view: ConfigView,
  { file, pem, chain }: ServedCertificate,
): StaplePlan | undefined {
  const certificate = view.get('sys file ssl-cert', file)?.properties ?? {};
  if (!textListValue(certificate, 'cert-validation-options').includes('ocsp')) return undefined;
  const [named] = itemsValue(certificate, 'cert-validators');
  const validator = named && view.get(validatorComponent, named.name)?.properties;
  if (validator === undefined) return undefined;
  const text = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : fileContent(view, 'sys file ssl-cert', name);
  const issuer = text(textValue(certificate, 'issuer-cert')) ?? chain;
  const responder = textValue(validator, 'responder-url') ?? responderOf(pem);
  if (issuer === undefined || responder === undefined || !isAddress(responder)) return undefined;
  // HAProxy takes none that is not.
  if (!isIssuer(issuer, pem)) return undefined;
  const cacheSeconds = numberValue(validator, 'cache-timeout', 0);
  return {
    issuer: `${issuer.trim()}\n`,
    responder,
    trusted: text(textValue(validator, 'trusted-responders')),
    timeoutSeconds: numberValue(validator, 'timeout', usualTimeoutSeconds),
    cacheSeconds: cacheSeconds === 0 ? undefined : cacheSeconds,
    errorSeconds: numberValue(validator, 'cache-error-timeout', usualErrorSeconds),
    clockSkewSeconds: numberValue(validator, 'clock-skew', usualSkewSeconds),
    oldestSeconds: numberValue(validator, 'status-age', 0),
  };
}

/** It goes to a program as an argument. */
function isAddress(url: string): boolean {
  return /^https?:\/\/[^\s]+$/.test(url);
}
