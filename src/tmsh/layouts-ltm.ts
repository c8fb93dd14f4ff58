/** How `show ltm …` looks (tmsh-and-irules.md A3). Data. */
import type { ComponentId } from '../catalogue/types.ts';
import { type Labels, type Layout, monitored, status, traffic } from './layout.ts';
import { tcpSections } from './layouts-traffic.ts';

const requestRows: Labels = { totRequests: 'Total Requests', curSessions: 'Current Sessions' };

const nodeColumns: Labels = { ServerSide: 'serverside.', General: '' };

const queue: Labels = {
  depth: 'Number of Connections',
  serviced: 'Number of Serviced Connections',
  ageHead: 'Queue Head Entry Age (ms)',
  ageMax: 'Maximum Queue Entry Age, Ever (ms)',
  ageEdm: 'Maximum Queue Entry Age, Recently (ms)',
  ageEma: 'Average Queue Entry Age (ms)',
};

function sslProfile(side: string): Layout {
  return {
    title: `Ltm::${side} Profile`,
    style: 'sections',
    sections: [
      {
        heading: 'Connections',
        columns: { '': 'common.' },
        rows: {
          curConns: 'Current Connections',
          maxConns: 'Maximum Connections',
          totNativeConns: 'Total Connections',
        },
      },
    ],
  };
}

export const ltmLayouts: Readonly<Record<ComponentId, Layout>> = {
  'ltm rule': {
    title: 'Ltm::Rule Event',
    style: 'sections',
    sections: [
      { fields: { priority: 'Priority' } },
      {
        heading: 'Executions',
        columns: { '': '' },
        rows: { totalExecutions: 'Total', failures: 'Failures', aborts: 'Aborts' },
      },
      {
        heading: 'CPU Cycles on Executing',
        columns: { '': '' },
        rows: { avgCycles: 'Average', maxCycles: 'Maximum', minCycles: 'Minimum' },
      },
    ],
  },
  'ltm policy': {
    title: 'Ltm::Policy',
    style: 'sections',
    sections: [
      { pairs: { vsName: 'Virtual Server' } },
      {
        heading: 'Requests',
        columns: { '': '' },
        rows: { invoked: 'Invoked', succeeded: 'Succeeded' },
      },
    ],
  },
  'ltm virtual': {
    title: 'Ltm::Virtual Server',
    style: 'sections',
    sections: [
      {
        heading: 'Status',
        pairs: {
          ...status,
          cmpEnabled: 'CMP',
          cmpEnableMode: 'CMP Mode',
          destination: 'Destination',
        },
      },
      {
        heading: 'Traffic',
        columns: { ClientSide: 'clientside.', Ephemeral: 'ephemeral.', General: '' },
        rows: {
          ...traffic,
          evictedConns: 'Evicted Connections',
          slowKilled: 'Slow Connections Killed',
          csMinConnDur: 'Min Conn Duration/msec',
          csMaxConnDur: 'Max Conn Duration/msec',
          csMeanConnDur: 'Mean Conn Duration/msec',
          totRequests: 'Total Requests',
        },
      },
      { heading: 'SYN Cookies', columns: { '': '' }, rows: { syncookieStatus: 'Status' } },
      {
        heading: 'CPU Usage Ratio (%)',
        columns: { '': '' },
        rows: {
          fiveSecAvgUsageRatio: 'Last 5 Seconds',
          oneMinAvgUsageRatio: 'Last 1 Minute',
          fiveMinAvgUsageRatio: 'Last 5 Minutes',
        },
      },
    ],
  },
  'ltm pool': {
    title: 'Ltm::Pool',
    style: 'sections',
    sections: [
      { heading: 'Status', pairs: { ...status, monitorRule: 'Monitor' } },
      {
        alignLabels: 'right',
        pairs: {
          minActiveMembers: 'Minimum Active Members',
          activeMemberCnt: 'Current Active Members',
          availableMemberCnt: 'Available Members',
          memberCnt: 'Total Members',
          ...requestRows,
        },
      },
      { heading: 'Traffic', columns: { ServerSide: 'serverside.' }, rows: traffic },
      {
        heading: 'Connection Queue',
        columns: { Pool: 'connq.', 'Pool and Members': 'connqAll.' },
        rows: queue,
        onlyInDetail: true,
      },
    ],
  },
  'ltm pool members': {
    title: 'Ltm::Pool Member',
    style: 'sections',
    sections: [
      {
        heading: 'Status',
        pairs: { ...status, ...monitored, poolName: 'Pool Name', addr: 'IP Address' },
      },
      { heading: 'Traffic', columns: nodeColumns, rows: { ...traffic, ...requestRows } },
      {
        heading: 'Connection Queue',
        columns: { General: 'connq.' },
        rows: queue,
        onlyInDetail: true,
      },
    ],
  },
  'ltm node': {
    title: 'Ltm::Node',
    style: 'sections',
    afterName: 'addr',
    sections: [
      { heading: 'Status', pairs: { ...status, ...monitored } },
      { heading: 'Traffic', columns: nodeColumns, rows: { ...traffic, ...requestRows } },
    ],
  },
  'ltm virtual-address': {
    title: 'Ltm::Virtual Address',
    style: 'sections',
    sections: [
      { heading: 'Status', pairs: { ...status, addr: 'Address' } },
      {
        heading: 'Traffic',
        columns: { ClientSide: 'clientside.', Ephemeral: 'ephemeral.' },
        rows: traffic,
      },
    ],
  },
  'ltm profile http': {
    title: 'Ltm::HTTP Profile',
    style: 'sections',
    sections: [
      {
        heading: 'Requests',
        columns: { '': '' },
        rows: {
          numberReqs: 'Total',
          getReqs: 'GET',
          postReqs: 'POST',
          v9Reqs: 'Version 0.9',
          v10Reqs: 'Version 1.0',
          v11Reqs: 'Version 1.1',
          maxKeepaliveReq: 'Most of a Connection',
        },
      },
      {
        heading: 'Responses',
        columns: { '': '' },
        rows: {
          resp_2xxCnt: '2xx',
          resp_3xxCnt: '3xx',
          resp_4xxCnt: '4xx',
          resp_5xxCnt: '5xx',
        },
      },
    ],
  },
  'ltm profile tcp': { title: 'Ltm::TCP Profile', style: 'sections', sections: tcpSections },
  'ltm profile client-ssl': sslProfile('ClientSSL'),
  'ltm profile server-ssl': sslProfile('ServerSSL'),
};
