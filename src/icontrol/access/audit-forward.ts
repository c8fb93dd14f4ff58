/**
 * What the audit log says goes to a TACACS+ or RADIUS server as well, where `sys db config.auditing.forward.type` says so: line by
 * line, in order, and never in the way of whoever wrote it.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { type AuditTarget, auditTarget } from '../login-servers/settings.ts';
import type { AccountingOutcome, AccountingRecord } from '../login-servers/answer.ts';
import { accountRadius } from '../login-servers/radius.ts';
import { accountTacacs } from '../login-servers/tacacs.ts';
import { auditedBy } from './audit.ts';

/** Lines that wait for a server; the oldest are lost first, and counted. */
const maximumWaiting = 1000;
export interface AuditForward {
  readonly log: Log;
  close(): void;
}

export function createAuditForward(options: {
  readonly store: Pick<ConfigStore, 'view'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}): AuditForward {
  const { store, log, random } = options;
  // Records of one run belong together.
  const session = Buffer.from(random.bytes(8)).toString('hex');
  const account = (
    target: AuditTarget,
    record: AccountingRecord,
    number: number,
  ): Promise<AccountingOutcome> =>
    target.kind === 'radius'
      ? accountRadius(target, record, session, options)
      : accountTacacs(target, record, number, random);
  const waiting: string[] = [];
  let lost = 0;
  let isSending = false;
  let isClosed = false;
  let complaint = '';
  /** Said once, until it is another. */
  const complain = (text: string): void => {
    if (text !== complaint && text !== '') log.write('warning', `audit forwarding: ${text}`);
    if (text === '' && complaint !== '') log.write('notice', 'audit forwarding goes on');
    complaint = text;
  };
  const sendAll = async (): Promise<void> => {
    isSending = true;
    let number = 0;
    for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
      const target = auditTarget(store.view());
      if (target === undefined) continue;
      if (typeof target === 'string') {
        complain(target);
        continue;
      }
      number += 1;
      const { user, address } = auditedBy(line) ?? { user: '', address: '' };
      const { isTaken, failures } = await account(target, { user, address, line }, number);
      const missed = lost === 0 ? '' : `; ${lost} lines were lost`;
      complain(isTaken && failures.length === 0 ? '' : `${failures.join('; ')}${missed}`);
      if (isTaken) lost = 0;
    }
    isSending = false;
  };
  return {
    log: {
      write(level, message, fields) {
        log.write(level, message, fields);
        if (isClosed || auditedBy(message) === undefined) return;
        if (auditTarget(store.view()) === undefined) return;
        waiting.push(message);
        if (waiting.length > maximumWaiting) {
          waiting.shift();
          lost += 1;
        }
        if (!isSending) void sendAll();
      },
    },
    close() {
      isClosed = true;
      waiting.length = 0;
    },
  };
}
