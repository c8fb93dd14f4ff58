/**
 * What is shown of the machine and of the traffic as a whole: read every five seconds, so that shares,
 * averages and maxima of windows can be told, and offered to whoever shows statistics.
 */
import type { Sliced } from '../../base/slices.ts';
import type { ComponentId } from '../../catalogue/types.ts';
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { ConfigStore } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DevicePaths } from '../../platform/device-paths.ts';
import { readTextIfPresent } from '../../platform/files.ts';
import { diskRoom, processesNaming } from '../../platform/host-processes.ts';
import { interfaceMacs, linkTexts } from '../../platform/interfaces.ts';
import { knownNeighbours } from '../../platform/neighbours.ts';
import { finishInSlices } from '../../platform/turn.ts';
import type { TrafficCounts } from '../traffic-counts.ts';
import { provideFiles } from './files.ts';
import { addressStatistics, macStatistics, sampleSources } from './addresses.ts';
import { createGraphs, createHistory, readingSeconds } from './history.ts';
import { kernelStatistics } from './kernel-counters.ts';
import { linkFields, linkStatistics, parseLinkCounters } from './links.ts';
import {
  type VlansByDevice,
  learnedNeighbours,
  learnedRoutes,
  neighbourStatistics,
  parseRoutes4,
  parseRoutes6,
  routeStatistics,
  trunkStatistics,
  vlanStatistics,
} from './networks.ts';
import { type Memory, memoryHost, parseMemory } from './memory.ts';
import { reportStatistics, reports, sinceText, trafficGraphs } from './performance.ts';
import {
  type ProcessReading,
  engineBytes,
  engineStatistics,
  memoryByProgram,
  processStatistics,
  serviceStatistics,
} from './processes.ts';
import { type Ticks, parseProcessors, processorLevels, usedPercent } from './processors.ts';
import {
  type TrafficReading,
  addPool,
  addVirtual,
  addWideip,
  deviceTraffic,
  engineTraffic,
  noTotals,
} from './traffic.ts';

const neighbourTables = [
  ['net arp', 4],
  ['net ndp', 6],
] as const;

export interface HostStateOptions {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly paths: DevicePaths;
  /** Without it virtual servers and pools count as nothing. */
  readonly traffic?: TrafficCounts | undefined;
  /** Interface of the kernel that carries a VLAN. */
  interfaceOf?(vlan: string): string | undefined;
}

interface Reading extends TrafficReading, ProcessReading {
  readonly processors: readonly Ticks[];
  readonly memory: Memory;
}

/** Objects that are summed up before others get their turn. */
const objectsPerTurn = 200;
/** Where there is much to sum, it is summed less often: so many times as long passes in between. */
const restFactor = 50;

const wideips: readonly ComponentId[] = ['gtm wideip a', 'gtm wideip aaaa'];

const proc = (file: string): string => readTextIfPresent(`/proc/${file}`) ?? '';

export function startHostState(options: HostStateOptions): { close(): void } {
  const { clock, paths } = options;
  const history = createHistory<Reading>();
  const graphs = createGraphs();
  const since = sinceText(clock.wallMilliseconds());
  let isSumming = false;
  let isClosed = false;
  const read = (totals: Readonly<Record<string, number>>): void => {
    const before = history.newest();
    const now: Reading = {
      totals,
      seconds: clock.monotonicMilliseconds() / 1000,
      processors: parseProcessors(proc('stat')),
      memory: parseMemory(proc('meminfo')),
      processes: processesNaming(paths.root),
    };
    history.add(now);
    if (before !== undefined)
      graphs.add({ ...hostGraphs(before, now), ...trafficGraphs(before, now) });
  };
  let rested = -Infinity;
  const sum = (): void => {
    const begun = clock.monotonicMilliseconds();
    if (isSumming || begun < rested) return;
    isSumming = true;
    void finishInSlices(summing(options)).then((totals) => {
      isSumming = false;
      const now = clock.monotonicMilliseconds();
      rested = now + (now - begun) * restFactor;
      if (!isClosed) read(totals);
    });
  };
  read(noTotals);
  const stop = clock.every(readingSeconds * 1000, sum);
  provideMachine(options, history);
  provideTraffic(options, history);
  provideNetworks(options);
  provideFiles(options);
  for (const report of Object.keys(reports)) {
    options.state.provideStatistics(`sys performance ${report}`, undefined, () =>
      reportStatistics(report, graphs, since),
    );
  }
  return {
    close() {
      isClosed = true;
      stop();
    },
  };
}

