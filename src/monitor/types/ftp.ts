import { lineByLine, oneLine, replyCode, type Turn } from './lines.ts';
import { textOf } from './strings.ts';
import { type Conversation, type MonitorType, option, type Step } from './type.ts';

/**
 * RFC 959, passive mode only: logged in, and the file fetched when one is named. EPSV (RFC 2428) names a port alone,
 * so that a server behind translation cannot send the probe elsewhere.
 */
export const ftp: MonitorType = {
  name: 'ftp',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'filename'],
  converse(plan) {
    const user = oneLine(option(plan, 'username', 'anonymous'));
    const password = oneLine(option(plan, 'password', 'evenkeel'));
    const file = oneLine(option(plan, 'filename'));
    const login: readonly Turn[] = [
      { name: 'the greeting', say: undefined, accepts: replyCode('220') },
      { name: 'USER', say: `USER ${user}\r\n`, accepts: replyCode('331', '230') },
      { name: 'PASS', say: `PASS ${password}\r\n`, accepts: replyCode('230', '202') },
    ];
    return file === '' ? lineByLine(login, 'logged in') : fetching(login, file);
  },
};

function fetching(login: readonly Turn[], file: string): Conversation {
  const turns: readonly Turn[] = [
    ...login,
    { name: 'TYPE', say: 'TYPE I\r\n', accepts: replyCode('200') },
    { name: 'EPSV', say: 'EPSV\r\n', accepts: replyCode('229') },
    { name: 'RETR', say: `RETR ${file}\r\n`, accepts: isFetched },
  ];
  const lines = lineByLine(turns, 'fetched');
  return {
    begin: () => lines.begin(),
    hear(answer): Step {
      const port = /^229 .*\(\|\|\|(\d{1,5})\|\)/m.exec(textOf(answer.bytes))?.[1];
      const step = lines.hear(answer);
      return port === undefined || step.send === undefined
        ? step
        : { ...step, drains: Number(port) };
    },
  };
}

/** "150 Opening", then "226 Transfer complete" once it was read. */
const isFetched: Turn['accepts'] = (heard) => {
  const lines = heard.split('\n').slice(0, -1);
  if (lines.some((line) => /^2\d\d /.test(line))) return true;
  return lines.some((line) => /^[345]\d\d /.test(line)) ? false : undefined;
};
