/** A cache in memory, one for each frontend. Pure. */
import { cacheOff } from '../policy/actions.ts';
import type { CacheSettings } from '../types.ts';
import { frontendToken } from './frontend-token.ts';
import { quote } from './quote.ts';

const name = `cache.${frontendToken}`;

/** What is asked for, and whether it is kept, is decided by the path that the client sent. */
export function cacheLines(cache: CacheSettings | undefined): {
  readonly choosing: readonly string[];
  readonly request: readonly string[];
  readonly response: readonly string[];
  readonly section: readonly string[];
} {
  if (cache === undefined) return { choosing: [], request: [], response: [], section: [] };
  const matching = (paths: readonly string[]): string =>
    `{ path -m reg -- ${paths.map((path) => quote(path)).join(' ')} }`;
  const { included, excluded } = cache;
  const off = `http-request set-var(${cacheOff}) int(1)`;
  const unless = `unless { var(${cacheOff}) -m found }`;
  return {
    choosing: [
      ...(included.length === 0 ? [] : [`${off} unless ${matching(included)}`]),
      ...(excluded.length === 0 ? [] : [`${off} if ${matching(excluded)}`]),
    ],
    request: [`http-request cache-use ${name} ${unless}`],
    response: [`http-response cache-store ${name} ${unless}`],
    section: [
      `cache ${name}`,
      `total-max-size ${cache.megabytes}`,
      `max-object-size ${cache.maximumObjectBytes}`,
      `max-age ${cache.maximumAgeSeconds}`,
      'process-vary on',
    ],
  };
}
