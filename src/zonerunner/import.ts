/** Records from anywhere → the properties of a zone object, and back to a zone file. Pure. */
import { type Sliced, finishAtOnce } from '../base/slices.ts';
import type { Properties } from '../catalogue/types.ts';
import type { HybridTime } from '../base/hybrid-clock.ts';
import type { FileRecord, FileSoa, ZoneFileContent } from './file/parse.ts';
import { parseName } from './name.ts';
import { printData } from './rdata.ts';
import { offsetAfter } from './serial.ts';

/** `time`: about when it will be committed, so that serials go on from the file's. */
export function zoneProperties(
  content: Pick<ZoneFileContent, 'soa' | 'ttl' | 'records'>,
  time: HybridTime,
): Properties {
  return finishAtOnce(makingProperties(content, time));
}

/** The same, which lets go between records. */
export function* makingProperties(
  content: Pick<ZoneFileContent, 'soa' | 'ttl' | 'records'>,
  time: HybridTime,
): Sliced<Properties> {
  return {
    ttl: content.ttl,
    ...(content.soa && soaProperties(content.soa, time)),
    records: yield* recordItems(content.records, content.ttl),
  };
}

function soaProperties(soa: FileSoa, time: HybridTime): Properties {
  return {
    'primary-server': soa.primary,
    'admin-email': mailOf(soa.mailbox),
    refresh: Math.max(1, soa.refresh),
    retry: Math.max(1, soa.retry),
    expire: Math.max(1, soa.expire),
    'negative-ttl': soa.negativeTtl,
    'serial-offset': offsetAfter(soa.serial, time),
  };
}

/** `dns\.team.example.com.` is dns.team@example.com; a name without escapes stays one. */
export function mailOf(mailbox: string): string {
  const match = /^((?:[^.\\]|\\.)*\\.(?:[^.\\]|\\.)*)\.(.+)$/.exec(mailbox);
  if (match === null) return mailbox;
  return `${match[1]?.replaceAll('\\', '')}@${match[2]}`;
}

/** One item a set, in the order of the file. A record that is there twice is one. */
function* recordItems(
  records: readonly FileRecord[],
  zoneTtl: number,
): Sliced<readonly Properties[]> {
  const sets = new Map<string, { ttl: number; data: Set<string> }>();
  for (const { owner, type, ttl, data } of records) {
    const name = `${owner}:${type}`;
    const text = printData(data);
    const set = sets.get(name);
    if (set === undefined) sets.set(name, { ttl, data: new Set([text]) });
    else set.data.add(text);
    yield;
  }
  return [...sets].map(([name, { ttl, data }]) => ({
    name,
    ...(ttl !== zoneTtl && { ttl }),
    data: [...data],
  }));
}

/** The object's name: `VIEW:` stands before zones of other views than the default one. */
export function zoneObjectName(domain: string, view: string, preset: string): string {
  return view === preset ? domain : `${view}:${domain}`;
}

/** With its dot, which people leave out where a zone is asked for. */
export function zoneDomain(written: string): { name: string } | { problem: string } {
  return parseName(written.endsWith('.') ? written : `${written}.`);
}
