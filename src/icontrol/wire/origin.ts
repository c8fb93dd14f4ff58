/** Who changes something, by which interface and why, as a request says it. Pure. */
import type { CommitOrigin, CommitSource, Expectation } from '../../config/types.ts';
import type { Caller } from '../access/accounts.ts';
import type { Target } from './route.ts';

/** Characters of a reason that are kept. */
const maximumReason = 500;

export interface Claims {
  readonly source: CommitSource;
  readonly reason?: string;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** `X-Evenkeel-Reason: …` or `?reason=…`; the header counts when there are both. */
export function claimsOf(headers: Headers, query: string): Claims {
  const client = headers['x-evenkeel-client'];
  const source = client === 'tmsh' || client === 'gui' ? client : 'rest';
  const given = headers['x-evenkeel-reason'] ?? new URLSearchParams(query).get('reason') ?? '';
  // HTTP headers are bytes; people write UTF-8 into them.
  const text = /[\u0080-\u00ff]/.test(given) ? asUtf8(given) : given;
  const reason = text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, maximumReason);
  return reason === '' ? { source } : { source, reason };
}

function asUtf8(text: string): string {
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? text : decoded;
}

export function originOf(caller: Caller): CommitOrigin {
  const { access, address, source = 'rest', reason } = caller;
  return { user: access.user, source, address, ...(reason !== undefined && { reason }) };
}

/** `If-Match: "7"` of a request for one object or item; none without the header. */
export function expectationOf(header: string | undefined, target: Target): Expectation | undefined {
  if (header === undefined) return undefined;
  if (target.kind !== 'object' && target.kind !== 'item' && target.kind !== 'items') {
    return undefined;
  }
  const key = { component: target.component.id, name: target.name };
  if (header.trim() === '*') return { ...key, generations: 'any' };
  const tags = [...header.matchAll(/"(\d{1,15})"/g)].map(([, digits]) => Number(digits));
  return { ...key, generations: tags };
}

/** As in ETag and If-Match. */
export function generationTag(generation: number): string {
  return `"${generation}"`;
}
