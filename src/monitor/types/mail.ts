/** Mail and news servers: greeted, logged in to, asked for a folder or group. */
import { lineBegins, lineByLine, oneLine, replyCode, type Turn } from './lines.ts';
import { type MonitorType, option } from './type.ts';

/** RFC 5321: the greeting and HELO. */
export const smtp: MonitorType = {
  name: 'smtp',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['domain'],
  converse(plan) {
    const domain = oneLine(option(plan, 'domain', 'localhost'));
    return lineByLine(
      [
        { name: 'the greeting', say: undefined, accepts: replyCode('220') },
        { name: 'HELO', say: `HELO ${domain}\r\n`, accepts: replyCode('250') },
        { name: 'QUIT', say: `QUIT\r\n`, accepts: replyCode('221', '2') },
      ],
      'greeted',
    );
  },
};

/** RFC 1939. Without a name the greeting is enough. */
export const pop3: MonitorType = {
  name: 'pop3',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password'],
  converse(plan) {
    const user = oneLine(option(plan, 'username'));
    const password = oneLine(option(plan, 'password'));
    const login: readonly Turn[] = [
      { name: 'USER', say: `USER ${user}\r\n`, accepts: lineBegins('+OK') },
      { name: 'PASS', say: `PASS ${password}\r\n`, accepts: lineBegins('+OK') },
    ];
    const greeting: Turn = { name: 'the greeting', say: undefined, accepts: lineBegins('+OK') };
    return lineByLine([greeting, ...(user === '' ? [] : login)], 'logged in');
  },
};

/** RFC 9051: the answer to a command is the line with its tag, after lines with `*`. */
function tagged(tag: string): Turn['accepts'] {
  return (heard) => {
    const line = heard
      .split('\n')
      .slice(0, -1)
      .find((one) => one.startsWith(`${tag} `));
    return line === undefined ? undefined : /^\S+ OK\b/i.test(line);
  };
}

function quoted(text: string): string {
  return `"${oneLine(text).replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

export const imap: MonitorType = {
  name: 'imap',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'folder'],
  converse(plan) {
    const user = option(plan, 'username');
    const login = `a1 LOGIN ${quoted(user)} ${quoted(option(plan, 'password'))}\r\n`;
    const examine = `a2 EXAMINE ${quoted(option(plan, 'folder', 'INBOX'))}\r\n`;
    const turns: readonly Turn[] = [
      { name: 'LOGIN', say: login, accepts: tagged('a1') },
      { name: 'EXAMINE', say: examine, accepts: tagged('a2') },
    ];
    const greeting: Turn = { name: 'the greeting', say: undefined, accepts: lineBegins('* ') };
    return lineByLine([greeting, ...(user === '' ? [] : turns)], 'mailbox opened');
  },
};

/** RFC 3977, RFC 4643. */
export const nntp: MonitorType = {
  name: 'nntp',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'newsgroup'],
  converse(plan) {
    const user = oneLine(option(plan, 'username'));
    const group = oneLine(option(plan, 'newsgroup'));
    const password = oneLine(option(plan, 'password'));
    const login: readonly Turn[] = [
      { name: 'AUTHINFO USER', say: `AUTHINFO USER ${user}\r\n`, accepts: replyCode('381', '281') },
      { name: 'AUTHINFO PASS', say: `AUTHINFO PASS ${password}\r\n`, accepts: replyCode('281') },
    ];
    const turns: readonly Turn[] = [
      { name: 'the greeting', say: undefined, accepts: replyCode('20') },
      ...(user === '' ? [] : login),
      ...(group === ''
        ? []
        : [{ name: 'GROUP', say: `GROUP ${group}\r\n`, accepts: replyCode('211') }]),
    ];
    return lineByLine(turns, 'opened');
  },
};
