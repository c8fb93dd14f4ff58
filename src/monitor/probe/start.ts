/** Carries out one probe over the doors it is given. Time limits are the runner's. */
import { type Address, parseAddress } from '../../base/address.ts';
import type { InstancePlan } from '../instance-plan.ts';
import type { Conversation, MonitorType } from '../types/type.ts';
import { startDatagrams } from './datagrams.ts';
import type { ProbeDoors, Report, RunningProbe } from './doors.ts';
import { startHttp2 } from './http2.ts';
import { startHalfOpen, startPing } from './packets.ts';
import { startProgram } from './program.ts';
import { startQuery } from './query.ts';
import { startStream } from './stream.ts';

/** `report` is called once at most, never before this returns, and not after `cancel`. */
export function startProbe(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  report: Report,
): RunningProbe {
  const address = plan.through === undefined ? addressOf(plan) : doors.detours.of(plan)?.standIn;
  if (address === undefined && plan.through !== undefined)
    return failSoon(report, `there is no way by ${plan.through}`);
  if (address === undefined) return failSoon(report, `"${plan.address}" is not an address`);
  return carry(doors, type, plan, address, report);
}

const addresses = new WeakMap<InstancePlan, Address>();

/** Read once for each plan, not for each probe. */
function addressOf(plan: InstancePlan): Address | undefined {
  const known = addresses.get(plan);
  if (known !== undefined) return known;
  const address = parseAddress(plan.address);
  if (address !== undefined) addresses.set(plan, address);
  return address;
}

function carry(
  doors: ProbeDoors,
  type: MonitorType,
  plan: InstancePlan,
  address: Address,
  report: Report,
): RunningProbe {
  const transport = type.transport(plan);
  const target = { address: address.text, port: plan.port };
  switch (transport) {
    case 'ping':
      return startPing(doors.pinger, address, report);
    case 'half-open':
      return startHalfOpen(doors.halfOpener, address, plan.port, report);
    case 'tcp':
    case 'tls':
      return startStream(
        doors,
        converse(type, plan),
        { address, port: plan.port, plan, transport },
        report,
      );
    case 'udp':
      return startDatagrams(doors, converse(type, plan), target, report);
    case 'http2':
      return startHttp2(doors, type, plan, address.text, report);
    case 'program':
      return startProgram(doors, type, plan, address, report);
    case 'query':
      return startQuery(doors, type, plan, address.text, report);
    case 'traffic':
      return failSoon(report, "it sends nothing: it watches clients' traffic");
  }
}

function converse(type: MonitorType, plan: InstancePlan): Conversation {
  const conversation = type.converse?.(plan);
  if (conversation === undefined) throw new Error(`monitor type ${type.name} does not converse`);
  return conversation;
}

function failSoon(report: Report, detail: string): RunningProbe {
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
