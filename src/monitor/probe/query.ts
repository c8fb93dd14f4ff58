import { unescapeSendString } from '../types/strings.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { type MonitorType, option } from '../types/type.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';

/** More than a receive string can look at. */
const maximumRows = 100;

export function startQuery(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  address: string,
  report: Report,
): RunningProbe {
  const cancel = doors.queryDatabase({
    kind: type.name === 'mysql' ? 'mysql' : 'postgresql',
    address,
    port: plan.port,
    user: option(plan, 'username'),
    password: option(plan, 'password'),
    database: option(plan, 'database'),
    text: unescapeSendString(plan.send),
    maximumRows,
    onRows(rows) {
      const text = rows.map((row) => row.join('\t')).join('\n');
      const answer = { bytes: new TextEncoder().encode(text), isComplete: true };
      report(type.judge?.(plan, answer) ?? { ok: false, detail: 'no answer' });
    },
    onError: (detail) => report({ ok: false, detail }),
  });
  return { cancel, stage: () => 'no answer' };
}
