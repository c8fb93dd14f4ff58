/** The arbiter's part in this device's own group: what the machine wishes goes there, what it says comes back. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import {
  type ArbiterClient,
  type ArbiterStatus,
  type ArbiterWishes,
  startArbiter,
} from '../../arbiter/client.ts';
import type { Driver } from './driver.ts';
import { wishesOf } from '../machine/wishes.ts';
import type { Arbiter, Profile } from '../types.ts';

export interface Arbitration {
  /** Follows the configuration of the driver's machine. */
  follow(driver: Driver): void;
  /** The machine did something. */
  changed(): void;
  status(): ArbiterStatus | undefined;
  close(): void;
}

export interface ArbitrationParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly instance: number;
}

interface Running {
  readonly arbiter: Arbiter;
  readonly profile: Profile;
  readonly device: string;
  readonly client: ArbiterClient;
}

export function createArbitration(parts: ArbitrationParts): Arbitration {
  let running: Running | undefined;
  const stop = (): void => {
    running?.client.close();
    running = undefined;
  };
  const start = (driver: Driver, arbiter: Arbiter): Running => {
    const { device, profile } = driver.state().config;
    const wishes = (): ArbiterWishes => wishesOf(driver.state());
    const client = startArbiter(arbiter, {
      ...parts,
      device,
      profile,
      wishes,
      acknowledged: (all) => void driver.happen({ type: 'arbiter', acknowledged: all }),
    });
    return { arbiter, profile, device, client };
  };
  return {
    follow(driver) {
      const { arbiter, profile, device, members } = driver.state().config;
      const wanted = members.length > 1 ? arbiter : undefined;
      const isSame =
        isDeepStrictEqual(running?.arbiter, wanted) &&
        (running === undefined ||
          (isDeepStrictEqual(running.profile, profile) && running.device === device));
      if (isSame) return;
      stop();
      if (wanted !== undefined) running = start(driver, wanted);
    },
    changed: () => running?.client.hurry(),
    status: () => running?.client.status(),
    close: stop,
  };
}
