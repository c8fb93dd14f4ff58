/** New connections a second, as HAProxy counts and refuses them. Pure. */
import { contentHash } from '../engine-names.ts';
import type { RateLimit } from '../types.ts';
import type { Section } from './section.ts';

/** The name is no engine name, which all begin with a colon. */
const rateTable = 'rates';
const counted = ' table rates';

export function usesRates({ text }: Section): boolean {
  return text.includes(counted);
}

export function rateSection(): Section {
  const text = `backend ${rateTable}\n  stick-table type string len 128 size 100k expire 10s store conn_rate(1s)`;
  return { name: rateTable, text, hash: contentHash(text), files: new Map() };
}

/** `object`: what tells the virtual server from others. Those that are refused do not count. */
export function rateLines(limit: RateLimit, object: string): readonly string[] {
  const { perSecond, isOfObject, sourceBits, destinationBits } = limit;
  const parts: string[] = [];
  const lines = [`tcp-request connection set-var(sess.rate) ${isOfObject ? object : 'int(0)'}`];
  for (const [fetch, bits] of [
    ['src', sourceBits],
    ['dst', destinationBits],
  ] as const) {
    if (bits === undefined) continue;
    const masked = `${fetch},ipmask(${Math.min(32, bits)},${bits})`;
    lines.push(`tcp-request connection set-var(sess.rate_${fetch}) ${masked}`);
    parts.push(`concat(-${fetch}-,sess.rate_${fetch})`);
  }
  if (parts.length > 0) {
    lines.push(`tcp-request connection set-var(sess.rate) var(sess.rate),${parts.join(',')}`);
  }
  return [
    ...lines,
    `tcp-request connection reject if { var(sess.rate),table_conn_rate(${rateTable}) ge ${perSecond} }`,
    `tcp-request connection track-sc1 var(sess.rate)${counted}`,
  ];
}
