import type { InstancePlan } from '../instance-plan.ts';
import { bytesOf, judgeAnswer, unescapeSendString } from './strings.ts';
import { type Conversation, type MonitorType, waits } from './type.ts';

/** Long enough for "port unreachable" to come back. */
const silenceMilliseconds = 1000;

/**
 * Without a receive string silence is good: only a refusal (ICMP's "port unreachable") is bad, as on BIG-IP
 * (K9122: a UDP monitor is up unless such a message comes).
 */
export const udp: MonitorType = {
  name: 'udp',
  transport: () => 'udp',
  target: 'endpoint',
  converse: converseUdp,
};

function converseUdp(plan: InstancePlan): Conversation {
  const isWordless = plan.recv === '' && plan.recvDisable === '';
  const milliseconds = Math.min(silenceMilliseconds, plan.timeoutMilliseconds / 2);
  const outcome = { ok: true, detail: `no refusal within ${milliseconds} ms` };
  return {
    ...(isWordless && { silence: { milliseconds, outcome } }),
    begin: () => ({ send: bytesOf(unescapeSendString(plan.send)) }),
    hear(answer) {
      const judged = judgeAnswer(plan, { ...answer, isComplete: true });
      return judged === undefined ? waits : { outcome: judged };
    },
  };
}
