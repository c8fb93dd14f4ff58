/** How `show gtm …` looks (gtm-dns-zonerunner.md 1.7). Data. */
import type { ComponentId } from '../catalogue/types.ts';
import { type Labels, type Layout, type Section, status } from './layout.ts';

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

export const gtmLayouts: Readonly<Record<ComponentId, Layout>> = {
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
  'gtm link': {
    title: 'Gtm::Link',
    style: 'sections',
    sections: [
      { heading: 'Status', pairs: { ...status, dcName: 'Data Center' } },
      {
        heading: 'Load',
        columns: { '': '' },
        rows: {
          virtualServers: 'Virtual Servers',
          connections: 'Current Connections',
          bitsPerSec: 'Bits/Second',
          bitsPerSecIn: 'Bits/Second In',
          bitsPerSecOut: 'Bits/Second Out',
          pktsPerSec: 'Packets/Second',
          linkCapacity: 'Link Capacity',
        },
      },
    ],
  },
  'gtm distributed-app': {
    title: 'Gtm::Distributed App',
    style: 'sections',
    sections: [{ heading: 'Status', pairs: status }],
  },
  'gtm prober-pool': {
    title: 'Gtm::Prober Pool',
    style: 'sections',
    sections: [
      { heading: 'Status', pairs: status },
      {
        heading: 'Probes',
        columns: { '': '' },
        rows: {
          totalProbes: 'Total Probes',
          membersAvailable: 'Available Members',
          membersTotal: 'Total Members',
        },
      },
    ],
  },
  'gtm listener': {
    title: 'Gtm::Listener',
    style: 'sections',
    sections: [{ heading: 'Status', pairs: { ...status, answerLoop: 'Answer Loop' } }],
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
  'gtm zone-runner named': {
    title: 'Gtm::ZoneRunner::Named',
    style: 'fields',
    labels: {
      'status.availabilityState': 'Availability',
      'status.statusReason': 'Zones Held',
      state: 'State',
      version: 'Version',
      address: 'Address',
      port: 'Port',
      pid: 'Process',
      started: 'Started',
      exits: 'Unasked Exits',
      zones: 'Zones',
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
          toDnsExpress: 'To DNS Express',
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
