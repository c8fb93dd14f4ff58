/**
 * How `show` looks, by component, as data (tmsh-and-irules.md A3, gtm-dns-zonerunner.md 1.7). Without an
 * entry a component is shown with the sections that its statistics suggest (`show-sections`).
 */
import { performanceReports } from '../catalogue/sys/host-state.ts';
import type { ComponentId } from '../catalogue/types.ts';
import { type Labels, type Layout, type Section, monitored, status, traffic } from './layout.ts';

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

const ltm: Readonly<Record<ComponentId, Layout>> = {
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
};

const stages: Labels = { preferred: 'Preferred', alternate: 'Alternate', fallback: 'Fallback' };

const loads: Section = {
  heading: 'Load',
  columns: { '': '' },
  rows: {
    connections: 'Current Connections',
    bitsPerSec: 'Bits/Second',
    pktsPerSec: 'Packets/Second',
  },
};

function wideIp(type: string): Layout {
  return {
    title: `Gtm::WideIp::${type}`,
    style: 'sections',
    beforeName: ' ',
    sections: [
      { heading: 'Status', pairs: status },
      {
        heading: 'Requests',
        columns: { '': '' },
        rows: {
          requests: 'Total',
          persisted: 'Persisted',
          resolutions: 'Resolved',
          dropped: 'Dropped',
        },
      },
      {
        heading: 'Load Balancing',
        columns: { '': '' },
        rows: {
          ...stages,
          cnameResolutions: 'CNAME Resolutions',
          returnFromDns: 'Returned from DNS',
          returnToDns: 'Returned to DNS',
          rcode: 'Failures with RCODE',
        },
      },
    ],
  };
}

function gtmPool(type: string): Layout {
  return {
    title: `Gtm::Pool::${type}`,
    style: 'sections',
    beforeName: ' ',
    sections: [
      { heading: 'Status', pairs: status },
      {
        heading: 'Load Balancing',
        columns: { '': '' },
        rows: {
          ...stages,
          dropped: 'Dropped',
          returnFromDns: 'Returned from DNS',
          returnToDns: 'Returned to DNS',
        },
      },
    ],
  };
}

const gtmPoolMember: Layout = {
  title: 'Gtm::Pool Member',
  style: 'sections',
  sections: [
    {
      heading: 'Status',
      pairs: { ...status, serverName: 'Server', vsName: 'Virtual Server' },
    },
    { heading: 'Load Balancing', columns: { '': '' }, rows: stages },
  ],
};

const gtm: Readonly<Record<ComponentId, Layout>> = {
  'gtm wideip a': wideIp('A'),
  'gtm wideip aaaa': wideIp('AAAA'),
  'gtm pool a': gtmPool('A'),
  'gtm pool aaaa': gtmPool('AAAA'),
  'gtm pool a members': gtmPoolMember,
  'gtm pool aaaa members': gtmPoolMember,
  'gtm server': {
    title: 'Gtm::Server',
    style: 'sections',
    sections: [{ heading: 'Status', pairs: { ...status, dcName: 'Data Center' } }, loads],
  },
  'gtm server virtual-servers': {
    title: 'Gtm::Virtual Server',
    style: 'sections',
    sections: [{ heading: 'Status', pairs: { ...status, serverName: 'Server' } }, loads],
  },
  'gtm datacenter': {
    title: 'Gtm::Datacenter',
    style: 'sections',
    sections: [{ heading: 'Status', pairs: status }],
  },
  'gtm iquery': {
    title: 'Gtm::IQuery',
    style: 'fields',
    indent: 2,
    times: 'slashes',
    labels: {
      serverName: 'Server',
      serverType: 'Server Type',
      dcName: 'Data Center',
      connectionTime: 'Connection Time',
      state: 'State',
      stateReason: 'Reason',
      connectionId: 'Connection ID',
      reconnects: 'Reconnects',
      backlogs: 'Backlogs',
      bitsIn: 'Bits In',
      bitsOut: 'Bits Out',
      bytesDropped: 'Bytes Dropped',
      certificateExpiration: 'Cert Expiration Date',
      configTime: 'Configuration Time',
      configCommitId: 'Configuration Commit ID',
      configCommitOriginator: 'Configuration Commit Originator',
      localTmosVersion: 'Local TMOS version',
      remoteVersion: 'Remote TMOS version',
      localBig3dVersion: 'Local big3d version',
      remoteBig3dVersion: 'Remote big3d version',
      cipherName: 'Cipher Name',
      cipherBits: 'Cipher Bits',
      cipherProtocol: 'Cipher Protocol',
    },
    absent: {
      serverName: '---',
      dcName: '---',
      connectionTime: '---',
      connectionId: '0',
      backlogs: '0',
      bytesDropped: '0',
      configTime: 'None',
      configCommitId: '0',
      configCommitOriginator: 'None',
      localTmosVersion: 'None',
      localBig3dVersion: 'None',
      remoteBig3dVersion: 'None',
      cipherBits: '0',
    },
  },
  'gtm traffic': {
    title: 'Gtm::Traffic',
    style: 'sections',
    sections: [
      {
        heading: 'Requests',
        columns: { '': '' },
        rows: {
          aRequests: 'A Requests',
          aaaaRequests: 'AAAA Requests',
          otherRequests: 'Other Requests',
          udpRequests: 'UDP Requests',
          tcpRequests: 'TCP Requests',
          malformed: 'Malformed',
          dropped: 'Dropped',
          toBackendDns: 'To Backend DNS',
        },
      },
      {
        heading: 'Responses',
        columns: { '': '' },
        rows: {
          rcNoerror: 'NOERROR',
          rcServfail: 'SERVFAIL',
          rcNxdomain: 'NXDOMAIN',
          rcRefused: 'REFUSED',
        },
      },
    ],
  },
};

