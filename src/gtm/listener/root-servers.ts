/** The root name servers, for `unhandled-query-action hint`: addresses are the resolver's own to find. Pure. */
import { recordClass, recordType } from '../../base/dns/constants.ts';
import { createWriter, type ResourceRecord } from '../../base/dns/message.ts';

const ttlSeconds = 518_400;

export const rootServers: readonly ResourceRecord[] = Array.from('abcdefghijklm', (letter) => {
  const writer = createWriter(false);
  writer.name(`${letter}.root-servers.net`, false);
  const data = writer.result();
  return { name: '', type: recordType.ns, class: recordClass.internet, ttl: ttlSeconds, data };
});
