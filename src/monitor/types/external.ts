import { quote, textOf } from './strings.ts';
import type { MonitorType } from './type.ts';

/** As BIG-IP: anything on standard output is "up"; nothing, until the program has ended, is "down". */
export const external: MonitorType = {
  name: 'external',
  transport: () => 'program',
  target: 'endpoint',
  takesAnyPort: true,
  options: ['run', 'args', 'user-defined'],
  judge(_plan, answer) {
    const said = textOf(answer.bytes);
    if (said.trim() !== '') return { ok: true, detail: `the program wrote ${quote(said.trim())}` };
    return answer.isComplete ? { ok: false, detail: 'the program wrote nothing' } : undefined;
  },
};
