import { areCompatible } from '../sync/plan.ts';

/** What stands in the way of trust between two devices, each with its cure. Pure. */
export interface PreflightSide {
  readonly device: string;
  readonly software: string;
  /** "none" when it has none. */
  readonly configsyncIp: string;
}

export interface PreflightFacts {
  readonly us: PreflightSide;
  readonly them: PreflightSide;
  /** Their wall clock minus ours. */
  readonly skewMilliseconds: number;
}

export const maximumSkewMilliseconds = 5000;

export function preflightFaults({ us, them, skewMilliseconds }: PreflightFacts): readonly string[] {
  const faults: string[] = [];
  if (us.device === them.device) {
    return [`The device to be added has the name of this device (${us.device}).`];
  }
  if (!areCompatible(us.software, them.software)) {
    faults.push(
      `Device ${them.device} runs version ${them.software} and ${us.device} version ${us.software}: ` +
        'devices of one trust domain may be one minor version apart.',
    );
  }
  if (Math.abs(skewMilliseconds) > maximumSkewMilliseconds) {
    const seconds = (Math.abs(skewMilliseconds) / 1000).toFixed(1);
    faults.push(
      `The clocks of ${us.device} and ${them.device} differ by ${seconds} s; ` +
        `${maximumSkewMilliseconds / 1000} s are allowed. Set the time by NTP on both (modify sys ntp servers).`,
    );
  }
  for (const { device, configsyncIp } of [us, them]) {
    if (configsyncIp !== 'none') continue;
    faults.push(
      `No ConfigSync address has been specified for device ${device}: ` +
        `modify cm device ${device} configsync-ip ADDRESS there.`,
    );
  }
  return faults;
}

/** The device that calls cannot reach the one it calls on 4353. */
export function unreachableFault(
  caller: string,
  called: string,
  address: string,
  port: number,
  reason: string,
): string {
  return (
    `Device ${caller} cannot reach ${called} at ${address} on TCP port ${port} (${reason}): ` +
    'check configsync-ip, the self IP, its allow-service, and firewalls between them.'
  );
}
