/**
 * Probes of hosts that speak no iQuery, shared among the devices of the trust domain: each says whether it
 * may probe, is ordered what to probe, and tells what came of it to whoever ordered it. When one is gone
 * another takes over; what was seen last stands until that one has seen something itself.
 */
import type { IqueryChannel, IquerySession, ProbeState } from '../../iquery/types.ts';
import type { ProbeGuests } from '../../monitor/guests.ts';
import type { InstanceStatus } from '../../monitor/health.ts';
import type { InstancePlan } from '../../monitor/instance-plan.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { chooseProber, type EligibleProber, type ProberRules } from '../health/probers.ts';
import { type ProbePlan, probeOwner } from '../health/probes.ts';

/** What one device may order of another. */
const maximumOrdered = 20_000;
/** An order outlives its session so long: control of the other device may just be starting again. */
const orderGraceMilliseconds = 30_000;
/** The word of a prober that is gone stands so long at most. */
const lastWordMilliseconds = 60_000;
/** States of one moment leave together. */
const gatherMilliseconds = 5;

export interface SharedProbesOptions {
  readonly channel: IqueryChannel;
  readonly guests: ProbeGuests;
  readonly clock: Clock;
  readonly log: Log;
  /** May this device probe, as far as it knows itself (it is not forced offline)? */
  isEligible(): boolean;
  /** Somebody else's probe said something new, or somebody else may probe now. */
  readonly onChange: () => void;
}

export interface Told extends InstanceStatus {
  /** Who saw it. */
  readonly device: string;
}

export interface ProbeSituation {
  readonly ownName: string;
  readonly plan: ProbePlan;
  readonly rules: ReadonlyMap<string, ProberRules>;
  /** Where devices belong: for those that may probe. */
  placeOf(device: string): Omit<EligibleProber, 'device'>;
}

export interface SharedProbes {
  /** After each commit, and now and then: who is to probe what. */
  update(situation: ProbeSituation): void;
  lookup(id: string): Told | undefined;
  /** Who probes for the server's hosts; undefined: nobody may. */
  proberOf(server: string): string | undefined;
}

export function createSharedProbes(options: SharedProbesOptions): SharedProbes {
  const { clock, guests, onChange } = options;
  const others = createOthers(options);
  let ownName = '';
  let ownPlans: readonly InstancePlan[] = [];
  let probers = new Map<string, string>();
  let assigned = new Map<string, string>();
  let probed = '';
  const last = new Map<string, { readonly told: Told; readonly until: number }>();
  const probeAll = (): void => {
    const plans = new Map([...ownPlans, ...others.ordered()].map((plan) => [plan.id, plan]));
    const text = JSON.stringify([...plans.values()]);
    if (text === probed) return;
    probed = text;
    guests.want(probeOwner, [...plans.values()]);
  };
  others.onOrder(probeAll);
  guests.onChange(() => {
    others.tell();
    onChange();
  });
  const now = (id: string): Told | undefined => {
    const device = assigned.get(id);
    if (device === undefined) return undefined;
    if (device !== ownName) return others.said(device, id);
    const status = guests.instance(id);
    return status && { ...status, device };
  };
  return {
    update({ ownName: name, plan, rules, placeOf }) {
      ownName = name;
      const own = options.isEligible() ? [name] : [];
      const eligible = [...own, ...others.eligible()].map((device) => {
        return { device, ...placeOf(device) };
      });
      // Nobody knows more than who cannot be asked for help.
      const all = eligible.length > 0 ? eligible : [{ device: name, ...placeOf(name) }];
      probers = new Map();
      assigned = new Map();
      const orders = new Map<string, InstancePlan[]>();
      for (const instance of plan.instances) {
        const server = plan.serverOf.get(instance.id) ?? '';
        const rule = rules.get(server) ?? { choices: [{ kind: 'any' }] };
        const device = probers.get(server) ?? chooseProber(server, rule, all);
        if (device === undefined) continue;
        probers.set(server, device);
        assigned.set(instance.id, device);
        orders.set(device, [...(orders.get(device) ?? []), instance]);
      }
      for (const id of last.keys()) if (!assigned.has(id)) last.delete(id);
      ownPlans = orders.get(name) ?? [];
      orders.delete(name);
      others.order(orders);
      others.announce();
      probeAll();
    },
    lookup(id) {
      const told = now(id);
      const time = clock.monotonicMilliseconds();
      const known = last.get(id);
      if (told !== undefined && told.state !== 'checking') {
        last.set(id, { told, until: time + lastWordMilliseconds });
        return told;
      }
      const isStanding = known !== undefined && assigned.has(id) && time < known.until;
      return isStanding ? known.told : told;
    },
    proberOf: (server) => probers.get(server),
  };
}

interface Others {
  /** Devices that say that they may probe, and are connected. */
  eligible(): readonly string[];
  /** What each is to probe for us; who is not named probes nothing for us any more. */
  order(orders: ReadonlyMap<string, readonly InstancePlan[]>): void;
  said(device: string, id: string): Told | undefined;
  /** What others want from us. */
  ordered(): readonly InstancePlan[];
  onOrder(listener: () => void): void;
  /** States that others ordered, those that are new. */
  tell(): void;
  announce(): void;
}

