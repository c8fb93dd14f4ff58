/** What a virtual server refuses: too many new connections a second, or any while nobody serves it. Pure. */
import type { EffectiveObject } from '../config/types.ts';
import { numberValue, textValue } from '../config/property-values.ts';
import type { RateLimit } from './types.ts';

/** `rate-limit-mode` names what is counted apart; a mask of 0 is the whole address (tmsh reference). */
export function planRateLimit({ properties }: EffectiveObject): RateLimit | undefined {
  const perSecond = numberValue(properties, 'rate-limit', 0);
  if (perSecond === 0) return undefined;
  const parts = (textValue(properties, 'rate-limit-mode') ?? 'object').split('-');
  const bits = (part: string, mask: string): number | undefined =>
    parts.includes(part) ? numberValue(properties, mask, 0) || 128 : undefined;
  return {
    perSecond,
    isOfObject: parts.includes('object'),
    sourceBits: bits('source', 'rate-limit-src-mask'),
    destinationBits: bits('destination', 'rate-limit-dst-mask'),
  };
}

/** Clients are left without an answer then, instead of being refused. */
export function dropsWhenDown({ properties }: EffectiveObject): boolean {
  return textValue(properties, 'service-down-immediate-action') === 'drop';
}
