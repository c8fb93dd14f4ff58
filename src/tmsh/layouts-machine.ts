/** How the machine is shown: processors, memory, disks, processes. Data. */
import { performanceReports } from '../catalogue/sys/host-state.ts';
import type { ComponentId } from '../catalogue/types.ts';
import type { Labels, Layout, Look } from './layout.ts';

/** One processor: what it did in the last seconds and minutes. */
const processor: Look = {
  title: 'Sys::System CPU Usage (%): CPU',
  style: 'sections',
  beforeName: ' ',
  sections: [
    {
      columns: { '5 Seconds': 'fiveSecAvg', '1 Minute': 'oneMinAvg', '5 Minutes': 'fiveMinAvg' },
      rows: {
        Ratio: 'Utilization',
        User: 'User',
        Niced: 'Niced',
        System: 'System',
        Iowait: 'I/O Wait',
        Irq: 'Interrupts',
        Softirq: 'Soft Interrupts',
        Stolen: 'Stolen',
        Idle: 'Idle',
      },
    },
  ],
};

const systemUnits: Labels = { 'System CPU Usage': '(%)', 'Memory Used': '(%)' };

const connectionUnits: Labels = {
  'Total New Connections': '(/sec)',
  'HTTP Requests': '(/sec)',
};

const throughputUnits: Labels = {
  'Throughput(bits)': '(bits/sec)',
  'Throughput(packets)': '(pkts/sec)',
};

const cacheUnits: Labels = { 'RAM Cache Utilization': '(%)' };

const performanceUnits: Labels = {
  ...systemUnits,
  ...connectionUnits,
  ...throughputUnits,
  ...cacheUnits,
  'GSLB Performance': '(/sec)',
  'DNSX General Info': '(/sec)',
  'DNSSEC Queries': '(/sec)',
};

/** `all-stats` has the parts of the other reports. */
const performanceParts: Labels = {
  'System CPU Usage': 'Sys::Performance System',
  'Memory Used': 'Sys::Performance System',
  'Active Connections': 'Sys::Performance Connections',
  'Total New Connections': 'Sys::Performance Connections',
  'HTTP Requests': 'Sys::Performance Connections',
  'Throughput(bits)': 'Sys::Performance Throughput',
  'Throughput(packets)': 'Sys::Performance Throughput',
  'SSL Transactions': 'Sys::Performance Throughput',
  'RAM Cache Utilization': 'Sys::Performance Ramcache',
  'GSLB Performance': 'Sys::Performance GTM',
  'DNSX General Info': 'Sys::Performance DNS Express',
  'DNSSEC Queries': 'Sys::Performance DNSSEC',
};

const coveredReports: readonly ComponentId[] = [
  'connections',
  'gtm',
  'ramcache',
  'system',
  'throughput',
].map((name) => `sys performance ${name}`);

const performance: Readonly<Record<ComponentId, Layout>> = Object.fromEntries(
  performanceReports.map((name) => [
    `sys performance ${name}`,
    {
      title: `Sys::Performance ${name}`,
      style: 'report',
      parts: performanceParts,
      units: performanceUnits,
      ...(name === 'all-stats' && { covers: coveredReports }),
    },
  ]),
);

