/**
 * A device that learns that it was removed from its trust domain stands alone from then on, with the floating
 * addresses that the domain answers for: it goes offline until it is in a domain with others again, or its
 * operator says that it shall answer (`run sys failover online`).
 */
import { failoverGroup, membersOf } from '../../../config/failover-group.ts';
import type { Commit, ConfigStore, ConfigView } from '../../../config/types.ts';
import type { Log } from '../../../platform/log.ts';
import type { Command } from '../types.ts';

const stateKey = 'failover.put-out';

export interface PutOut {
  /** Before the process is told of the configuration that the commit makes. */
  follow(commit: Commit, before: ConfigView, after: ConfigView): void;
  /** The operator's word ends it. */
  obeyed(command: Command): void;
  /** The process may have been away when it happened. */
  repeat(): void;
}

export function createPutOut(
  store: Pick<ConfigStore, 'readState' | 'writeState'>,
  log: Log,
  order: (command: Command) => void,
): PutOut {
  const isOut = (): boolean => store.readState(stateKey) === 'out';
  return {
    follow(commit, before, after) {
      if (isRemoval(commit, before.deviceName) && isShared(before)) {
        store.writeState(stateKey, 'out');
        log.write(
          'warning',
          'removed from the trust domain: offline for the floating addresses, for which the domain answers; ' +
            '"run sys failover online" lets this device answer for them, too',
        );
        order({ kind: 'offline' });
      } else if (isOut() && !hasOthers(before) && hasOthers(after)) {
        store.writeState(stateKey, '');
        log.write('notice', 'in a trust domain with others again: online');
        order({ kind: 'online' });
      }
    },
    obeyed({ kind }) {
      if (kind === 'online' && isOut()) store.writeState(stateKey, '');
    },
    repeat() {
      if (isOut()) order({ kind: 'offline' });
    },
  };
}

/** Others have decided it: who leaves by himself (trust reset) means to go on. */
function isRemoval({ origin, changes }: Commit, self: string): boolean {
  const own = `/Common/${self}`;
  return (
    origin.source === 'sync' &&
    changes.some(
      ({ component, name, after }) =>
        component === 'cm device' && name === own && after === undefined,
    )
  );
}

/** Others answer for its floating addresses, too; those of a device in no failover group are its own. */
function isShared(view: ConfigView): boolean {
  const group = failoverGroup(view);
  return group !== undefined && membersOf(group).length > 1;
}

function hasOthers(view: ConfigView): boolean {
  return view.count('cm device') > 1;
}
