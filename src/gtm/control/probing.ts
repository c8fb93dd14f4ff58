/** Which probes the configuration asks for, and which device of the trust domain is to make each of them. */
import type { ConfigView } from '../../config/types.ts';
import { reportsOf } from '../health/merge.ts';
import { type EligibleProber, type ProberRules, readProberRules } from '../health/probers.ts';
import { planProbes, type ProbedObjects, type ProbePlan } from '../health/probes.ts';
import type { GtmServer } from '../objects.ts';
import type { Collector } from './collector.ts';
import type { ProbeCount } from './statistics.ts';
import {
  createSharedProbes,
  type SharedProbes,
  type SharedProbesOptions,
} from './shared-probes.ts';

export interface Probing {
  /** As of the last `configure`. */
  plan(): ProbePlan;
  readonly lookup: SharedProbes['lookup'];
  readonly count: ProbeCount;
  configure(view: ConfigView, objects: ProbedObjects): void;
  /** Devices come and go, and may probe or not: now and then. */
  assign(): void;
}

export function startProbing(
  options: SharedProbesOptions,
  collector: Collector,
  first: ConfigView,
  firstObjects: ProbedObjects,
): Probing {
  const shared = createSharedProbes(options);
  let plan = planProbes(first, firstObjects);
  let rules: ReadonlyMap<string, ProberRules> = readProberRules(first);
  let { servers } = firstObjects;
  let ownName = first.deviceName;
  const assign = (): void => {
    const placeOf = (device: string): Omit<EligibleProber, 'device'> =>
      placeOfDevice(device, servers, collector);
    shared.update({ ownName, plan, rules, placeOf });
  };
  const counted = (server: string): readonly number[] =>
    [...shared.assigned()].flatMap(([device, count]) =>
      placeOfDevice(device, servers, collector).servers.includes(server) ? [count] : [],
    );
  return {
    count: {
      isEligible: (server) => counted(server).length > 0,
      count: (server) => counted(server).reduce((sum, one) => sum + one, 0),
    },
    plan: () => plan,
    lookup: shared.lookup,
    configure(view, objects) {
      plan = planProbes(view, objects);
      rules = readProberRules(view);
      servers = objects.servers;
      ownName = view.deviceName;
      assign();
    },
    assign,
  };
}

/** The servers whose devices it is among, and their data centers. */
function placeOfDevice(
  device: string,
  servers: readonly GtmServer[],
  collector: Collector,
): Omit<EligibleProber, 'device'> {
  const reports = collector.devices().filter((one) => one.device === device);
  const its = servers.filter(
    (server) =>
      server.isBigip &&
      (server.devices.some(({ name }) => name === device) || reportsOf(server, reports).length > 0),
  );
  return {
    servers: its.map(({ name }) => name),
    datacenters: its.map(({ datacenter }) => datacenter),
  };
}
