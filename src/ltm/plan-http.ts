/** HTTP and compression profiles as plain data. Pure. */
import { numberValue, structValue, textListValue, textValue } from '../config/property-values.ts';
import type { Properties } from '../catalogue/types.ts';
import type { EffectiveObject } from '../config/types.ts';
import { cookieKey } from './cookie-key.ts';
import { isCookieName } from './persistence.ts';
import { cacheSettings } from './plan-cache.ts';
import type { Compression, HttpSettings, RequestLog } from './types.ts';

/** Profiles that go with an HTTP profile. */
export interface HttpCompanions {
  readonly compression: EffectiveObject | undefined;
  readonly http2: EffectiveObject | undefined;
  readonly acceleration: EffectiveObject | undefined;
  readonly requestLog: RequestLog | undefined;
  readonly isTls: boolean;
  /** What a secret says. */
  readonly plain: (secret: string) => string;
}

export function httpSettings(
  http: EffectiveObject,
  { compression, http2, acceleration, requestLog, isTls, plain }: HttpCompanions,
): HttpSettings {
  const { properties } = http;
  const optional = (name: string): string | undefined => {
    const value = textValue(properties, name);
    return value === '' || value === 'none' ? undefined : value;
  };
  const enforcement = structValue(properties, 'enforcement');
  const rejects = (name: string): boolean => textValue(enforcement, name) === 'reject';
  const rewrite = textValue(properties, 'redirect-rewrite');
  const host = optional('fallback-host');
  return {
    insertXForwardedFor: textValue(properties, 'insert-xforwarded-for') === 'enabled',
    headerInsert: optional('header-insert'),
    headerErase: optional('header-erase'),
    viaRequest: viaOf(properties['via-request']),
    viaResponse: viaOf(properties['via-response']),
    viaHost: optional('via-host-name') ?? 'evenkeel',
    redirectRewrite:
      rewrite === 'all' || rewrite === 'matching' || rewrite === 'nodes' ? rewrite : 'none',
    strictTransport: isTls ? strictTransport(structValue(properties, 'hsts')) : undefined,
    fallback:
      host === undefined
        ? undefined
        : {
            location: /^[a-z][a-z0-9+.-]*:|^\//i.test(host) ? host : `http://${host}/`,
            statuses: textListValue(properties, 'fallback-status-codes').filter((status) =>
              /^\d{3}(?:-\d{3})?$/.test(status),
            ),
            agent: optional('server-agent-name') ?? 'BigIP',
          },
    maximumHeaders: rejects('excess-client-headers')
      ? numberValue(enforcement, 'max-header-count', 64)
      : undefined,
    onlyMethods: rejects('unknown-method')
      ? textListValue(enforcement, 'known-methods').filter((method) => /^[A-Z-]+$/.test(method))
      : undefined,
    compression: compression && compressionOf(compression),
    http2Header: http2 && http2Header(http2),
    maximumRequests: numberValue(enforcement, 'max-requests', 0),
    maximumHeaderBytes: Math.min(
      mostHeaderBytes,
      numberValue(enforcement, 'max-header-size', usualHeaderBytes),
    ),
    refusesHeaderBytes: rejects('oversize-client-headers'),
    cache: acceleration && cacheSettings(acceleration),
    requestLog,
    ...sealedCookies(properties, plain),
  };
}

/** Without a passphrase nothing is sealed. */
function sealedCookies(
  properties: Properties,
  plain: HttpCompanions['plain'],
): Pick<HttpSettings, 'sealedCookies'> {
  const passphrase = plain(textValue(properties, 'encrypt-cookie-secret') ?? '');
  const names = textListValue(properties, 'encrypt-cookies')
    .flatMap((text) => text.split(/\s+/))
    .filter(isCookieName);
  if (passphrase === '' || names.length === 0) return {};
  return { sealedCookies: { names: [...new Set(names)], key: cookieKey(passphrase) } };
}

/** BIG-IP's default. */
const usualHeaderBytes = 32_768;
/** Each connection that carries data takes two buffers of that size. */
const mostHeaderBytes = 131_072;

function http2Header({ properties }: EffectiveObject): string | undefined {
  if (textValue(properties, 'insert-header') !== 'enabled') return undefined;
  const name = textValue(properties, 'insert-header-name') ?? '';
  return /^[\w-]+$/.test(name) ? name : undefined;
}

function viaOf(value: unknown): HttpSettings['viaRequest'] {
  return value === 'append' || value === 'remove' ? value : 'preserve';
}

/** RFC 6797. */
function strictTransport(hsts: EffectiveObject['properties']): string | undefined {
  if (textValue(hsts, 'mode') !== 'enabled') return undefined;
  const parts = [`max-age=${numberValue(hsts, 'maximum-age', 16_070_400)}`];
  if (textValue(hsts, 'include-subdomains') !== 'disabled') parts.push('includeSubDomains');
  if (textValue(hsts, 'preload') === 'enabled') parts.push('preload');
  return parts.join('; ');
}

/** BIG-IP's content types are patterns; HAProxy compares the beginning, so `(a|b)` becomes two. */
function compressionOf({ properties }: EffectiveObject): Compression {
  const types = textListValue(properties, 'content-type-include').flatMap((type) => {
    const group = /^([^()]*)\(([^()]*)\)$/.exec(type);
    const [, start = '', choices = ''] = group ?? [];
    return group === null ? [type] : choices.split('|').map((choice) => start + choice);
  });
  return {
    types: types.filter((type) => /^[\w./+-]+$/.test(type)),
    algorithm: textValue(properties, 'method-prefer') === 'deflate' ? 'deflate' : 'gzip',
    keepsAcceptEncoding: textValue(properties, 'keep-accept-encoding') === 'enabled',
  };
}
