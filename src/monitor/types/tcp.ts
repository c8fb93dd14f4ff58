import { bytesOf, judgeAnswer, unescapeSendString } from './strings.ts';
import { type Conversation, askOnce, type MonitorType } from './type.ts';

const connected: Conversation = {
  begin: () => ({ outcome: { ok: true, detail: 'connected' } }),
  hear: () => ({}),
};

/** Without strings an accepted connection is enough; with a receive string the answer counts. */
export const tcp: MonitorType = {
  name: 'tcp',
  transport: () => 'tcp',
  target: 'endpoint',
  converse(plan) {
    if (plan.send === '' && plan.recv === '' && plan.recvDisable === '') return connected;
    const request = plan.send === '' ? undefined : bytesOf(unescapeSendString(plan.send));
    return askOnce(request, (answer) => judgeAnswer(plan, answer));
  },
};