/** Ten thousand virtual servers must not hold up a request: a part of them, then everybody else. */
function* summing({
  state,
  store,
  traffic,
}: HostStateOptions): Sliced<Readonly<Record<string, number>>> {
  yield traffic?.refresh();
  const totals: Record<string, number> = { ...noTotals };
  const view = store.view();
  const each = function* (component: ComponentId, add: (name: string) => void): Sliced<void> {
    for (const [index, name] of view.names(component).entries()) {
      if (index % objectsPerTurn === 0) yield;
      add(name);
    }
  };
  yield* each('ltm virtual', (name) => {
    const counts = traffic?.virtual(name);
    if (counts !== undefined) addVirtual(totals, counts);
  });
  yield* each('ltm pool', (name) => {
    const counts = traffic?.pool(name);
    if (counts !== undefined) addPool(totals, counts);
  });
  for (const component of wideips) {
    yield* each(component, (name) => {
      const statistics = state.statistics(component, undefined, name);
      if (statistics !== undefined) addWideip(totals, statistics);
    });
  }
  return totals;
}

function hostGraphs(before: Reading, now: Reading): Readonly<Record<string, number>> {
  const { memory } = now;
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const engine = engineBytes(now.processes);
  return {
    cpu: usedPercent(before.processors, now.processors),
    engineMemory: share(engine, memory.total),
    otherMemory: share(memory.total - memory.free - engine, memory.total),
    swap: share(memory.swapTotal - memory.swapFree, memory.swapTotal),
  };
}

type ReadingHistory = ReturnType<typeof createHistory<Reading>>;

function provideMachine({ state, paths }: HostStateOptions, history: ReadingHistory): void {
  const provide = (
    component: ComponentId,
    statistics: (now: Reading, starts: Readonly<Record<Window, Reading>>) => Statistics,
  ): void =>
    state.provideStatistics(component, undefined, () => {
      const now = history.newest();
      const starts = history.starts();
      return now === undefined || starts === undefined ? undefined : statistics(now, starts);
    });
  const processors = (now: Reading, starts: Readonly<Record<Window, Reading>>): Statistics =>
    processorLevels(now.processors, {
      fiveSec: starts.fiveSec.processors,
      oneMin: starts.oneMin.processors,
      fiveMin: starts.fiveMin.processors,
    });
  provide('sys cpu', (now, starts) => ({ '0': { hostId: '0', cpuInfo: processors(now, starts) } }));
  provide('sys host-info', (now, starts) => ({
    activeCpuCount: now.processors.length,
    cpuCount: now.processors.length,
    hostId: '0',
    cpuInfo: processors(now, starts),
    memoryTotal: now.memory.total,
    memoryUsed: now.memory.total - now.memory.free,
  }));
  provide('sys memory', ({ memory, processes }) => ({
    'memory-host': { '0': { hostId: '0', ...memoryHost(memory, engineBytes(processes)) } },
    'memory-subsys': memoryByProgram(processes),
  }));
  provide('sys tmm-info', (now, starts) =>
    engineStatistics(now, starts, now.memory.total, now.processors.length),
  );
  provide('sys proc-info', (now, starts) => processStatistics(now, starts));
  state.provideStatistics('sys service', undefined, (name) =>
    serviceStatistics(name, processesNaming(paths.root), Number(proc('uptime').split(' ')[0])),
  );
  for (const component of ['sys ip-stat', 'sys icmp-stat', 'sys tcp-stat', 'sys udp-stat']) {
    state.provideStatistics(component, undefined, () => {
      const texts = {
        snmp: proc('self/net/snmp'),
        netstat: proc('self/net/netstat'),
        snmp6: proc('self/net/snmp6'),
        sockstat: proc('self/net/sockstat'),
      };
      return kernelStatistics(texts)[component];
    });
  }
  state.provideFields('sys disk logical-disk', undefined, () => {
    const { totalBytes, freeBytes } = diskRoom(paths.root);
    const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
    const [size, free] = [megabytes(totalBytes), megabytes(freeBytes)];
    return { size, 'vg-free': free, 'vg-in-use': size - free, 'vg-reserved': 0 };
  });
}

