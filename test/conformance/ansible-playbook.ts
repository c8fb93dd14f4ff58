/** From cases to a playbook. Playbooks are YAML, and JSON is YAML. */
import type { Arguments, Case } from './ansible-cases.ts';

interface Task {
  readonly name: string;
  readonly [key: string]: unknown;
}

/** Create, the same again, modify, the same again, for each; then delete and delete again, backwards. */
export function lifecycle(cases: readonly Case[]): readonly Task[] {
  const forwards = cases.flatMap(({ module, create, modify, remove }) => {
    const state = remove === undefined ? {} : { state: 'present' };
    const whole = { ...state, ...create };
    const changed = { ...whole, ...modify };
    return [
      task(module, 'create', whole, 'changed'),
      task(module, 'again', whole, 'unchanged'),
      task(module, 'modify', changed, 'changed'),
      task(module, 'modify-again', changed, 'unchanged'),
    ];
  });
  const backwards = cases
    .toReversed()
    .flatMap(({ module, remove }) =>
      remove === undefined
        ? []
        : [
            task(module, 'delete', { ...remove, state: 'absent' }, 'changed'),
            task(module, 'delete-again', { ...remove, state: 'absent' }, 'unchanged'),
          ],
    );
  return [...forwards, ...backwards];
}

/** `expected`: does the module have to say that it changed something? */
export function task(
  module: string,
  step: string,
  given: Arguments,
  expected: 'changed' | 'unchanged' | 'any',
): Task {
  return {
    name: `${module} ${step}`,
    [`f5networks.f5_modules.bigip_${module}`]: given,
    register: 'result',
    ...(expected === 'any'
      ? {}
      : {
          failed_when: `result is failed or ${expected === 'changed' ? 'not ' : ''}result.changed`,
        }),
  };
}

export function playbook(tasks: readonly Task[]): string {
  const play = {
    name: 'conformance',
    hosts: 'localhost',
    connection: 'local',
    gather_facts: false,
    tasks: tasks.map((one) => ({ ...one, ignore_errors: true })),
  };
  return JSON.stringify([play], null, 1);
}
