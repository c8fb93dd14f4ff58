/** For tests: a RADIUS server that takes what is accounted for, as RFC 2866 says it must look. */
import { createHash } from 'node:crypto';
import { type DatagramServer, serveDatagrams } from '../../platform/datagram.ts';

export interface RadiusAccounting {
  readonly user: string;
  readonly address: string;
  /** F5-LTM-Audit-Msg, all parts. */
  readonly line: string;
}

const headerOctets = 20;

/** Packets whose checksum does not fit the secret are dropped, as servers do. */
export function startRadiusServer(
  secret: string,
  take: (record: RadiusAccounting) => void,
): Promise<DatagramServer> {
  return serveDatagrams('127.0.0.1', 0, (packet, address, port, server) => {
    const bytes = Buffer.from(packet);
    const zeroed = Buffer.from(bytes).fill(0, 4, headerOctets);
    const sum = createHash('md5').update(zeroed).update(secret).digest();
    if (bytes[0] !== 4 || !sum.equals(bytes.subarray(4, headerOctets))) return;
    take(recordOf(bytes));
    const head = Buffer.from([5, bytes[1] ?? 0, 0, headerOctets]);
    const asked = bytes.subarray(4, headerOctets);
    const answer = createHash('md5').update(head).update(asked).update(secret).digest();
    server.send(Buffer.concat([head, answer]), port, address);
  });
}

function recordOf(bytes: Buffer): RadiusAccounting {
  const values = new Map<number, Buffer[]>();
  for (let at = headerOctets; at < bytes.length; at += bytes[at + 1] ?? 2) {
    const [type = 0, length = 2] = bytes.subarray(at, at + 2);
    const value = bytes.subarray(at + 2, at + length);
    // Of another vendor: not ours.
    const isOurs = type === 26 && value.readUInt32BE(0) === 3375 && value[4] === 14;
    const own = isOurs ? value.subarray(6) : value;
    values.set(type, [...(values.get(type) ?? []), own]);
  }
  const text = (type: number): string => Buffer.concat(values.get(type) ?? []).toString('utf8');
  return { user: text(1), address: text(31), line: text(26) };
}
