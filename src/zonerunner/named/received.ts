/** Records of a transfer → what a zone file would have given. Pure. */
import { recordType } from '../../base/dns/constants.ts';
import { readUint32, type ResourceRecord } from '../../base/dns/message.ts';
import { readName } from '../../base/dns/name.ts';
import type { FileProblem, FileRecord, FileSoa, ZoneFileContent } from '../file/parse.ts';
import { isWithin, parseName } from '../name.ts';
import { readData } from '../rdata.ts';
import { nameOfType } from '../records/types.ts';

const maximumProblems = 1000;
/** RRSIG, NSEC, DNSKEY, NSEC3, NSEC3PARAM and BIND's own: made anew where the zone is signed. */
const signatureTypes = new Set([46, 47, 48, 50, 51, 65_534]);

export interface ReceivedZone {
  take(record: ResourceRecord): void;
  content(): ZoneFileContent;
}

export function receivedZone(domain: string): ReceivedZone {
  const records: FileRecord[] = [];
  const problems: FileProblem[] = [];
  let soa: FileSoa | undefined;
  let soaTtl = 3600;
  let signatures = 0;
  const tell = (rule: FileProblem['rule'], message: string): void => {
    if (problems.length < maximumProblems) problems.push({ line: 0, rule, message });
  };
  return {
    take(record) {
      if (record.type === recordType.soa) {
        soa = soaOf(record.data);
        soaTtl = record.ttl;
        return;
      }
      if (signatureTypes.has(record.type)) {
        signatures += 1;
        return;
      }
      const owner = parseName(`${record.name}.`, true);
      const type = nameOfType(record.type);
      if ('problem' in owner) return tell('owner-name', owner.problem);
      if (!isWithin(owner.name, domain)) {
        return tell('out-of-zone', `${owner.name} is outside of ${domain}`);
      }
      if (type === undefined) return tell('record-type', `type ${record.type} of ${owner.name}`);
      const read = readData(type, record.data);
      if ('problem' in read) return tell('record-data', `${owner.name}: ${read.problem}`);
      records.push({ owner: owner.name, type, ttl: record.ttl, data: read.data });
    },
    content() {
      if (signatures > 0) {
        tell('dropped-signature', `${signatures} records of a signature are left out`);
      }
      return { soa, ttl: soaTtl, records, problems };
    },
  };
}

function soaOf(data: Uint8Array): FileSoa | undefined {
  const primary = readName(data, 0, false);
  const mailbox = primary && readName(data, primary.next, false);
  if (primary === undefined || mailbox === undefined) return undefined;
  const [serial = 0, refresh = 0, retry = 0, expire = 0, negativeTtl = 0] = [0, 4, 8, 12, 16].map(
    (offset) => readUint32(data, mailbox.next + offset),
  );
  const names = { primary: `${primary.text}.`, mailbox: `${mailbox.text}.` };
  return { ...names, serial, refresh, retry, expire, negativeTtl };
}
