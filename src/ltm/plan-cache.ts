/** The RAM cache of a web acceleration profile as plain data. Pure. */
import { numberValue, textListValue } from '../config/property-values.ts';
import type { EffectiveObject } from '../config/types.ts';
import type { CacheSettings } from './types.ts';

/** HAProxy's limits of `total-max-size` and of an object, which is at most half of it. */
const mostMegabytes = 4095;
const megabyte = 1_048_576;
const everything = '.*';

export function cacheSettings({ properties }: EffectiveObject): CacheSettings {
  const megabytes = Math.min(
    mostMegabytes,
    Math.max(1, numberValue(properties, 'cache-size', 100)),
  );
  const largest = numberValue(properties, 'cache-object-max-size', 50_000) || 50_000;
  const included = patterns(textListValue(properties, 'cache-uri-include'));
  return {
    megabytes,
    maximumObjectBytes: Math.min(largest, Math.floor((megabytes * megabyte) / 2)),
    maximumAgeSeconds: numberValue(properties, 'cache-max-age', 3600) || 3600,
    included: included.includes(everything) ? [] : included,
    excluded: patterns(textListValue(properties, 'cache-uri-exclude')),
  };
}

/** HAProxy would refuse its whole configuration for one that it cannot read. */
function patterns(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => {
    try {
      return /^[\x21-\x7e]+$/.test(text) && new RegExp(text).source !== '';
    } catch {
      return false;
    }
  });
}
