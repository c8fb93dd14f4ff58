/** Carries out one probe over the doors it is given. Time limits are the runner's. */
import { parseAddress } from '../base/address.ts';
import type { TcpExchange } from '../platform/tcp.ts';
import type { Pinger } from '../platform/icmp.ts';
import type { ProbeOutcome } from './instance.ts';
import type { InstancePlan } from './instance-plan.ts';
import { maximumAnswerBytes } from './types/strings.ts';
import type { MonitorType } from './types/type.ts';

export interface ProbeDoors {
  exchangeTcp(exchange: TcpExchange): () => void;
  readonly pinger: Pinger;
}

export interface RunningProbe {
  cancel(): void;
  /** How far it has got, for the reason when it never ends: "no answer after connecting". */
  stage(): string;
}

/** `report` is called once at most, never before this returns, and not after `cancel`. */
export function startProbe(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  report: (outcome: ProbeOutcome) => void,
): RunningProbe {
  const address = parseAddress(plan.address);
  if (address === undefined) {
    return failSoon(report, `"${plan.address}" is not an address`);
  }
  if (type.transport === 'icmp') return startPing(doors.pinger, address, report);
  return startExchange(doors, type, plan, address.text, report);
}

function startPing(
  pinger: Pinger,
  address: NonNullable<ReturnType<typeof parseAddress>>,
  report: (outcome: ProbeOutcome) => void,
): RunningProbe {
  let isCancelled = false;
  const cancel = pinger.ping(address, (failure) => {
    queueMicrotask(() => {
      if (isCancelled) return;
      report(
        failure === undefined ? { ok: true, detail: 'echo reply' } : { ok: false, detail: failure },
      );
    });
  });
  return {
    cancel() {
      isCancelled = true;
      cancel();
    },
    stage: () => 'no echo reply',
  };
}

function startExchange(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  address: string,
  report: (outcome: ProbeOutcome) => void,
): RunningProbe {
  let stage = 'no answer to the connection attempt';
  let received = new Uint8Array(0);
  const judge = (isComplete: boolean): void => {
    const full = received.length >= maximumAnswerBytes;
    const outcome = type.judge(plan, { bytes: received, isComplete: isComplete || full });
    if (outcome === undefined) return;
    cancel();
    report(outcome);
  };
  const request = type.request(plan);
  const waitsForAnswer = request !== undefined || plan.recv !== '' || plan.recvDisable !== '';
  const cancel = doors.exchangeTcp({
    address,
    port: plan.port,
    tls: type.transport === 'tls',
    send: request,
    onConnect() {
      stage = 'connected, but no answer';
      if (!waitsForAnswer) judge(true);
    },
    onData(part) {
      if (part === undefined) {
        judge(true);
        return;
      }
      const room = Math.max(0, maximumAnswerBytes - received.length);
      received = concatenate(received, part.subarray(0, room));
      stage = `received ${received.length} bytes without the expected text`;
      judge(false);
    },
    onError(reason) {
      // What came before a reset may be all that is needed: HTTP/0.9 servers reset instead of closing.
      const outcome =
        received.length > 0 ? type.judge(plan, { bytes: received, isComplete: true }) : undefined;
      report(outcome?.ok === true ? outcome : { ok: false, detail: reason });
    },
  });
  return { cancel, stage: () => stage };
}

function failSoon(report: (outcome: ProbeOutcome) => void, detail: string): RunningProbe {
  let isCancelled = false;
  queueMicrotask(() => {
    if (!isCancelled) report({ ok: false, detail });
  });
  return {
    cancel() {
      isCancelled = true;
    },
    stage: () => detail,
  };
}

function concatenate(a: Uint8Array<ArrayBuffer>, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
