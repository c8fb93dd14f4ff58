/** iControl REST on the self IPs that allow it: listeners follow the configuration. */
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Icontrol } from '../start.ts';

export interface SelfIpListenerOptions {
  readonly icontrol: Icontrol;
  readonly store: ConfigStore;
  /** Addresses that should listen, by the configuration. */
  readonly addresses: (view: ConfigView) => readonly string[];
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** An address that something else uses, or that the kernel does not take yet, is tried again. */
const retryMilliseconds = 5_000;

export function followSelfIps(options: SelfIpListenerOptions): { close(): void } {
  const { icontrol, store, addresses, port, clock, log } = options;
  const open = new Set<string>();
  const refused = new Map<string, string>();
  const follow = async (): Promise<void> => {
    const wanted = new Set(addresses(store.view()));
    for (const address of open) {
      if (wanted.has(address)) continue;
      open.delete(address);
      await icontrol.removeListener(address, port);
    }
    for (const address of wanted) {
      if (open.has(address)) continue;
      try {
        await icontrol.addListener(address, port);
        open.add(address);
        refused.delete(address);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (refused.get(address) !== reason) {
          log.write('warning', `iControl REST cannot listen on ${address}: ${reason}`);
        }
        refused.set(address, reason);
      }
    }
  };
  let running = Promise.resolve();
  const again = (): void => {
    running = running.then(follow).catch((error: unknown) => {
      log.write('err', `listeners of iControl REST cannot follow the self IPs: ${String(error)}`);
    });
  };
  const leave = store.onCommit((commit) => {
    if (commit.changes.some(({ component }) => component === 'net self')) again();
  });
  const stop = clock.every(retryMilliseconds, () => {
    if (refused.size > 0) again();
  });
  again();
  return {
    close() {
      leave();
      stop();
    },
  };
}
