import { succeeded } from '../../base/fault.ts';
import { type ActionHandler, refuse, type StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { masterKeyBytes, masterKeyFromPassword } from '../../platform/sealing.ts';
import type { MasterKeys } from './master-key.ts';

/** `show` and `modify sys crypto master-key`. */
export interface MasterKeyCommandOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly random: Random;
  readonly log: Log;
}

const component = 'sys crypto master-key';

export function registerMasterKeyCommands(
  { store, state, random, log }: MasterKeyCommandOptions,
  masterKeys: MasterKeys,
): void {
  const { secrets } = store;
  state.provideStatistics(component, undefined, () => ({
    masterKeyHash: secrets.hash(),
    previousHash: secrets.previousHash(),
  }));
  const modify: ActionHandler = async ({ parameters, user }) => {
    const { password, generate } = parameters;
    if (password === undefined && generate === undefined) {
      return refuse('The master key needs a password, or generate.');
    }
    const key =
      password === undefined
        ? random.bytes(masterKeyBytes)
        : await masterKeyFromPassword(String(password));
    const former = secrets.hash();
    try {
      secrets.adopt(key);
    } catch (error) {
      return refuse(`The master key could not be changed, and was not: ${String(error)}`, 503);
    }
    if (secrets.hash() === former) return succeeded({});
    masterKeys.changed();
    log.write('notice', `master key changed by ${user}: secrets are sealed anew`);
    return succeeded({});
  };
  state.provideAction(component, 'modify', modify);
}
