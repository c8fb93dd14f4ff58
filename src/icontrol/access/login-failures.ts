/** `show auth login-failures`, and the way back in: `reset-stats auth login-failures USER`. */
import { type StateRegistry, refuse } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { LockOut } from './lock-out.ts';

const component = 'auth login-failures';

export function provideLoginFailures(
  state: StateRegistry,
  store: ConfigStore,
  lockOut: LockOut,
): void {
  state.provideStatistics(component, undefined, () =>
    lockOut.statistics(store.view().names('auth user')),
  );
  state.provideAction(component, 'reset-stats', async ({ parameters }) => {
    const name = String(parameters['name']);
    if (store.view().stored('auth user', name) === undefined) {
      return refuse(`The requested user (${name}) was not found.`, 404, '01020036');
    }
    lockOut.succeeded(name);
    return { ok: true, value: {} };
  });
}
