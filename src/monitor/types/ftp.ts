import { lineByLine, oneLine, replyCode, type Turn } from './lines.ts';
import { textOf } from './strings.ts';
import { type Conversation, type MonitorType, option, type Step } from './type.ts';

/**
 * RFC 959: logged in, and the file fetched when one is named. EPSV (RFC 2428) names a port alone, so that a server behind
 * translation cannot send the probe elsewhere; in `port` mode the server connects to us (EPRT).
 */
export const ftp: MonitorType = {
  name: 'ftp',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'filename', 'mode'],
  converse(plan) {
    const user = oneLine(option(plan, 'username', 'anonymous'));
    const password = oneLine(option(plan, 'password', 'evenkeel'));
    const file = oneLine(option(plan, 'filename'));
    const login: readonly Turn[] = [
      { name: 'the greeting', say: undefined, accepts: replyCode('220') },
      { name: 'USER', say: `USER ${user}\r\n`, accepts: replyCode('331', '230') },
      { name: 'PASS', say: `PASS ${password}\r\n`, accepts: replyCode('230', '202') },
    ];
    if (file === '') return lineByLine(login, 'logged in');
    return option(plan, 'mode') === 'port' ? awaiting(login, file) : fetching(login, file);
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

/** The server opens the data connection, to where EPRT says. */
function awaiting(login: readonly Turn[], file: string): Conversation {
  const before = lineByLine(
    [...login, { name: 'TYPE', say: 'TYPE I\r\n', accepts: replyCode('200') }],
    'ready',
  );
  let after: Conversation | undefined;
  return {
    begin: () => before.begin(),
    hear(answer) {
      if (after !== undefined) return after.hear(answer);
      const step = before.hear(answer);
      return step.outcome?.ok === true ? { listens: true } : step;
    },
    onListening(address, port) {
      const protocol = address.includes(':') ? 2 : 1;
      const say = `EPRT |${protocol}|${address}|${port}|\r\n`;
      after = lineByLine(
        [
          { name: 'EPRT', say, accepts: replyCode('200') },
          { name: 'RETR', say: `RETR ${file}\r\n`, accepts: isFetched },
        ],
        'fetched',
      );
      return after.begin();
    },
  };
}

/** "150 Opening", then "226 Transfer complete" once it was read. */
const isFetched: Turn['accepts'] = (heard) => {
  const lines = heard.split('\n').slice(0, -1);
  if (lines.some((line) => /^2\d\d /.test(line))) return true;
  return lines.some((line) => /^[345]\d\d /.test(line)) ? false : undefined;
};
