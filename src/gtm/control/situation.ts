/**
 * What stands now: all of it made of everything when the configuration changed, and from then on carried along by what
 * devices and probes say.
 */
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { buildSnapshot } from '../decision/snapshot.ts';
import { mergeHealth, type DeviceReports } from '../health/merge.ts';
import { planProbes, withProbes, type ProbePlan } from '../health/probes.ts';
import { runStatuses, type RunningStatuses, type Situation, type Step } from '../health/running.ts';
import { gtmStatuses } from '../health/status.ts';
import type { GtmObjects } from '../health/words.ts';
import { bindToLinks, networksFrom } from '../links.ts';
import { readApps, readLinkServers } from '../places.ts';
import { readDatacenters, readPools, readServers, readWideIps } from '../objects.ts';
import type { Collector } from './collector.ts';
import type { Probing } from './probing.ts';

export interface Computed extends Situation {
  readonly view: ConfigView;
}

interface SituationOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
}

export interface RunningSituation {
  now(): Computed;
  /** What devices said since the last step, and probes, when they may have said anything. */
  step(): Step;
  /** Probes may have said something. */
  probed(): void;
  /** Everything, of the configuration as it is now. */
  anew(objects: GtmObjects): void;
}

export function runSituation(
  options: SituationOptions,
  collector: Collector,
  probing: Probing,
  first: GtmObjects,
): RunningSituation {
  const { clock, store } = options;
  let isProbed = true;
  const start = (objects: GtmObjects): RunningStatuses => {
    const [plan, view] = [probing.plan(), store.view()];
    const computed = computeFrom(options, collector, probing, view, objects, plan);
    const { lookup } = probing;
    return runStatuses(computed, { plan, lookup, ownName: view.deviceName });
  };
  let running = start(first);
  const step = (): Step => {
    const [devices, said] = [collector.devices(), collector.takeSaid()];
    const news = { devices, said, isProbed, now: clock.monotonicMilliseconds() };
    isProbed = false;
    return running.step(news);
  };
  return {
    now: () => ({ view: store.view(), ...running.situation }),
    step,
    probed: () => void (isProbed = true),
    anew(objects) {
      running = start(objects);
      isProbed = true;
      step();
    },
  };
}

/** All of it; `probes` of the view. */
export function computeFrom(
  { clock }: Pick<SituationOptions, 'clock'>,
  collector: Collector,
  { lookup }: Probing,
  view: ConfigView,
  objects: GtmObjects,
  probes: ProbePlan = planProbes(view, objects),
): Computed {
  const now = clock.monotonicMilliseconds();
  const reported = mergeHealth(objects.servers, collector.devices(), view.deviceName, now);
  const health = withProbes(reported, objects.servers, probes, lookup, view.deviceName);
  const statuses = gtmStatuses(objects, health);
  return { view, objects, health, statuses, snapshot: buildSnapshot(view, objects, statuses) };
}

/** `devices`: what they have said tells which virtual servers are reached through which link. */
export function readObjects(view: ConfigView, devices: readonly DeviceReports[] = []): GtmObjects {
  const servers = readServers(view);
  const all = [...servers, ...readLinkServers(view, servers)];
  return {
    datacenters: readDatacenters(view),
    servers: bindToLinks(all, networksFrom(servers, devices)),
    apps: readApps(view),
    pools: readPools(view),
    wideIps: readWideIps(view),
  };
}