type Window = 'fiveSec' | 'oneMin' | 'fiveMin';

function provideNetworks(options: HostStateOptions): void {
  const { state, store } = options;
  const interfaceOf = (vlan: string): string | undefined => options.interfaceOf?.(vlan);
  const link = (name: string): Statistics | undefined => {
    const port = store.view().get('net interface', name);
    if (port === undefined) return undefined;
    const isEnabled = port.properties['enabled'] !== 'disabled';
    const counters = parseLinkCounters(proc('self/net/dev')).get(name);
    return linkStatistics(name, isEnabled, counters, linkTexts(name));
  };
  state.provideStatistics('net interface', undefined, link);
  state.provideFields('net interface', undefined, (name) => linkFields(linkTexts(name)));
  state.provideStatistics('net vlan', undefined, (name) => {
    const vlan = store.view().get('net vlan', name);
    if (vlan === undefined) return undefined;
    const device = interfaceOf(name);
    return vlanStatistics(vlan, device, device === undefined ? {} : linkTexts(device), link);
  });
  state.provideStatistics('net trunk', undefined, (name) => {
    const trunk = store.view().get('net trunk', name);
    return trunk && trunkStatistics(trunk, link);
  });
  const vlans = (): VlansByDevice => {
    const devices = store
      .view()
      .names('net vlan')
      .flatMap((vlan) => {
        const device = interfaceOf(vlan);
        return device === undefined ? [] : [[device, vlan] as const];
      });
    return new Map(devices);
  };
  state.provideStatistics('net route', undefined, (name) => {
    const route = store.view().get('net route', name);
    if (route !== undefined) return routeStatistics(route);
    const routes = [
      ...parseRoutes4(proc('self/net/route')),
      ...parseRoutes6(proc('self/net/ipv6_route')),
    ];
    return name === '' ? learnedRoutes(store.view(), routes, vlans()) : undefined;
  });
  for (const [component, family] of neighbourTables) {
    state.provideStatistics(component, undefined, (name) => {
      const entry = store.view().get(component, name);
      if (entry !== undefined) return neighbourStatistics(entry);
      return name === '' ? learnedNeighbours(knownNeighbours(family), vlans()) : undefined;
    });
  }
}

function provideTraffic({ state, store }: HostStateOptions, history: ReadingHistory): void {
  state.provideStatistics('sys traffic', undefined, () => {
    const now = history.newest();
    const starts = history.starts();
    return now === undefined || starts === undefined ? undefined : deviceTraffic(now, starts);
  });
  state.provideStatistics('sys tmm-traffic', undefined, () => {
    const totals = history.newest()?.totals;
    return totals === undefined ? undefined : { '0.0': { ...engineTraffic(totals), tmmId: '0.0' } };
  });
  state.provideStatistics('sys ip-address', undefined, () => addressStatistics(store.view()));
  state.provideStatistics('sys mac-address', undefined, () => macStatistics(interfaceMacs()));
  const named = (component: ComponentId): readonly string[] =>
    store
      .view()
      .list(component)
      .map(({ name }) => name);
  state.provideStatistics('sys sflow data-source interface', undefined, () =>
    sampleSources(named('net interface'), 10),
  );
  state.provideStatistics('sys sflow data-source vlan', undefined, () =>
    sampleSources(named('net vlan'), 10, 2048),
  );
  state.provideStatistics('sys sflow data-source system', undefined, () =>
    sampleSources(['system'], 10),
  );
  state.provideStatistics('sys sflow data-source http', undefined, () =>
    sampleSources(named('ltm virtual'), 10, 1024),
  );
}
