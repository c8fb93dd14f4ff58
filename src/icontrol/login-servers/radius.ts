/** Asks RADIUS servers, one after another, whether a password is right (PAP); tells them what was done. */
import type { Clock } from '../../platform/clock.ts';
import { connectDatagrams } from '../../platform/datagram.ts';
import type { Random } from '../../platform/random.ts';
import type { AccountingOutcome, AccountingRecord, Credentials, LoginAnswer } from './answer.ts';
import {
  type AccessRequest,
  type Asked,
  type RadiusPacket,
  accessAccept,
  accessReject,
  accountingResponse,
  decodeAnswer,
  encodeAccounting,
  encodeRequest,
  fitsRequest,
} from '../../platform/radius-packet.ts';
import { named } from './radius-attributes.ts';
import type { RadiusServer, RadiusSettings } from './settings.ts';

/** Of one server, whatever `retries` says. */
const maximumTries = 10;

/** Never rejects. */
export async function askRadius(
  settings: RadiusSettings,
  { user, password, address }: Credentials,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<LoginAnswer> {
  if (!fitsRequest(user, password)) return { kind: 'no', reason: 'too long for RADIUS' };
  const failures: string[] = [];
  for (const server of settings.servers) {
    const request: AccessRequest = {
      identifier: random.bytes(1)[0] ?? 0,
      authenticator: random.bytes(16),
      secret: server.secret,
      user,
      password,
      client: settings.client,
      service: settings.service,
      address,
    };
    const tries = Math.min(settings.retries + 1, maximumTries);
    const answer = await exchange(server, encodeRequest(request), request, tries, clock);
    if (typeof answer === 'string') {
      failures.push(`${server.host} port ${server.port}: ${answer}`);
      continue;
    }
    if (answer.code === accessAccept) {
      return { kind: 'yes', attributes: answer.attributes.flatMap(named), sameCase: true };
    }
    const said = messageOf(answer);
    const reason =
      answer.code === accessReject
        ? `the server refused${said}`
        : `the server asks for more than a password${said}, which no front of this device can hand on`;
    return { kind: 'no', reason };
  }
  const reason = failures.length === 0 ? 'no servers are configured' : failures.join('; ');
  return { kind: 'unavailable', reason };
}

/** Tells the first server that takes it, or all of them. Never rejects. */
export async function accountRadius(
  settings: RadiusSettings & { readonly accountsToAll: boolean },
  { user, address, line }: AccountingRecord,
  session: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<AccountingOutcome> {
  const failures: string[] = [];
  let isTaken = false;
  const tries = Math.min(settings.retries + 1, maximumTries);
  for (const server of settings.servers) {
    const { secret } = server;
    const identifier = random.bytes(1)[0] ?? 0;
    const { packet, authenticator } = encodeAccounting({
      identifier,
      secret,
      user,
      address,
      session,
      client: settings.client,
      message: line,
    });
    const asked = { identifier, secret, authenticator };
    const answer = await exchange(server, packet, asked, tries, clock);
    const isDone = typeof answer !== 'string' && answer.code === accountingResponse;
    isTaken ||= isDone;
    if (isDone && !settings.accountsToAll) break;
    if (isDone) continue;
    const why = typeof answer === 'string' ? answer : `answer ${answer.code}`;
    failures.push(`${server.host} port ${server.port}: ${why}`);
  }
  return { isTaken, failures };
}

/** What the server has to say to people (RFC 2865, 5.18), for the log. */
function messageOf({ attributes }: RadiusPacket): string {
  const texts = attributes.flatMap(named).filter(({ name }) => name === 'Reply-Message');
  return texts.length === 0 ? '' : ` ("${texts.map(({ value }) => value).join('')}")`;
}

/** The same packet each time, so that the server knows a repetition. Else why there is no answer. */
function exchange(
  server: RadiusServer,
  packet: Uint8Array,
  asked: Asked,
  tries: number,
  clock: Clock,
): Promise<RadiusPacket | string> {
  return new Promise((resolve) => {
    let left = tries;
    let forged = '';
    let cancel: () => void = () => undefined;
    const client = connectDatagrams(server.host, server.port, {
      onPacket(bytes) {
        const answer = decodeAnswer(bytes, asked);
        if (answer === undefined) forged = '; an answer came that does not fit the secret';
        else finish(answer);
      },
      onError: (error) => finish(error.message),
    });
    const finish = (result: RadiusPacket | string): void => {
      cancel();
      client.close();
      resolve(result);
    };
    const send = (): void => {
      if (left === 0) {
        finish(`no answer to ${tries} requests${forged}`);
        return;
      }
      left -= 1;
      client.send(packet);
      cancel = clock.after(server.milliseconds, send);
    };
    send();
  });
}