const sentence: Labels = { color: 'Color', status: 'Status' };

const cm: Readonly<Record<ComponentId, Layout>> = {
  'cm sync-status': {
    title: 'CM::Sync Status',
    style: 'fields',
    labels: { ...sentence, mode: 'Mode', summary: 'Summary', details: 'Details' },
  },
  'cm failover-status': {
    title: 'CM::Failover Status',
    style: 'fields',
    labels: { ...sentence, summary: 'Summary', details: 'Details' },
  },
  'cm device': {
    title: 'CentMgmt::Device',
    style: 'fields',
    source: 'configuration',
    labels: {
      hostname: 'Hostname',
      managementIp: 'Mgmt Ip',
      configsyncIp: 'Configsync Ip',
      mirrorIp: 'Mirroring IP',
      unicastAddress: 'Failover Unicast IP(s)',
      failoverState: 'Device HA State',
    },
    absent: { managementIp: '::', configsyncIp: '::', mirrorIp: '::', unicastAddress: '::' },
  },
  'cm traffic-group': {
    title: 'CM::Traffic-Group',
    style: 'table',
    times: 'named',
    labels: {
      trafficGroup: 'Name',
      deviceName: 'Device',
      failoverState: 'Status',
      nextActive: 'Next\nActive',
      load: 'Load',
      nextActiveLoad: 'Next Active\nLoad',
      timesBecameActive: 'Times Became\nActive',
      lastBecameActive: 'Last Became\nActive',
    },
  },
  'cm device-group': {
    title: 'CM::Device-Group',
    style: 'table',
    times: 'named',
    labels: {
      devicegroup: 'Device Group',
      device: 'Device',
      status: 'Status',
      cidTime: 'Commit ID\nTime',
      cidOriginator: 'Commit ID\nOriginator',
      lssTime: 'Last Successful\nSync Time',
      lssOriginator: 'Last Successful\nSync Originator',
      timeSinceLastSync: 'Time since\nLast Sync',
    },
  },
};

const performance: Readonly<Record<ComponentId, Layout>> = Object.fromEntries(
  performanceReports.map((name) => [
    `sys performance ${name}`,
    { title: `Sys::Performance ${name}`, style: 'report' },
  ]),
);

export const layouts: Readonly<Record<string, Layout>> = {
  ...ltm,
  ...gtm,
  ...cm,
  ...performance,
  'sys crypto master-key': {
    title: 'Sys::Master-Key',
    style: 'fields',
    enclosed: true,
    labels: { masterKeyHash: 'master-key hash', previousHash: 'previous hash' },
  },
  'sys commit': {
    title: 'Sys::Commit',
    style: 'table',
    labels: {
      number: 'Commit',
      time: 'Time',
      user: 'User',
      source: 'By',
      address: 'From',
      reason: 'Reason',
      objects: 'Objects',
    },
  },
  // Without colons: Ansible's bigip_ucs waits for "Running Phase running".
  'sys mcp-state': {
    title: 'Sys::mcpd State',
    style: 'block',
    labels: {
      phase: 'Running Phase',
      lastLoad: 'Last Configuration Load Status',
      endPlatformIdReceived: 'End Platform ID Received',
    },
  },
  'sys version': {
    title: 'Sys::Version',
    style: 'block',
    labels: {
      Product: 'Product',
      Version: 'Version',
      Build: 'Build',
      Edition: 'Edition',
      Date: 'Date',
    },
  },
};
