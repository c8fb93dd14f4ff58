import type { Address } from '../../base/address.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { maximumAnswerBytes } from '../types/strings.ts';
import { type MonitorType, option } from '../types/type.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';

/**
 * As BIG-IP calls it (K71282813): address and port first, IPv4 written as IPv6, then the monitor's own arguments; its
 * variables in the environment, beside MON_TMPL_NAME, NODE_IP and NODE_PORT.
 */
export function startProgram(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  address: Address,
  report: Report,
): RunningProbe {
  const content = option(plan, 'run');
  let said = new Uint8Array(0);
  const judge = (isComplete: boolean): boolean => {
    const outcome = type.judge?.(plan, { bytes: said, isComplete });
    if (outcome === undefined) return false;
    cancel();
    report(outcome);
    return true;
  };
  if (content === '') {
    const cancelled = doors.after(0, () => report({ ok: false, detail: 'it has no program' }));
    return { cancel: cancelled, stage: () => 'it has no program' };
  }
  const written = address.family === 4 ? `::ffff:${address.text}` : address.text;
  const cancel = doors.runBounded({
    content,
    folder: doors.programs,
    args: [written, String(plan.port), ...wordsOf(option(plan, 'args'))],
    environment: {
      ...variablesOf(option(plan, 'user-defined')),
      MON_TMPL_NAME: plan.monitor,
      NODE_IP: written,
      NODE_PORT: String(plan.port),
    },
    maximumOutputBytes: maximumAnswerBytes,
    onOutput(part) {
      said = Uint8Array.from([...said, ...part]);
      judge(false);
    },
    onEnd(how) {
      if (how === '' || said.length > 0) judge(true);
      else report({ ok: false, detail: `the program ${how}` });
    },
  });
  return { cancel, stage: () => 'the program has not ended' };
}

/** Words apart by blanks; quotes hold a word together. */
function wordsOf(text: string): readonly string[] {
  const words = text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

/** `NAME value NAME2 "a b"`, as tmsh writes them. */
function variablesOf(text: string): Readonly<Record<string, string>> {
  const words = wordsOf(text);
  const variables: Record<string, string> = {};
  for (let at = 0; at + 1 < words.length; at += 2) {
    const name = words[at] ?? '';
    // What the loader of programs listens to is not the user's to set.
    const isPlain = /^[A-Za-z_]\w*$/.test(name) && !/^(LD_|PATH$|BASH_ENV$|ENV$|IFS$)/.test(name);
    if (isPlain) variables[name] = words[at + 1] ?? '';
  }
  return variables;
}
