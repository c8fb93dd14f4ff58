import { bytesOf, judgeAnswer, oncePerPlan, unescapeSendString } from './strings.ts';
import { type Conversation, askOnce, type MonitorType } from './type.ts';

const connected: Conversation = {
  begin: () => ({ outcome: { ok: true, detail: 'connected' } }),
  hear: () => ({}),
};

const request = oncePerPlan((plan) => bytesOf(unescapeSendString(plan.send)));

/** Without strings an accepted connection is enough; with a receive string the answer counts. */
export const tcp: MonitorType = {
  name: 'tcp',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['ip-dscp'],
  converse(plan) {
    if (plan.send === '' && plan.recv === '' && plan.recvDisable === '') return connected;
    return askOnce(plan.send === '' ? undefined : request(plan), (answer) =>
      judgeAnswer(plan, answer),
    );
  },
};
