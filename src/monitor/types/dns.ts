import { addressOf } from '../../base/address.ts';
import {
  flag,
  decodeMessage,
  encodeMessage,
  type Message,
  type ResourceRecord,
} from '../../base/dns/message.ts';
import { recordClass, recordType, responseCode } from '../../base/dns/constants.ts';
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { receivePattern } from './strings.ts';
import { askOnce, type MonitorType, option } from './type.ts';

/**
 * Asks for a name. `answer-contains`: a record of the type asked for, of any type, or nothing at all;
 * `accept-rcode`: success only, or any code; `recv`: an address that has to be in the answer.
 */
export const dns: MonitorType = {
  name: 'dns',
  transport: () => 'udp',
  target: 'endpoint',
  options: ['qname', 'qtype', 'answer-contains', 'accept-rcode'],
  converse(plan) {
    const identifier = identifierOf(plan);
    return askOnce(question(plan, identifier), (answer) => {
      const message = decodeMessage(answer.bytes);
      // A late answer to an earlier probe.
      if (message === undefined) return { ok: false, detail: 'the answer is no DNS message' };
      return message.id === identifier ? judge(plan, message) : undefined;
    });
  },
};

/** Not a secret: the socket takes answers only from where it asked. */
function identifierOf(plan: InstancePlan): number {
  let sum = 0;
  for (const character of plan.id) sum = (sum * 31 + character.charCodeAt(0)) & 0xffff;
  return sum;
}

function question(plan: InstancePlan, identifier: number): Uint8Array {
  const type = option(plan, 'qtype', 'a') === 'aaaa' ? recordType.aaaa : recordType.a;
  return encodeMessage({
    id: identifier,
    flags: flag.recursionDesired,
    questions: [{ name: option(plan, 'qname', '.'), type, class: recordClass.internet }],
    answers: [],
    authorities: [],
    additionals: [],
  });
}

function judge(plan: InstancePlan, message: Message): ProbeOutcome {
  const code = message.flags & 0xf;
  const name = Object.entries(responseCode).find(([, value]) => value === code)?.[0] ?? `${code}`;
  const count = message.answers.length;
  const detail = `${name.toUpperCase()}, ${count} ${count === 1 ? 'record' : 'records'}`;
  const verdict = problemOf(plan, message, code);
  const isMatch = verdict === undefined;
  if (plan.reverse && isMatch) return { ok: false, isFinal: true, detail };
  const isOk = plan.reverse ? !isMatch : isMatch;
  return { ok: isOk, detail: isOk || verdict === undefined ? detail : `${detail}: ${verdict}` };
}

function problemOf(plan: InstancePlan, message: Message, code: number): string | undefined {
  if (option(plan, 'accept-rcode', 'no-error') === 'no-error' && code !== 0) return 'not accepted';
  const wanted = option(plan, 'qtype', 'a') === 'aaaa' ? recordType.aaaa : recordType.a;
  const contains = option(plan, 'answer-contains', 'query-type');
  const answers = message.answers;
  if (contains === 'any-type' && answers.length === 0) return 'no record';
  if (contains === 'query-type' && !answers.some(({ type }) => type === wanted)) {
    return 'no record of the type asked for';
  }
  if (plan.recv === '') return undefined;
  const pattern = receivePattern(plan.recv);
  const texts = answers.flatMap(textOfRecord);
  const isThere = pattern !== undefined && texts.some((text) => pattern.test(text));
  return isThere ? undefined : `no address matches "${plan.recv}"`;
}

function textOfRecord({ type, data }: ResourceRecord): readonly string[] {
  const isAddress =
    (type === recordType.a && data.length === 4) ||
    (type === recordType.aaaa && data.length === 16);
  return isAddress ? [addressOf([...data]).text] : [];
}
