/** `run ltm monitor TYPE NAME destination PLACE`: one probe now, by the monitor process, told in words. */
import { parseAddress, printAddress } from '../base/address.ts';
import { textValue } from '../config/property-values.ts';
import type { Outcome } from '../base/fault.ts';
import type { ActionHandler, StateRegistry } from '../config/runtime-state.ts';
import type { ConfigStore } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { Probe } from './health.ts';
import type { InstancePlan } from './instance-plan.ts';
import { memberPlace } from './model.ts';
import { instanceFor, monitorSettings } from './plan.ts';
import { monitorTypes } from './types/index.ts';

export interface ProbeNowOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  /** False while the monitor process is away. */
  send(number: number, plan: InstancePlan): boolean;
}

export interface ProbesAsked {
  /** A result came. */
  tell(number: number, probe: Probe): void;
}

/** At once, of all users: each may hold a connection for its timeout. */
const maximumAsked = 32;
/** After the monitor's own timeout: for the way to the process and back. */
const graceMilliseconds = 2000;

export function provideProbes(registry: StateRegistry, options: ProbeNowOptions): ProbesAsked {
  const waiting = new Map<number, (probe: Probe | undefined) => void>();
  let last = 0;
  const ask = (plan: InstancePlan): Promise<Probe | undefined> => {
    last += 1;
    const number = last;
    return new Promise((resolve) => {
      const tell = (probe: Probe | undefined): void => {
        if (!waiting.delete(number)) return;
        cancel();
        resolve(probe);
      };
      const limit = plan.timeoutMilliseconds + graceMilliseconds;
      const cancel = options.clock.after(limit, () => tell(undefined));
      waiting.set(number, tell);
      if (!options.send(number, plan)) tell(undefined);
    });
  };
  const handle: ActionHandler = async ({ component, parameters }) => {
    const written = textValue(parameters, 'name') ?? '';
    const name = written.startsWith('/') ? written : `/Common/${written}`;
    const view = options.store.view();
    if (view.get(component, name) === undefined) {
      return refused(404, `01020036:3: The requested monitor (${name}) was not found.`);
    }
    const settings = monitorSettings(view, name);
    const destination = textValue(parameters, 'destination') ?? '';
    const target = placeOf(destination);
    const plan = settings && target && instanceFor(settings, target);
    if (plan === undefined) {
      return refused(
        400,
        `01070712:3: destination "${destination}" cannot be probed with ${name}: give an address and a port, as 10.0.0.1:80`,
      );
    }
    if (waiting.size >= maximumAsked) {
      return refused(503, `${maximumAsked} probes are running for others: try again in a moment`);
    }
    const probe = await ask(plan);
    if (probe === undefined) return refused(503, 'the monitor process is away');
    return { ok: true, value: { commandResult: line(plan, probe) } };
  };
  for (const type of monitorTypes.keys()) {
    registry.provideAction(`ltm monitor ${type}`, 'run', handle);
  }
  return { tell: (number, probe) => waiting.get(number)?.(probe) };
}

function line(plan: InstancePlan, probe: Probe): string {
  const place = plan.id.slice(plan.monitor.length + 1);
  const time = `${probe.durationMilliseconds.toFixed(1)} ms`;
  return `${plan.monitor} ${place}: ${probe.ok ? 'UP' : 'DOWN'} after ${time}, ${probe.detail}\n`;
}

/** `10.0.0.1:80`, `2001:db8::1.80`, or an address alone: then the port is the monitor's own, if it needs one. */
function placeOf(text: string): { readonly address: string; readonly port: number } | undefined {
  const alone = parseAddress(text);
  if (alone !== undefined) return { address: printAddress(alone), port: 0 };
  const place = memberPlace(text);
  const address = place && parseAddress(place.node.slice(place.node.lastIndexOf('/') + 1));
  return address && place ? { address: printAddress(address), port: place.port } : undefined;
}

function refused(status: 400 | 404 | 503, message: string): Outcome<never> {
  return { ok: false, faults: [{ status, message }] };
}
