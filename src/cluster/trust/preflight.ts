import { areCompatible } from '../sync/plan.ts';

/** What stands in the way of trust between two devices, each with its cure. Pure. */
export interface PreflightSide {
  readonly device: string;
  readonly software: string;
  /** "none" when it has none. */
  readonly configsyncIp: string;
  /** Name that whoever asks for it expects it to have. */
  readonly expectedName?: string;
}

export interface PreflightFacts {
  readonly us: PreflightSide;
  readonly them: PreflightSide;
  /** Their wall clock minus ours. */
  readonly skewMilliseconds: number;
  /** Wall milliseconds. */
  readonly now: number;
  /** When the certificate of our authority ends. */
  readonly authorityUntil: number;
}

export const maximumSkewMilliseconds = 5000;

export function preflightFaults(facts: PreflightFacts): readonly string[] {
  const { us, them, skewMilliseconds } = facts;
  const faults: string[] = [];
  if (us.device === them.device) {
    return [`The device to be added has the name of this device (${us.device}).`];
  }
  const expected = them.expectedName;
  if (expected !== undefined && expected !== them.device) {
    faults.push(
      `The device is called ${them.device}, not ${expected}: give that name, ` +
        `or rename it there (mv cm device ${them.device} ${expected}).`,
    );
  }
  if (facts.now > facts.authorityUntil) {
    faults.push(
      `The certificate of the trust authority of ${us.device} has expired: ` +
        'run cm rotate-certificates Root authority there.',
    );
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

/** Somebody else answers where the device should. */
export function mismatchFault(called: string, address: string, port: number): string {
  return (
    `What answers at ${address} on TCP port ${port} does not show the certificate of ${called}: ` +
    'check its configsync-ip, address translation, and whether another device has the address.'
  );
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
