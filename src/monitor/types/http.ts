import { httpRequest, judgeAnswer } from './strings.ts';
import { askOnce, type MonitorType } from './type.ts';

/** Like BIG-IP's, it does not look at the status code unless `recv` does: any answer is "up". */
export const http: MonitorType = {
  name: 'http',
  transport: () => 'tcp',
  target: 'endpoint',
  options: ['username', 'password', 'ip-dscp'],
  converse: (plan) => askOnce(httpRequest(plan), (answer) => judgeAnswer(plan, answer)),
};