export const machineLayouts: Readonly<Record<ComponentId, Layout>> = {
  ...performance,
  'sys cpu': {
    title: 'Sys::CPU',
    style: 'parts',
    parts: [{ at: ['*', 'cpuInfo', '*'], look: processor, isNamed: true }],
  },
  'sys host-info': {
    title: 'Sys::Host Information',
    style: 'parts',
    parts: [
      {
        at: ['*'],
        isNamed: true,
        look: {
          title: 'Sys::Host Information',
          style: 'sections',
          sections: [
            {
              columns: { '': '' },
              rows: { cpuCount: 'CPU Count', activeCpuCount: 'Active CPU Count' },
            },
            {
              heading: 'Memory (bytes)',
              columns: { '': '' },
              rows: { memoryTotal: 'Total', memoryUsed: 'Used' },
            },
          ],
        },
      },
      { at: ['*', 'cpuInfo', '*'], look: processor, isNamed: true },
    ],
  },
  'sys memory': {
    title: 'Sys::Memory',
    style: 'parts',
    parts: [
      {
        of: 'sys performance system',
        at: [],
        look: {
          title: 'Sys::System Memory Information',
          style: 'report',
          units: systemUnits,
          only: ['Memory Used'],
        },
      },
      {
        at: ['memory-host', '*'],
        isNamed: true,
        look: {
          title: 'Sys::Host Memory (bytes)',
          style: 'lists',
          lists: { tmmMemory: 'TMM', otherMemory: 'Other', memory: 'Total', swap: 'Swap' },
          labels: { Total: 'Total', Used: 'Used', Free: 'Free' },
        },
      },
      {
        at: ['memory-subsys', '*'],
        look: {
          title: 'Sys::Subsystem Memory (bytes)',
          style: 'table',
          labels: {
            tmName: 'Subsystem',
            allocated: 'Allocated',
            maxAllocated: 'Max Allocated',
            size: 'Size',
          },
        },
      },
    ],
  },
  'sys tmm-info': {
    title: 'Sys::TMM',
    style: 'parts',
    parts: [
      {
        at: ['*'],
        isNamed: true,
        look: {
          title: 'Sys::TMM',
          style: 'sections',
          sections: [
            {
              heading: 'Global',
              columns: { '': '' },
              rows: { tmmPid: 'TMM Process Id', tmid: 'Running TMM Id', npus: 'TMM Count' },
            },
            {
              heading: 'CPU Usage Ratio (%)',
              columns: { '': '' },
              rows: {
                fiveSecAvgUsageRatio: 'Last 5 Seconds',
                oneMinAvgUsageRatio: 'Last 1 Minute',
                fiveMinAvgUsageRatio: 'Last 5 Minutes',
              },
            },
            {
              heading: 'Memory (bytes)',
              columns: { '': '' },
              rows: { memoryTotal: 'Total', memoryUsed: 'Used' },
            },
          ],
        },
      },
    ],
  },
  'sys hardware': {
    title: 'Sys::Hardware',
    style: 'outline',
    groups: [
      {
        heading: 'Chassis Information',
        at: ['chassis-info', '*'],
        labels: { maxMacCount: 'Maximum MAC Count', regKey: 'Registration Key' },
      },
      {
        heading: 'Hardware Version Information',
        at: ['hardware-version', '*'],
        isRepeated: true,
        labels: { tmName: 'Name', type: 'Type', model: 'Model' },
        named: { level: 'versions', label: 'Parameters', name: 'tmName', value: 'version' },
      },
      {
        heading: 'Platform',
        at: ['platform', '*'],
        labels: {
          marketingName: 'Name',
          biosRev: 'BIOS Revision',
          baseMac: 'Base MAC',
          hypervisorName: 'Hypervisor',
          cloudName: 'Cloud',
        },
      },
      {
        heading: 'System Information',
        at: ['system-info', '*'],
        labels: {
          platform: 'Type',
          bigipChassisSerialNum: 'Chassis Serial',
          project_200LevelBomNum: 'Level 200/400 Part',
          switchBoardSerialNum: 'Switchboard Serial',
          switchBoardPartRevNum: 'Switchboard Part Revision',
          hostBoardSerialNum: 'Host Board Serial',
          hostBoardPartRevNum: 'Host Board Part Revision',
        },
      },
    ],
  },
  'sys proc-info': {
    title: 'Sys::Processes',
    style: 'table',
    labels: {
      procName: 'Process',
      pid: 'PID',
      rss: 'Resident\nMemory',
      vsize: 'Virtual\nMemory',
      cpuUsageRecent: 'CPU (%)\nRecent',
      cpuUsage_1min: 'CPU (%)\n1 Minute',
      cpuUsage_5mins: 'CPU (%)\n5 Minutes',
      systemUsageRecent: 'System (%)\nRecent',
      systemUsage_1min: 'System (%)\n1 Minute',
      systemUsage_5mins: 'System (%)\n5 Minutes',
    },
  },
  'sys raid disk': {
    title: 'Sys::Raid::Disk',
    style: 'table',
    labels: {
      tmName: 'Name',
      serialNumber: 'Serial Number',
      isArrayMember: 'Array Member',
      arrayStatus: 'Array Status',
      model: 'Model',
    },
  },
};
