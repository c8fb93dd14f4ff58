/** `start`, `stop`, `restart sys service`: orders to the supervisor, by BIG-IP's names of what runs here. */
import type { Outcome } from '../../base/fault.ts';
import { hostServices, serviceNames } from '../../catalogue/sys/machine.ts';
import type { Value } from '../../catalogue/types.ts';
import { type StateRegistry, refuse } from '../../config/runtime-state.ts';
import { isList } from '../../config/text/changes.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import type { EngineControl, EngineStatus, ServiceOrder } from '../../platform/engines.ts';

export interface ServiceOrderOptions {
  readonly state: StateRegistry;
  readonly clock: Clock;
  readonly engines: EngineControl;
}

/** Answers while it is asked: it cannot wait for its own end, nor be started by a command again. */
const ownUnit = 'control';
/** For the answer to be on its way before this process ends. */
const ownRestartMilliseconds = 500;
/** What does not end by itself is killed after 5 s. */
const orderLimitMilliseconds = 15_000;
const lookMilliseconds = 50;

const orders: readonly ServiceOrder[] = ['start', 'stop', 'restart'];

export function provideServiceOrders({ state, clock, engines }: ServiceOrderOptions): void {
  let units: readonly EngineStatus[] = [];
  engines.onStatus((running, services) => (units = [...running, ...services]));
  const find = (name: string): EngineStatus | undefined => units.find((unit) => unit.name === name);

  const carryOut = async (service: string, order: ServiceOrder): Promise<Answer> => {
    const name = serviceNames[service];
    if (hostServices.includes(service)) {
      return refuse(`${service} is the host's own here: its tools start and stop it (systemctl)`);
    }
    if (name === undefined) {
      return refuse(`01020036:3: The requested service (${service}) was not found.`, 404);
    }
    if (name === ownUnit) {
      const outcome = orderToControl(service, order);
      if (outcome.ok && order === 'restart') {
        clock.after(ownRestartMilliseconds, () => engines.order(name, order));
      }
      return outcome;
    }
    const before = find(name);
    if (before === undefined) {
      return order === 'stop'
        ? done()
        : refuse(`${service} is ${name} here, and nothing of the configuration needs it`);
    }
    engines.order(name, order);
    const end = clock.monotonicMilliseconds() + orderLimitMilliseconds;
    while (!isCarriedOut(order, before, find(name))) {
      if (clock.monotonicMilliseconds() > end) {
        return refuse(`${order} ${service}: ${name} is ${find(name)?.state ?? 'gone'}`, 503);
      }
      await sleep(clock, lookMilliseconds);
    }
    return done();
  };
  for (const order of orders) {
    state.provideAction('sys service', order, async ({ parameters }) => {
      const { names } = parameters;
      const asked = [String(parameters['name']), ...(isList(names) ? names.map(String) : [])];
      const results: string[] = [];
      for (const service of inOrder(asked)) {
        const unit = serviceNames[service] ?? '';
        // All that there are: named is not, where no zone is served.
        if (asked.includes('all') && unit !== ownUnit && find(unit) === undefined) continue;
        const outcome = await carryOut(service, order);
        if (!outcome.ok) return outcome;
        const result = outcome.value['commandResult'];
        if (result !== undefined) results.push(String(result));
      }
      return done(results.length === 0 ? undefined : results.join(''));
    });
  }
}

/** Each unit once, by the first name that was given for it; what answers this request goes last. */
function inOrder(asked: readonly string[]): readonly string[] {
  const names = asked.includes('all') ? Object.keys(serviceNames) : asked;
  const byUnit = new Map<string, string>();
  for (const name of names) {
    const unit = serviceNames[name] ?? name;
    if (!byUnit.has(unit)) byUnit.set(unit, name);
  }
  const own = byUnit.get(ownUnit);
  byUnit.delete(ownUnit);
  return own === undefined ? [...byUnit.values()] : [...byUnit.values(), own];
}

type Answer = Outcome<Readonly<Record<string, Value>>>;

function done(commandResult?: string): Answer {
  return { ok: true, value: commandResult === undefined ? {} : { commandResult } };
}

function orderToControl(service: string, order: ServiceOrder): Answer {
  const shared = Object.keys(serviceNames).filter((name) => serviceNames[name] === ownUnit);
  const others = shared.filter((name) => name !== service).join(', ');
  if (order === 'stop') {
    return refuse(
      `${service} cannot be stopped alone: it is a part of ${ownUnit}, as are ${others}; ` +
        `"evenkeel device down" stops the device`,
    );
  }
  if (order === 'start') return done();
  return done(`${service} is a part of ${ownUnit}, which restarts with ${others}\n`);
}

/** A restart has another process than before. */
function isCarriedOut(
  order: ServiceOrder,
  before: EngineStatus,
  now: EngineStatus | undefined,
): boolean {
  if (order === 'stop') return now === undefined || now.state === 'stopped';
  return now?.state === 'running' && (order === 'start' || now.pid !== before.pid);
}
