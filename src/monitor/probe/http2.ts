import { type InstancePlan, trafficClassOf } from '../instance-plan.ts';
import { http2Question, http2Text } from '../types/http2.ts';
import { maximumAnswerBytes } from '../types/strings.ts';
import type { MonitorType } from '../types/type.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';

export function startHttp2(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  address: string,
  report: Report,
): RunningProbe {
  const cancel = doors.exchangeHttp2({
    address,
    port: plan.port,
    tls: plan.tls,
    trafficClass: trafficClassOf(plan),
    ...http2Question(plan),
    maximumBytes: maximumAnswerBytes,
    onAnswer(status, headers, body) {
      const answer = { bytes: http2Text(status, headers, body), isComplete: true };
      report(type.judge?.(plan, answer) ?? { ok: false, detail: `status ${status}` });
    },
    onError: (detail) => report({ ok: false, detail }),
  });
  return { cancel, stage: () => 'no answer' };
}
