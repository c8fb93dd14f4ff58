/** Redis and what speaks like it (RESP): AUTH when there is a password, PING or what `send` says. */
import { lineByLine, oneLine, type Turn } from './lines.ts';
import { judgeAnswer, bytesOf, unescapeSendString } from './strings.ts';
import { type Conversation, type MonitorType, option } from './type.ts';

/** A command as an array of strings, so that nothing in an argument can be taken for a command. */
function command(...words: readonly string[]): string {
  const parts = words.map((word) => `$${bytesOf(word).length}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join('')}`;
}

const isOk: Turn['accepts'] = (heard) => (heard.includes('\n') ? heard.startsWith('+') : undefined);

export const redis: MonitorType = {
  name: 'redis',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password'],
  converse(plan) {
    const user = option(plan, 'username');
    const password = option(plan, 'password');
    const login = user === '' ? command('AUTH', password) : command('AUTH', user, password);
    const turns: readonly Turn[] =
      password === '' ? [] : [{ name: 'AUTH', say: login, accepts: isOk }];
    if (plan.send === '') {
      const ping: Turn = { name: 'PING', say: command('PING'), accepts: isOk };
      return lineByLine([...turns, ping], 'PONG');
    }
    const asked = oneLine(unescapeSendString(plan.send)).split(/ +/).filter(Boolean);
    return thenAsk(lineByLine(turns, ''), bytesOf(command(...asked)), (answer) =>
      judgeAnswer(plan, answer),
    );
  },
};

/** The question after a conversation that went well. */
function thenAsk(
  first: Conversation,
  question: Uint8Array,
  judge: (answer: Parameters<Conversation['hear']>[0]) => ReturnType<typeof judgeAnswer>,
): Conversation {
  let isAsked = false;
  const go = (step: ReturnType<Conversation['begin']>): ReturnType<Conversation['begin']> => {
    if (step.outcome?.ok !== true) return step;
    isAsked = true;
    return { send: question };
  };
  return {
    begin: () => go(first.begin()),
    hear(answer) {
      if (!isAsked) return go(first.hear(answer));
      const outcome = judge(answer);
      return outcome === undefined ? {} : { outcome };
    },
  };
}
