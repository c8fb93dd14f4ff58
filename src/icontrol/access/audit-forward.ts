/**
 * What the audit log says goes to a TACACS+ server as well, where `sys db config.auditing.forward.type` says so: line by
 * line, in order, and never in the way of whoever wrote it.
 */
import type { ConfigStore } from '../../config/types.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { auditTarget } from '../login-servers/settings.ts';
import { accountTacacs } from '../login-servers/tacacs.ts';
import { auditedBy } from './audit.ts';

/** Lines that wait for a server; the oldest are lost first, and counted. */
const maximumWaiting = 1000;
/** Of one record; the protocol allows 255 octets each. */
const valueCharacters = 240;
const maximumValues = 20;

export interface AuditForward {
  readonly log: Log;
  close(): void;
}

export function createAuditForward(options: {
  readonly store: Pick<ConfigStore, 'view'>;
  readonly random: Random;
  readonly log: Log;
}): AuditForward {
  const { store, log, random } = options;
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
      const values = [`task_id=${number}`, 'service=shell', ...commandValues(line)];
      const { user, address } = auditedBy(line) ?? { user: '', address: '' };
      const { isTaken, failures } = await accountTacacs(target, { user, address, values }, random);
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

/** A long line in parts of one record. */
function commandValues(line: string): readonly string[] {
  const parts = line.match(new RegExp(`[^]{1,${valueCharacters}}`, 'gu')) ?? [];
  return parts.slice(0, maximumValues).map((part) => `cmd=${part}`);
}
