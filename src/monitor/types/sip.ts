import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf, quote, textOf, unescapeSendString } from './strings.ts';
import { askOnce, type MonitorType, option } from './type.ts';

/**
 * OPTIONS (RFC 3261, 11). 200 is up, and whatever `filter` names; `filter-neg` names what is down. `any` as a
 * filter takes every answer.
 */
export const sip: MonitorType = {
  name: 'sip',
  transport(plan) {
    const mode = option(plan, 'mode', 'udp');
    if (mode === 'udp') return 'udp';
    return mode === 'tcp' ? 'tcp' : 'tls';
  },
  target: 'endpoint',
  options: [
    'mode',
    'filter',
    'filter-neg',
    'headers',
    'request',
    'cipherlist',
    'cert',
    'key',
    'ssl-profile',
  ],
  converse(plan) {
    return askOnce(bytesOf(request(plan)), ({ bytes, isComplete }) => {
      const heard = textOf(bytes);
      const [, code] = /^SIP\/2\.0 (\d{3})[^\n]*\n/.exec(heard) ?? [];
      if (code === undefined) {
        const isEnd = isComplete || (heard.includes('\n') && !heard.startsWith('SIP/'));
        return isEnd ? { ok: false, detail: `received ${quote(heard)}` } : undefined;
      }
      // Provisional: the answer is still to come.
      if (code.startsWith('1') && !isComplete) return undefined;
      return { ok: isGood(plan, code), detail: quote(heard) };
    });
  },
};

function isGood(plan: InstancePlan, code: string): boolean {
  const names = (name: string): readonly string[] =>
    option(plan, name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const has = (list: readonly string[]): boolean =>
    list.some((one) => one === 'any' || one === code);
  if (has(names('filter-neg'))) return false;
  return code === '200' || has(names('filter'));
}

function request(plan: InstancePlan): string {
  const host = plan.address.includes(':') ? `[${plan.address}]` : plan.address;
  const mode = option(plan, 'mode', 'udp');
  const scheme = mode === 'sips' ? 'sips' : 'sip';
  const via = mode === 'udp' ? 'UDP' : mode === 'tcp' ? 'TCP' : 'TLS';
  const first = option(plan, 'request', `OPTIONS ${scheme}:${host}:${plan.port} SIP/2.0`);
  const own = unescapeSendString(option(plan, 'headers')).split(/\r?\n/).filter(Boolean);
  const lines = [
    first,
    `Via: SIP/2.0/${via} evenkeel.invalid;branch=z9hG4bK${plan.port};rport`,
    `From: <${scheme}:monitor@evenkeel.invalid>;tag=monitor`,
    `To: <${scheme}:monitor@${host}>`,
    `Call-ID: ${plan.port}.${plan.address}@evenkeel.invalid`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 70',
    ...own,
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