interface Customer {
  plans: readonly InstancePlan[];
  /** As told, by id. */
  readonly told: Map<string, string>;
  cancel: Cancel;
}

function createOthers(options: SharedProbesOptions): Others {
  const { channel, clock, guests, log, onChange } = options;
  const may = new Map<string, boolean>();
  const states = new Map<string, Map<string, Told>>();
  const sent = new Map<IquerySession, string>();
  const customers = new Map<string, Customer>();
  let announced: boolean | undefined;
  let isGathering = false;
  let orderListener = (): void => undefined;
  const members = (): readonly IquerySession[] =>
    channel.sessions().filter(({ relation }) => relation === 'trust-domain');
  const announceTo = (session: IquerySession): void =>
    session.send('control', 'probeStates', { eligible: options.isEligible(), states: [] });
  const tell = (): void => {
    if (isGathering || customers.size === 0) return;
    isGathering = true;
    clock.after(gatherMilliseconds, () => {
      isGathering = false;
      for (const [device, customer] of customers) {
        const fresh = freshStates(customer, guests);
        const session = channel.session(device);
        if (fresh.length === 0 || session === undefined) continue;
        for (const state of fresh) customer.told.set(state.id, JSON.stringify(state));
        const eligible = options.isEligible();
        session.send('control', 'probeStates', { eligible, states: fresh });
      }
    });
  };
  channel.onMessage('probeOrder', ({ instances }, session) => {
    if (session.relation !== 'trust-domain') return;
    const plans = readPlans(instances);
    if (plans === undefined) {
      log.write('warning', `${session.device} ordered probes that make no sense`);
      return;
    }
    customers.get(session.device)?.cancel();
    customers.set(session.device, { plans, told: new Map(), cancel: () => undefined });
    orderListener();
    tell();
  });
  channel.onMessage('probeStates', ({ eligible, states: told }, session) => {
    if (session.relation !== 'trust-domain') return;
    may.set(session.device, eligible);
    const known = states.get(session.device) ?? new Map<string, Told>();
    states.set(session.device, known);
    for (const state of told.slice(0, maximumOrdered)) {
      known.set(state.id, toldOf(state, session.device));
    }
    onChange();
  });
  channel.onSession((session, event) => {
    const { device } = session;
    if (event === 'open') {
      if (session.relation === 'trust-domain') announceTo(session);
      return;
    }
    sent.delete(session);
    if (channel.session(device) !== undefined) return;
    may.delete(device);
    states.delete(device);
    const customer = customers.get(device);
    if (customer !== undefined) {
      customer.cancel = clock.after(orderGraceMilliseconds, () => {
        customers.delete(device);
        orderListener();
      });
    }
    onChange();
  });
  return {
    eligible: () => members().flatMap(({ device }) => (may.get(device) === true ? [device] : [])),
    order(orders) {
      for (const session of members()) {
        const instances = (orders.get(session.device) ?? []).map((plan) => JSON.stringify(plan));
        const text = instances.join('\n');
        if ((sent.get(session) ?? '') === text) continue;
        sent.set(session, text);
        session.send('control', 'probeOrder', { instances });
      }
    },
    said: (device, id) => states.get(device)?.get(id),
    ordered: () => [...customers.values()].flatMap(({ plans }) => plans),
    onOrder: (listener) => void (orderListener = listener),
    tell,
    announce() {
      const isEligible = options.isEligible();
      if (isEligible === announced) return;
      announced = isEligible;
      for (const session of members()) announceTo(session);
    },
  };
}

/** States that the customer has not been told, or otherwise. */
function freshStates({ plans, told }: Customer, guests: ProbeGuests): readonly ProbeState[] {
  return plans.flatMap(({ id }) => {
    const status = guests.instance(id);
    if (status === undefined) return [];
    const { reason, since, state } = status;
    const detail = status.probes.findLast((probe) => !probe.ok)?.detail ?? '';
    const message = { id, state, reason, since, detail };
    return told.get(id) === JSON.stringify(message) ? [] : [message];
  });
}

function toldOf({ id, state, reason, since, detail }: ProbeState, device: string): Told {
  const probe = { at: since, durationMilliseconds: 0, ok: false, detail };
  const word = state === 'up' || state === 'down' ? state : 'checking';
  return { id, state: word, reason, since, device, probes: detail === '' ? [] : [probe] };
}

/** Of a member of our own trust domain, which has the same say here as there: its form is looked at. */
function readPlans(texts: readonly string[]): readonly InstancePlan[] | undefined {
  if (texts.length > maximumOrdered) return undefined;
  try {
    const plans = texts.map((text) => JSON.parse(text) as InstancePlan | null);
    const isPlan = (plan: InstancePlan | null): plan is InstancePlan =>
      typeof plan?.id === 'string' &&
      plan.id.startsWith(`${probeOwner} `) &&
      typeof plan.type === 'string' &&
      typeof plan.address === 'string' &&
      Number.isInteger(plan.port) &&
      plan.intervalMilliseconds > 0 &&
      plan.timeoutMilliseconds > 0;
    return plans.every(isPlan) ? plans : undefined;
  } catch {
    return undefined;
  }
}
