/** The performance report: which graphs there are, and how BIG-IP writes them (icontrol.md 2.6). Pure. */
import type { Statistics } from '../../config/runtime-state.ts';
import type { Graphs } from './history.ts';
import { type TrafficReading, rate } from './traffic.ts';

interface Line {
  /** Key of the row, and its label. */
  readonly title: string;
  /** Name of the column that holds the label. */
  readonly heading: string;
  /** Graph that it draws; without one this device does no such thing. */
  readonly graph?: string;
}

const line = (heading: string, title: string, graph?: string): Line => ({
  title,
  heading,
  ...(graph === undefined ? {} : { graph }),
});

const system = [
  line('System CPU Usage', 'Utilization', 'cpu'),
  line('Memory Used', 'TMM Memory Used', 'engineMemory'),
  line('Memory Used', 'Other Memory Used', 'otherMemory'),
  line('Memory Used', 'Swap Used', 'swap'),
];
const connections = [
  line('Active Connections', 'Connections', 'connections'),
  line('Total New Connections', 'Client Connections', 'clientConnections'),
  line('Total New Connections', 'Server Connections', 'serverConnections'),
  line('HTTP Requests', 'HTTP Requests', 'httpRequests'),
];
/** BIG-IP writes two rows `In` into one JSON object, bits and packets; only packets would survive it. */
const throughput = [
  line('Throughput(bits)', 'Client Bits In', 'clientBitsIn'),
  line('Throughput(bits)', 'Client Bits Out', 'clientBitsOut'),
  line('Throughput(bits)', 'Server Bits In', 'serverBitsIn'),
  line('Throughput(bits)', 'Server Bits Out', 'serverBitsOut'),
  line('Throughput(packets)', 'Service', 'packets'),
  line('Throughput(packets)', 'In', 'packetsIn'),
  line('Throughput(packets)', 'Out', 'packetsOut'),
  line('SSL Transactions', 'SSL TPS'),
];
const gtm = [
  line('GSLB Performance', 'Requests', 'requests'),
  line('GSLB Performance', 'Resolutions', 'resolutions'),
  line('GSLB Performance', 'Persisted', 'persisted'),
  line('GSLB Performance', 'Return to DNS', 'returnToDns'),
];
const ramcache = ['Hit Rate', 'Byte Rate', 'Eviction Rate'].map((title) =>
  line('RAM Cache Utilization', title),
);
const dnsexpress = ['Queries', 'Responses', 'XFR Messages', 'Notifies Received'].map((title) =>
  line('DNSX General Info', title),
);
const dnssec = ['Total', 'AXFR Queries', 'DNSKEY Queries', 'DS Queries', 'IXFR Queries'].map(
  (title) => line('DNSSEC Queries', title),
);

export const reports: Readonly<Record<string, readonly Line[]>> = {
  'all-stats': [...system, ...connections, ...throughput, ...ramcache, ...gtm],
  connections,
  dnsexpress,
  dnssec,
  gtm,
  ramcache,
  system,
  throughput,
};

/** What a graph shows where nothing is measured; BIG-IP's own word for it. */
const nothing = '-nan';

/** `since` as in "Max(since 2019_12_30T13:46:00Z)". */
export function reportStatistics(report: string, graphs: Graphs, since: string): Statistics {
  const rows: Record<string, Statistics> = {};
  for (const { title, heading, graph } of reports[report] ?? []) {
    const found = graph === undefined ? undefined : graphs.get(graph);
    const text = (value: number | undefined): string =>
      value === undefined ? nothing : String(Math.round(value));
    rows[title] = {
      Average: text(found?.average),
      Current: text(found?.current),
      [`Max(since ${since})`]: text(found?.maximum),
      [heading]: title,
    };
  }
  return rows;
}

export function sinceText(wallMilliseconds: number): string {
  return new Date(wallMilliseconds)
    .toISOString()
    .replaceAll('-', '_')
    .replace(/\.\d+Z$/, 'Z');
}

/** Values of the traffic graphs between two readings. */
export function trafficGraphs(
  before: TrafficReading,
  now: TrafficReading,
): Readonly<Record<string, number>> {
  const seconds = now.seconds - before.seconds;
  const of = (name: string): number => rate(before.totals, now.totals, name, seconds);
  const packetsIn = of('clientSideTraffic.pktsIn') + of('serverSideTraffic.pktsIn');
  const packetsOut = of('clientSideTraffic.pktsOut') + of('serverSideTraffic.pktsOut');
  return {
    connections: now.totals['clientSideTraffic.curConns'] ?? 0,
    clientConnections: of('clientSideTraffic.totConns'),
    serverConnections: of('serverSideTraffic.totConns'),
    httpRequests: of('httpRequests'),
    clientBitsIn: of('clientSideTraffic.bitsIn'),
    clientBitsOut: of('clientSideTraffic.bitsOut'),
    serverBitsIn: of('serverSideTraffic.bitsIn'),
    serverBitsOut: of('serverSideTraffic.bitsOut'),
    packets: packetsIn + packetsOut,
    packetsIn,
    packetsOut,
    requests: of('requests'),
    resolutions: of('resolutions'),
    persisted: of('persisted'),
    returnToDns: of('returnToDns'),
  };
}
