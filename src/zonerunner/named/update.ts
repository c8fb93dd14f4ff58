/**
 * The UPDATE (RFC 2136) that makes one content of a zone another. Named ignores much of what it is told
 * (gtm-dns-zonerunner.md 6.2), hence: everything that is touched is a prerequisite with its values,
 * deletions come before additions, and the NS set of the top is never empty in between. Pure.
 */
import { opcode, recordClass, recordType } from '../../base/dns/constants.ts';
import { encodeMessage, type ResourceRecord } from '../../base/dns/message.ts';
import type { Zone } from '../zone.ts';
import { type ContentSet, isSameSet, soaBytes, type ZoneContent } from './content.ts';

/** One message, atomic; room is left for the signature. */
export const maximumUpdateBytes = 60_000;
const classAny = 255;
const classNone = 254;
const nothing = new Uint8Array();

/** Undefined: it does not fit into one message. */
export function updateMessage(
  zone: Zone,
  held: ZoneContent,
  wanted: ZoneContent,
  id: number,
): Uint8Array | undefined {
  const prerequisites: ResourceRecord[] = [];
  const deletions: ResourceRecord[] = [];
  const additions: ResourceRecord[] = [];
  const last: ResourceRecord[] = [];
  for (const [key, set] of held.sets) {
    const twin = wanted.sets.get(key);
    if (twin !== undefined && isSameSet(set, twin)) continue;
    prerequisites.push(...records(set, recordClass.internet, 0));
    const isTop = set.owner === zone.domain && set.type === recordType.ns;
    if (!isTop) deletions.push(record(set, classAny, 0, nothing));
    else {
      const gone = new Set([...set.data].filter((hex) => twin?.data.has(hex) !== true));
      last.push(...records({ ...set, data: gone }, classNone, 0));
    }
  }
  for (const [key, set] of wanted.sets) {
    const twin = held.sets.get(key);
    if (twin !== undefined && isSameSet(set, twin)) continue;
    if (twin === undefined) prerequisites.push(record(set, classNone, 0, nothing));
    additions.push(...records(set, recordClass.internet, set.ttl));
  }
  const soa: ResourceRecord = {
    name: zone.domain,
    type: recordType.soa,
    class: recordClass.internet,
    ttl: zone.ttl,
    data: soaBytes(zone, wanted.serial),
  };
  const message = encodeMessage(
    {
      id,
      flags: opcode.update << 11,
      questions: [{ name: zone.domain, type: recordType.soa, class: recordClass.internet }],
      answers: prerequisites,
      authorities: [...deletions, soa, ...additions, ...last],
      additionals: [],
    },
    Infinity,
  );
  return message.length > maximumUpdateBytes ? undefined : message;
}

function records(set: ContentSet, inClass: number, ttl: number): ResourceRecord[] {
  return [...set.data].map((hex) => record(set, inClass, ttl, Uint8Array.fromHex(hex)));
}

function record(set: ContentSet, inClass: number, ttl: number, data: Uint8Array): ResourceRecord {
  return { name: set.owner, type: set.type, class: inClass, ttl, data };
}
