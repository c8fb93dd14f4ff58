import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf, quote, textOf, unescapeSendString } from './strings.ts';
import { type Answer, type Conversation, type MonitorType, option, type Step } from './type.ts';

/**
 * A script of lines, `send "…"` and `expect …`, played in turn on one connection (manual "Monitors", Scripted). What is
 * expected has to be somewhere in what came since the last match; a hash begins a remark.
 */
export const scripted: MonitorType = {
  name: 'scripted',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['filename'],
  converse: (plan) => new ScriptedConversation(plan),
};

export interface ScriptLine {
  readonly verb: 'send' | 'expect';
  readonly text: string;
}

/** More is no monitor. */
const maximumLines = 1000;

/** The lines, or what is wrong with the first that is none. */
export function parseScript(script: string): readonly ScriptLine[] | string {
  const lines: ScriptLine[] = [];
  for (const [index, line] of script.split(/\r?\n/).entries()) {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#')) continue;
    const [, verb, rest = ''] = /^(send|expect)\s+(.+)$/.exec(bare) ?? [];
    if (verb !== 'send' && verb !== 'expect') {
      return `line ${index + 1} of the script is neither send nor expect: ${quote(bare)}`;
    }
    if (lines.length >= maximumLines) return `the script has more than ${maximumLines} lines`;
    const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(rest) ?? [];
    lines.push({ verb, text: unescapeSendString(quoted ?? rest) });
  }
  return lines.length === 0 ? 'the script is empty' : lines;
}

class ScriptedConversation implements Conversation {
  readonly #lines: readonly ScriptLine[];
  readonly #problem: string | undefined;
  #at = 0;
  #matchedTo = 0;

  constructor(plan: InstancePlan) {
    const script = option(plan, 'filename');
    const lines = script === '' ? 'it has no script' : parseScript(script);
    this.#lines = typeof lines === 'string' ? [] : lines;
    this.#problem = typeof lines === 'string' ? lines : undefined;
  }

  begin(): Step {
    return this.#problem === undefined ? this.#play() : failed(this.#problem);
  }

  hear(answer: Answer): Step {
    const heard = textOf(answer.bytes);
    for (;;) {
      const line = this.#lines[this.#at];
      if (line?.verb !== 'expect') return this.#play();
      const found = heard.indexOf(line.text, this.#matchedTo);
      if (found < 0) {
        if (!answer.isComplete) return {};
        const got = quote(heard.slice(this.#matchedTo));
        return failed(`expected ${quote(line.text)}, received ${got}`);
      }
      this.#matchedTo = found + line.text.length;
      this.#at += 1;
    }
  }

  /** What is to be sent before the next answer is awaited. */
  #play(): Step {
    let said = '';
    for (; this.#lines[this.#at]?.verb === 'send'; this.#at += 1) {
      said += this.#lines[this.#at]?.text ?? '';
    }
    const isEnd = this.#at >= this.#lines.length;
    const end = isEnd ? { outcome: { ok: true, detail: 'the script was played' } } : {};
    if (said === '') return end;
    // What comes after it is another answer.
    this.#matchedTo = 0;
    return { send: bytesOf(said), ...end };
  }
}

function failed(detail: string): Step {
  return { outcome: { ok: false, detail } };
}
