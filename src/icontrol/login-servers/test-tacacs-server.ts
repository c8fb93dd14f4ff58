/**
 * For tests only: a small TACACS+ server, written from RFC 8907 and not from our client's code. The Perl client
 * Authen::TacacsPlus was seen to log in at it (PAP).
 */
import { createHash } from 'node:crypto';
import { type StreamConnection, type StreamServer, serveStream } from '../../platform/stream.ts';

export interface TacacsUser {
  readonly password: string;
  /** What an authorization of the service "ppp" answers; absent: refused. */
  readonly values?: readonly string[];
}

export interface TacacsRecord {
  readonly flags: number;
  readonly user: string;
  readonly from: string;
  readonly values: readonly string[];
}

export function startTacacsServer(
  secret: string,
  users: Readonly<Record<string, TacacsUser>>,
  onRecord: (record: TacacsRecord) => void = () => undefined,
): Promise<StreamServer> {
  return serveStream('127.0.0.1', 0, 50, (connection) => {
    let unread = Buffer.alloc(0);
    return {
      onBytes(chunk) {
        unread = Buffer.concat([unread, chunk]);
        while (unread.length >= 12 && unread.length >= 12 + unread.readUInt32BE(8)) {
          const whole = 12 + unread.readUInt32BE(8);
          answer(connection, Buffer.from(unread.subarray(0, whole)), secret, users, onRecord);
          unread = unread.subarray(whole);
        }
      },
      onClose: () => undefined,
    };
  });
}

function answer(
  connection: StreamConnection,
  packet: Buffer,
  secret: string,
  users: Readonly<Record<string, TacacsUser>>,
  onRecord: (record: TacacsRecord) => void,
): void {
  const isPlain = packet.readUInt8(3) === 1;
  const body = isPlain ? packet.subarray(12) : hide(packet, packet.subarray(12), secret);
  const type = packet.readUInt8(1);
  if (type === 3) onRecord(accounting(body));
  const reply = replyTo(type, body, users);
  const head = Buffer.from(packet.subarray(0, 12));
  head.writeUInt8(packet.readUInt8(2) + 1, 2);
  head.writeUInt32BE(reply.length, 8);
  connection.write(Buffer.concat([head, isPlain ? reply : hide(head, reply, secret)]));
}

function replyTo(type: number, body: Buffer, users: Readonly<Record<string, TacacsUser>>): Buffer {
  if (type === 3) return Buffer.from([0, 0, 0, 0, 1]);
  return type === 1 ? authentication(body, users) : authorization(body, users);
}

function hide(head: Buffer, body: Buffer, secret: string): Buffer {
  const session = head.subarray(4, 8);
  const fixed = [session, Buffer.from(secret), head.subarray(0, 1), head.subarray(2, 3)];
  const pads: Buffer[] = [];
  while (pads.length * 16 < body.length) {
    const last = pads.at(-1);
    const input = Buffer.concat(last === undefined ? fixed : [...fixed, last]);
    pads.push(createHash('md5').update(input).digest());
  }
  const pad = Buffer.concat(pads);
  return Buffer.from(body.map((octet, index) => octet ^ pad.readUInt8(index)));
}

function accounting(body: Buffer): TacacsRecord {
  const [flags = 0, , , , , user = 0, port = 0, from = 0, count = 0] = body;
  let at = 9 + count;
  const next = (length: number): string => {
    at += length;
    return body.toString('utf8', at - length, at);
  };
  const name = next(user);
  next(port);
  const address = next(from);
  const values = [...body.subarray(9, 9 + count)].map(next);
  return { flags, user: name, from: address, values };
}

function authentication(body: Buffer, users: Readonly<Record<string, TacacsUser>>): Buffer {
  const [action, , kind, , userLength = 0, portLength = 0, fromLength = 0, dataLength = 0] = body;
  const user = body.toString('utf8', 8, 8 + userLength);
  const at = 8 + userLength + portLength + fromLength;
  const password = body.toString('utf8', at, at + dataLength);
  const isWhole = at + dataLength === body.length;
  const isRight = action === 1 && kind === 2 && isWhole && users[user]?.password === password;
  const message = Buffer.from(isRight ? 'welcome' : 'no');
  return Buffer.concat([Buffer.from([isRight ? 1 : 2, 0, 0, message.length, 0, 0]), message]);
}

function authorization(body: Buffer, users: Readonly<Record<string, TacacsUser>>): Buffer {
  const [userLength = 0, portLength = 0, fromLength = 0, count = 0] = body.subarray(4);
  const start = 8 + count;
  const user = body.toString('utf8', start, start + userLength);
  let at = start + userLength + portLength + fromLength;
  const asked = [...body.subarray(8, start)].map((length) => {
    at += length;
    return body.toString('utf8', at - length, at);
  });
  const values = asked.includes('service=ppp') ? users[user]?.values : undefined;
  const given = (values ?? []).map((one) => Buffer.from(one));
  const fixed = [values === undefined ? 0x10 : 1, given.length, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from([...fixed, ...given.map(({ length }) => length)]), ...given]);
}
