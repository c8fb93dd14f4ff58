import { elementLength } from '../../base/ber.ts';
import { isPresent, parseFilter } from '../../base/ldap/filter.ts';
import {
  bindRequest,
  parseAnswer,
  searchRequest,
  startTlsRequest,
  type Answer as Message,
} from '../../base/ldap/message.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

/** One entry is enough to see that the search works. */
const wantedEntries = 1;
const searchSeconds = 30;

/**
 * RFC 4511: binds, and searches when a filter or base is set. `security`: TLS from the start (ssl) or by StartTLS (tls).
 * Referrals are not followed: an answer that is one counts as answered.
 */
export const ldap: MonitorType = {
  name: 'ldap',
  transport: (plan) => (option(plan, 'security') === 'ssl' ? 'tls' : 'tcp'),
  target: 'endpoint',
  options: ['username', 'password', 'base', 'filter', 'security', 'mandatory-attributes'],
  converse: (plan) => new LdapConversation(plan),
};

type Stage = 'securing' | 'binding' | 'searching';

class LdapConversation implements Conversation {
  readonly #plan: InstancePlan;
  #stage: Stage = 'binding';

  constructor(plan: InstancePlan) {
    this.#plan = plan;
  }

  begin(): Step {
    if (option(this.#plan, 'security') !== 'tls') return this.onSecured();
    this.#stage = 'securing';
    return { send: startTlsRequest(1) };
  }

  onSecured(): Step {
    this.#stage = 'binding';
    const name = option(this.#plan, 'username');
    return { send: bindRequest(2, 3, name, option(this.#plan, 'password')) };
  }

  hear(answer: Answer): Step {
    let messages: readonly Message[];
    try {
      messages = messagesOf(answer.bytes);
    } catch (error) {
      return failed(`the answer is no LDAP message: ${String(error)}`);
    }
    const result = messages.find((message) => message.kind === 'result');
    if (result?.kind !== 'result') {
      return answer.isComplete ? failed(`closed without an answer while ${this.#stage}`) : {};
    }
    if (result.code !== 0 && !(this.#stage === 'searching' && isEnough(result.code))) {
      return failed(`${this.#stage}: result ${result.code} ${result.message}`.trimEnd());
    }
    if (this.#stage === 'securing') return { isSecuring: true };
    if (this.#stage === 'searching') return this.#judge(messages);
    return this.#search();
  }

  #search(): Step {
    const base = option(this.#plan, 'base');
    const filter = option(this.#plan, 'filter');
    if (base === '' && filter === '') return { outcome: { ok: true, detail: 'bound' } };
    try {
      const search = {
        base,
        scope: 'sub' as const,
        filter: filter === '' ? isPresent('objectClass') : parseFilter(filter),
        attributes: [],
        sizeLimit: wantedEntries,
        seconds: searchSeconds,
      };
      this.#stage = 'searching';
      return { send: searchRequest(3, search) };
    } catch (error) {
      return failed(`filter "${filter}": ${error instanceof Error ? error.message : 'bad'}`);
    }
  }

  #judge(messages: readonly Message[]): Step {
    const entries = messages.filter((message) => message.kind === 'entry');
    const needsAttributes = option(this.#plan, 'mandatory-attributes') === 'yes';
    const isFull = entries.some(({ entry }) => entry.attributes.length > 0);
    if (needsAttributes && !isFull) return failed('the search found no attributes');
    return { outcome: { ok: true, detail: `search found ${entries.length}` } };
  }
}

/** sizeLimitExceeded: there is more than was asked for; referral: somebody else knows. */
function isEnough(code: number): boolean {
  return code === 4 || code === 10;
}

function failed(detail: string): Step {
  return { outcome: { ok: false, detail } };
}

/** Those that are whole. Throws on what is none. */
function messagesOf(bytes: Uint8Array): readonly Message[] {
  const found: Message[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const length = elementLength(rest);
    if (length === undefined || length > rest.length) break;
    found.push(parseAnswer(rest.subarray(0, length)));
    rest = rest.subarray(length);
  }
  return found;
}
