/** Databases: logged in to, and asked when there is a question. */
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { quote, receivePattern, textOf } from './strings.ts';
import { type Answer, type MonitorType, option } from './type.ts';

function database(name: string): MonitorType {
  return {
    name,
    transport: () => 'query',
    target: 'endpoint',
    options: ['username', 'password', 'database', 'recv-row', 'recv-column'],
    judge: judgeRows,
  };
}

export const mysql: MonitorType = database('mysql');
export const postgresql: MonitorType = database('postgresql');

/** Rows as lines, columns apart by tabulators. Both counted from 1; without a number any will do. */
export function judgeRows(plan: InstancePlan, answer: Answer): ProbeOutcome {
  if (plan.send === '') return { ok: true, detail: 'logged in' };
  const text = textOf(answer.bytes);
  if (plan.recv === '') return { ok: true, detail: `answered ${quote(text)}` };
  const pattern = receivePattern(plan.recv);
  const rows = pick(text.split('\n'), option(plan, 'recv-row'));
  const cells = rows.flatMap((row) => pick(row.split('\t'), option(plan, 'recv-column')));
  const isMatch = pattern !== undefined && cells.some((cell) => pattern.test(cell));
  if (isMatch) return { ok: true, detail: `answered ${quote(text)}` };
  return { ok: false, detail: `answered ${quote(text)}, which does not match "${plan.recv}"` };
}

function pick(all: readonly string[], number: string): readonly string[] {
  const at = Number(number);
  return number === '' || !Number.isInteger(at) || at < 1 ? all : all.slice(at - 1, at);
}
