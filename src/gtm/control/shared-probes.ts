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
  /** Devices that may probe, and how many instances each is to probe for us. */
  assigned(): ReadonlyMap<string, number>;
}

export function createSharedProbes(options: SharedProbesOptions): SharedProbes {
  const { clock, guests, onChange } = options;
  const others = createOthers(options);
  const customers = createCustomers(options);
  let ownName = '';
  let ownPlans: readonly InstancePlan[] = [];
  let assigned = new Map<string, string>();
  let eligible: readonly string[] = [];
  let orders: Orders = new Map();
  let decided: Decided | undefined;
  const last = new Map<string, { readonly told: Told; readonly until: number }>();
  const probeAll = (): void => {
    const plans = new Map([...ownPlans, ...customers.ordered()].map((plan) => [plan.id, plan]));
    guests.want(probeOwner, [...plans.values()]);
  };
  customers.onOrder(probeAll);
  guests.onChange(() => {
    customers.tell();
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
      eligible = [...own, ...others.eligible()];
      const placed = eligible.map((device) => ({ device, ...placeOf(device) }));
      // Nobody knows more than who cannot be asked for help.
      const all = placed.length > 0 ? placed : [{ device: name, ...placeOf(name) }];
      customers.announce();
      const next = { plan, rules, eligible: JSON.stringify(all) };
      if (!isSame(decided, next)) {
        decided = next;
        const byDevice = assign(plan, rules, all);
        assigned = new Map(
          [...byDevice].flatMap(([device, plans]) => plans.map(({ id }) => [id, device] as const)),
        );
        for (const id of last.keys()) if (!assigned.has(id)) last.delete(id);
        ownPlans = byDevice.get(name) ?? [];
        byDevice.delete(name);
        orders = new Map(
          [...byDevice].map(([device, plans]) => [device, plans.map((one) => JSON.stringify(one))]),
        );
        probeAll();
      }
      others.order(orders);
    },
    assigned() {
      const counts = new Map(eligible.map((device) => [device, 0]));
      for (const device of assigned.values()) counts.set(device, (counts.get(device) ?? 0) + 1);
      return counts;
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
  };
}

/** By device: its instances, as JSON. The same array: the same order. */
type Orders = ReadonlyMap<string, readonly string[]>;

/** What an assignment follows from. */
interface Decided {
  readonly plan: ProbePlan;
  readonly rules: ReadonlyMap<string, ProberRules>;
  readonly eligible: string;
}

function isSame(one: Decided | undefined, other: Decided): boolean {
  const isPlan = one?.plan === other.plan && one.rules === other.rules;
  return isPlan && one.eligible === other.eligible;
}

/** All of one server's hosts are probed by one device. */
function assign(
  { instances, serverOf }: ProbePlan,
  rules: ReadonlyMap<string, ProberRules>,
  eligible: readonly EligibleProber[],
): Map<string, InstancePlan[]> {
  const probers = new Map<string, string | undefined>();
  const byDevice = new Map<string, InstancePlan[]>();
  for (const instance of instances) {
    const server = serverOf.get(instance.id) ?? '';
    if (!probers.has(server)) {
      const rule = rules.get(server) ?? { choices: [{ kind: 'any' }] };
      probers.set(server, chooseProber(server, rule, eligible));
    }
    const device = probers.get(server);
    if (device === undefined) continue;
    const plans = byDevice.get(device);
    if (plans === undefined) byDevice.set(device, [instance]);
    else plans.push(instance);
  }
  return byDevice;
}

/** Those who probe for us. */
interface Others {
  /** Devices that say that they may probe, and are connected. */
  eligible(): readonly string[];
  /** What each is to probe for us; who is not named probes nothing for us any more. */
  order(orders: Orders): void;
  said(device: string, id: string): Told | undefined;
}

const noOrder: readonly string[] = [];

function createOthers({ channel, onChange }: SharedProbesOptions): Others {
  const may = new Map<string, boolean>();
  const states = new Map<string, Map<string, Told>>();
  const sent = new Map<IquerySession, readonly string[]>();
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
    if (event === 'open') return;
    sent.delete(session);
    if (channel.session(device) !== undefined) return;
    may.delete(device);
    states.delete(device);
    onChange();
  });
  return {
    eligible: () => membersOf(channel).flatMap(({ device }) => (may.get(device) ? [device] : [])),
    order(orders) {
      for (const session of membersOf(channel)) {
        const instances = orders.get(session.device) ?? noOrder;
        if ((sent.get(session) ?? noOrder) === instances) continue;
        sent.set(session, instances);
        session.send('control', 'probeOrder', { instances });
      }
    },
    said: (device, id) => states.get(device)?.get(id),
  };
}

function membersOf(channel: IqueryChannel): readonly IquerySession[] {
  return channel.sessions().filter(({ relation }) => relation === 'trust-domain');
}

/** Those whom we probe for. */
interface Customers {
  /** What they want from us. */
  ordered(): readonly InstancePlan[];
  onOrder(listener: () => void): void;
  /** Tells them the states that are new. */
  tell(): void;
  /** Whether we may probe, when that changed. */
  announce(): void;
}

interface Customer {
  readonly plans: readonly InstancePlan[];
  /** As told, by id. */
  readonly told: Map<string, string>;
  cancel: Cancel;
}

function createCustomers(options: SharedProbesOptions): Customers {
  const { channel, clock, guests, log } = options;
  const customers = new Map<string, Customer>();
  let announced: boolean | undefined;
  let isGathering = false;
  let orderListener = (): void => undefined;
  const say = (session: IquerySession, states: readonly ProbeState[]): void =>
    session.send('control', 'probeStates', { eligible: options.isEligible(), states });
  const tellAll = (): void => {
    isGathering = false;
    for (const [device, customer] of customers) {
      const fresh = freshStates(customer, guests);
      const session = channel.session(device);
      if (fresh.length === 0 || session === undefined) continue;
      for (const state of fresh) customer.told.set(state.id, JSON.stringify(state));
      say(session, fresh);
    }
  };
  const tell = (): void => {
    if (isGathering || customers.size === 0) return;
    isGathering = true;
    clock.after(gatherMilliseconds, tellAll);
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
  channel.onSession((session, event) => {
    const { device, relation } = session;
    if (event === 'open') {
      if (relation === 'trust-domain') say(session, []);
      return;
    }
    const customer = customers.get(device);
    if (customer === undefined || channel.session(device) !== undefined) return;
    customer.cancel = clock.after(orderGraceMilliseconds, () => {
      customers.delete(device);
      orderListener();
    });
  });
  return {
    ordered: () => [...customers.values()].flatMap(({ plans }) => plans),
    onOrder: (listener) => void (orderListener = listener),
    tell,
    announce() {
      const isEligible = options.isEligible();
      if (isEligible === announced) return;
      announced = isEligible;
      for (const session of membersOf(channel)) say(session, []);
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
