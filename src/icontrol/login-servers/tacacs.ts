/** Asks TACACS+ servers whether a password is right, and what its user may. */
import { connectFrames } from '../../platform/frame-stream.ts';
import type { Random } from '../../platform/random.ts';
import type {
  AccountingOutcome,
  AccountingRecord,
  Attribute,
  Credentials,
  LoginAnswer,
} from './answer.ts';
import type { TacacsSettings } from './settings.ts';
import {
  type PacketFrame,
  type TacacsReply,
  accountingRequest,
  accountingSuccess,
  authenticationFail,
  authenticationPass,
  authenticationStart,
  authorizationAdd,
  authorizationFail,
  authorizationReplace,
  authorizationRequest,
  decodeReply,
  fitsPacket,
  packetLength,
} from './tacacs-packet.ts';

type Server = TacacsSettings['servers'][number];

/** Never rejects. */
export async function askTacacs(
  settings: TacacsSettings,
  credentials: Credentials,
  random: Random,
): Promise<LoginAnswer> {
  if (!fitsPacket(credentials)) return { kind: 'no', reason: 'too long for TACACS+' };
  const failures: string[] = [];
  let refusal: LoginAnswer | undefined;
  const asked = settings.asksAll ? settings.servers : settings.servers.slice(0, 1);
  for (const server of asked) {
    try {
      const answer = await askServer(settings, server, credentials, random);
      if (answer.kind === 'yes') return answer;
      refusal ??= answer;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      failures.push(`${server.host} port ${server.port}: ${said}`);
    }
  }
  if (refusal !== undefined) return refusal;
  const reason = failures.length === 0 ? 'no servers are configured' : failures.join('; ');
  return { kind: 'unavailable', reason };
}

async function askServer(
  settings: TacacsSettings,
  server: Server,
  credentials: Credentials,
  random: Random,
): Promise<LoginAnswer> {
  const first = await exchange(settings, server, random, (frame) =>
    authenticationStart(credentials, frame),
  );
  if (first.status === authenticationFail) return { kind: 'no', reason: 'the server refused' };
  if (first.status !== authenticationPass) {
    throw new Error(`status ${first.status} ${first.message}`);
  }
  const { service, protocol } = settings;
  if (service === '') return { kind: 'yes', attributes: [], sameCase: true };
  const values = [`service=${service}`, ...(protocol === '' ? [] : [`protocol=${protocol}`])];
  const second = await exchange(settings, server, random, (frame) =>
    authorizationRequest(credentials, values, frame),
  );
  switch (second.status) {
    case authorizationAdd:
    case authorizationReplace:
      return { kind: 'yes', attributes: second.values.flatMap(attributeOf), sameCase: true };
    case authorizationFail:
      return { kind: 'no', reason: `has no right to the service ${service}` };
    default:
      throw new Error(`status ${second.status} ${second.message}`);
  }
}

/** Of one record; the protocol allows 255 octets each. */
const valueCharacters = 240;
const maximumValues = 20;

/** Tells the first server that takes it, or all of them; `number` is the record's. Never rejects. */
export async function accountTacacs(
  settings: TacacsSettings,
  record: AccountingRecord,
  number: number,
  random: Random,
): Promise<AccountingOutcome> {
  const values = [`task_id=${number}`, 'service=shell', ...commandValues(record.line)];
  const failures: string[] = [];
  let isTaken = false;
  for (const server of settings.servers) {
    try {
      const reply = await exchange(settings, server, random, (frame) =>
        accountingRequest(record, values, frame),
      );
      if (reply.status !== accountingSuccess) {
        throw new Error(`status ${reply.status} ${reply.message}`);
      }
      isTaken = true;
      if (!settings.accountsToAll) break;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      failures.push(`${server.host} port ${server.port}: ${said}`);
    }
  }
  return { isTaken, failures };
}

/** A long line in parts of one record. */
function commandValues(line: string): readonly string[] {
  const parts = line.match(new RegExp(`[^]{1,${valueCharacters}}`, 'gu')) ?? [];
  return parts.slice(0, maximumValues).map((part) => `cmd=${part}`);
}

/** `name=value`, or `name*value` when the device may ignore it (RFC 8907, 6.1). */
function attributeOf(value: string): readonly Attribute[] {
  const match = /^([^=*]+)[=*]([^]*)$/.exec(value);
  return match === null ? [] : [{ name: match[1] ?? '', value: match[2] ?? '' }];
}

async function exchange(
  settings: TacacsSettings,
  server: Server,
  random: Random,
  request: (frame: PacketFrame) => Uint8Array,
): Promise<TacacsReply> {
  const frame: PacketFrame = {
    session: Buffer.from(random.bytes(4)).readUInt32BE(0),
    secret: settings.secret,
    isEncrypted: settings.isEncrypted,
  };
  const stream = await connectFrames({
    ...server,
    connectMilliseconds: settings.milliseconds,
    lengthOf: packetLength,
  });
  try {
    stream.send(request(frame));
    return decodeReply(await stream.receive(settings.milliseconds), frame);
  } finally {
    stream.close();
  }
}
