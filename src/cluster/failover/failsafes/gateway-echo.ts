/**
 * Does a pair's device still reach its gateways? It asks them itself: what the monitors see comes through
 * control, late, and not at all when control is dead. Once a second while the peer is heard; at every
 * heartbeat's time once it is not.
 */
import { parseAddress } from '../../../base/address.ts';
import type { Cancel, Clock } from '../../../platform/clock.ts';
import { createPinger, type Pinger } from '../../../platform/icmp.ts';
import { isPair, peerOf } from '../machine/lease.ts';
import type { Driver } from '../process/driver.ts';
import type { State } from '../types.ts';

const calmMilliseconds = 1000;
/** Echo requests to more gateways than these are not sent: one that answers is enough. */
const maximumGateways = 8;

export interface GatewayEcho {
  follow(driver: Driver): void;
  close(): void;
}

export function createGatewayEcho(clock: Clock): GatewayEcho {
  let pinger: Pinger | undefined;
  let cancel: Cancel = () => undefined;
  let asked = 0;
  const ask = (driver: Driver, gateways: readonly string[]): void => {
    const sentAt = clock.monotonicMilliseconds();
    asked = sentAt;
    pinger ??= createPinger(clock);
    for (const text of gateways.slice(0, maximumGateways)) {
      const address = parseAddress(text);
      if (address === undefined) continue;
      const forget = pinger.ping(address, (failure) => {
        if (failure === undefined) driver.happen({ type: 'gateway', sentAt });
      });
      clock.after(driver.state().config.profile.detect, forget);
    }
  };
  const stop = (): void => {
    cancel();
    cancel = () => undefined;
    pinger?.close();
    pinger = undefined;
  };
  return {
    follow(driver) {
      const { config } = driver.state();
      stop();
      if (!isPair(config) || (config.gateways ?? []).length === 0) return;
      cancel = clock.every(config.profile.interval, () => {
        const state = driver.state();
        const now = clock.monotonicMilliseconds();
        const period = isPeerSilent(state, now) ? 0 : calmMilliseconds;
        if (now - asked >= period) ask(driver, state.config.gateways ?? []);
      });
    },
    close: stop,
  };
}

function isPeerSilent(state: State, now: number): boolean {
  const heardAt = state.peers.get(peerOf(state.config))?.heardAt ?? state.startedAt;
  return now - heardAt > 2 * state.config.profile.interval;
}
