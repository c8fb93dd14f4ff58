import type { InstancePlan } from '../instance-plan.ts';
import { judgeRows } from './query.ts';
import { bytesOf, quote, textOf, unescapeSendString } from './strings.ts';
import {
  contentOf,
  loginRequest,
  packetOf,
  packetType,
  preloginRequest,
  readTokens,
  utf16,
  wantsEncryption,
} from './tds.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

/** Microsoft SQL Server by its own protocol: logged in, and asked when there is a question. TLS inside TDS is not spoken. */
export const mssql: MonitorType = {
  name: 'mssql',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'database', 'recv-row', 'recv-column'],
  converse: (plan) => new MssqlConversation(plan),
};

class MssqlConversation implements Conversation {
  readonly #plan: InstancePlan;
  #stage: 'greeting' | 'logging in' | 'asking' = 'greeting';

  constructor(plan: InstancePlan) {
    this.#plan = plan;
  }

  begin(): Step {
    return { send: packetOf(packetType.prelogin, preloginRequest()) };
  }

  hear({ bytes, isComplete }: Answer): Step {
    const message = contentOf(bytes);
    if (message === undefined) return ended(false, `the answer is no TDS: ${quote(textOf(bytes))}`);
    if (!message.isWhole && !isComplete) return {};
    if (message.content.length === 0) return ended(false, `closed while ${this.#stage}`);
    if (this.#stage === 'greeting') return this.#login(message.content);
    const answer = readTokens(message.content);
    if (answer.error !== undefined) return ended(false, `${this.#stage}: ${answer.error}`);
    if (this.#stage === 'logging in') {
      return answer.isLoggedIn ? this.#ask() : ended(false, 'the login was not acknowledged');
    }
    if (answer.rows.length === 0 && answer.unread !== undefined) return ended(false, answer.unread);
    const text = answer.rows.map((row) => row.join('\t')).join('\n');
    return { outcome: judgeRows(this.#plan, { bytes: bytesOf(text), isComplete: true }) };
  }

  #login(content: Uint8Array): Step {
    const isSecret = wantsEncryption(content);
    if (isSecret === undefined) return ended(false, 'the answer is no greeting of TDS');
    if (isSecret) {
      return ended(
        false,
        'the server insists on TLS inside TDS, which this monitor does not speak',
      );
    }
    this.#stage = 'logging in';
    const login = loginRequest({
      user: option(this.#plan, 'username'),
      password: option(this.#plan, 'password'),
      database: option(this.#plan, 'database'),
      server: this.#plan.address,
    });
    return { send: packetOf(packetType.login, login) };
  }

  #ask(): Step {
    if (this.#plan.send === '') return ended(true, 'logged in');
    this.#stage = 'asking';
    const text = utf16(unescapeSendString(this.#plan.send));
    return { send: packetOf(packetType.batch, Uint8Array.from(text)) };
  }
}

function ended(ok: boolean, detail: string): Step {
  return { outcome: { ok, detail } };
}
