/** Probes of one packet and its answer. */
import type { Address } from '../../base/address.ts';
import type { HalfOpener } from '../../platform/half-open.ts';
import type { Pinger } from '../../platform/icmp.ts';
import type { Report, RunningProbe } from './doors.ts';

type Told = (failure: string | undefined) => void;

export function startPing(pinger: Pinger, address: Address, report: Report): RunningProbe {
  return once((told) => pinger.ping(address, told), ['echo reply', 'no echo reply'], report);
}

export function startHalfOpen(
  opener: HalfOpener,
  address: Address,
  port: number,
  report: Report,
): RunningProbe {
  const words = ['SYN was answered', 'no answer to the SYN'] as const;
  return once((told) => opener.open(address, port, told), words, report);
}

function once(
  start: (told: Told) => () => void,
  [good, silent]: readonly [string, string],
  report: Report,
): RunningProbe {
  let isCancelled = false;
  const cancel = start((failure) => {
    queueMicrotask(() => {
      if (isCancelled) return;
      report(failure === undefined ? { ok: true, detail: good } : { ok: false, detail: failure });
    });
  });
  return {
    cancel() {
      isCancelled = true;
      cancel();
    },
    stage: () => silent,
  };
}
