/**
 * Response rate limiting: so many replies a second by UDP to one network (/24, /56), so that a spoofed
 * source is not flooded through us. Every second reply over it is an empty one with TC: a true client asks
 * again by TCP. Who has our cookie is not limited. Pure state, bounded.
 */
import { maskedClient } from '../decision/client.ts';

export type RateVerdict = 'answer' | 'truncate' | 'drop';

export interface ResponseRate {
  /** Replies a second; 0: no limit. */
  setLimit(perSecond: number): void;
  readonly isLimited: boolean;
  judge(client: string, now: number): RateVerdict;
}

const maximumNetworks = 50_000;
const windowMilliseconds = 1_000;

export function createResponseRate(): ResponseRate {
  let limit = 0;
  let windowStart = 0;
  let counts = new Map<string, number>();
  return {
    setLimit: (perSecond) => void (limit = perSecond),
    get isLimited() {
      return limit > 0;
    },
    judge(client, now) {
      if (limit === 0) return 'answer';
      if (now - windowStart >= windowMilliseconds || counts.size >= maximumNetworks) {
        windowStart = now;
        counts = new Map();
      }
      const key = maskedClient(client, 24, 56);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= limit) return 'answer';
      return (count - limit) % 2 === 1 ? 'truncate' : 'drop';
    },
  };
}
