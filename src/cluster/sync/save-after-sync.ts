import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';

/**
 * `save-on-auto-sync`: what came by itself is also written to the files that `save sys config` writes. The
 * configuration database holds it durably in any case.
 */
export interface SaveAfterSync {
  /** Something came in; what comes soon after is saved together with it. */
  note(): void;
  close(): void;
}

const gatherMilliseconds = 1000;

export function createSaveAfterSync(options: {
  readonly state: StateRegistry;
  readonly clock: Clock;
  readonly log: Log;
}): SaveAfterSync {
  const { state, clock, log } = options;
  let cancel: (() => void) | undefined;
  const save = async (): Promise<void> => {
    cancel = undefined;
    const action = state.action('sys config', 'save');
    if (action === undefined) return;
    const request = { component: 'sys config', command: 'save', parameters: {}, user: 'sync' };
    const outcome = await action(request);
    if (outcome.ok) return;
    const why = outcome.faults.map(({ message }) => message).join('; ');
    log.write('err', `the synchronised configuration was not saved: ${why}`);
  };
  return {
    note() {
      cancel ??= clock.after(gatherMilliseconds, () => {
        save().catch((error: unknown) => log.write('err', `save after a sync: ${error}`));
      });
    },
    close: () => cancel?.(),
  };
}
