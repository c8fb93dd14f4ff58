import { bytesOf, judgeAnswer, unescapeSendString } from './strings.ts';
import type { MonitorType } from './type.ts';

/** Without strings an accepted connection is enough; with a receive string the answer counts. */
export const tcp: MonitorType = {
  name: 'tcp',
  transport: 'tcp',
  target: 'endpoint',
  request: (plan) => (plan.send === '' ? undefined : bytesOf(unescapeSendString(plan.send))),
  judge(plan, answer) {
    const connectOnly = plan.send === '' && plan.recv === '' && plan.recvDisable === '';
    return connectOnly ? { ok: true, detail: 'connected' } : judgeAnswer(plan, answer);
  },
};
