/** How traffic and protocols of the whole device are shown. Data. */
import type { ComponentId } from '../catalogue/types.ts';
import { type Labels, type Layout, type Section, type SectionsLook, traffic } from './layout.ts';

const denials: Labels = {
  licenseDeny: 'License',
  maintenanceModeDeny: 'Maintenance Mode',
  maxConnVirtualAddressDeny: 'Virtual Address Connection Limit',
  maxConnVirtualPathDeny: 'Virtual Server Connection Limit',
  virtualServerNonSynDeny: 'Virtual Server Non-SYN',
  noHandlerDeny: 'No Handler',
  noStagedHandlerDeny: 'No Staged Handler',
};

const errors: Labels = {
  connectionMemoryErrors: 'Connection Memory',
  incomingPacketErrors: 'Incoming Packets',
  outgoingPacketErrors: 'Outgoing Packets',
};

function averages(heading: string, prefix: string): Section {
  return {
    heading,
    columns: {
      ClientSide: `${prefix}ClientSideTraffic.`,
      ServerSide: `${prefix}ServerSideTraffic.`,
    },
    rows: traffic,
    onlyInDetail: true,
  };
}

const allTraffic: SectionsLook = {
  style: 'sections',
  sections: [
    {
      heading: 'Traffic',
      columns: { ClientSide: 'clientSideTraffic.', ServerSide: 'serverSideTraffic.' },
      rows: {
        ...traffic,
        evictedConns: 'Evicted Connections',
        slowKilled: 'Slow Connections Killed',
      },
    },
    {
      heading: 'General',
      columns: { '': '' },
      rows: { httpRequests: 'HTTP Requests', droppedPackets: 'Dropped Packets' },
    },
    { heading: 'Errors', columns: { '': '' }, rows: errors },
    { heading: 'Connections Denied', columns: { '': '' }, rows: denials },
    averages('Average of 5 Seconds', 'fiveSecAvg'),
    averages('Average of 1 Minute', 'oneMinAvg'),
    averages('Average of 5 Minutes', 'fiveMinAvg'),
  ],
};

/** Of the device, and of a profile. */
export const tcpSections: readonly Section[] = [
  {
    heading: 'Connections',
    columns: { '': '' },
    rows: {
      open: 'Open',
      closeWait: 'Close-Wait',
      finWait: 'FIN-Wait',
      timeWait: 'Time-Wait',
      accepts: 'Accepts',
      acceptfails: 'Accept Failures',
      connects: 'Connects',
      connfails: 'Connect Failures',
      expires: 'Expired',
      abandons: 'Abandoned',
    },
  },
  {
    heading: 'Segments',
    columns: { '': '' },
    rows: {
      rxrst: 'Resets Received',
      rxbadsum: 'Bad Checksums',
      rxbadseg: 'Bad Segments',
      rxooseg: 'Out of Order',
      txrexmits: 'Retransmitted',
    },
  },
  {
    heading: 'SYN Cookies',
    columns: { '': '' },
    rows: {
      rxcookie: 'Received',
      rxbadcookie: 'Bad',
      syncacheover: 'SYN Cache Overflow',
    },
  },
];

export const trafficLayouts: Readonly<Record<ComponentId, Layout>> = {
  'sys traffic': { title: 'Sys::Traffic', ...allTraffic },
  'sys tmm-traffic': {
    title: 'Sys::TMM Traffic',
    style: 'parts',
    parts: [{ at: ['*'], isNamed: true, look: { title: 'Sys::TMM Traffic', ...allTraffic } }],
  },
  'sys connection': {
    title: 'Sys::Connections',
    style: 'records',
    line:
      '{csClientAddr}:{csClientPort}  {csServerAddr}:{csServerPort}  ' +
      '{ssClientAddr}:{ssClientPort}  {ssServerAddr}:{ssServerPort}  ' +
      '{protocol}  {idleTime}  (tmm: {tmm})  {flowAccelType}  none',
    total: 'Total records returned',
    words: { protocol: { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmp6' } },
    details: {
      heading:
        '{csClientAddr}:{csClientPort} - {csServerAddr}:{csServerPort} - ' +
        '{ssClientAddr}:{ssClientPort} - {ssServerAddr}:{ssServerPort}',
      fields: {
        tmm: 'TMM',
        type: 'Type',
        flowAccelType: 'Acceleration',
        protocol: 'Protocol',
        idleTime: 'Idle Time',
        idleTimeout: 'Idle Timeout',
        unitId: 'Unit ID',
        lasthopInfo: 'Lasthop',
        connectionId: 'Conn Id',
      },
      sides: { ClientSide: 'cs', ServerSide: 'ss' },
      rows: {
        'ClientAddr:ClientPort': 'Client Addr',
        'ServerAddr:ServerPort': 'Server Addr',
        BytesIn: 'Bits In',
        BytesOut: 'Bits Out',
        PacketsIn: 'Packets In',
        PacketsOut: 'Packets Out',
      },
    },
  },
  'sys ip-stat': {
    title: 'Sys::IP',
    style: 'compared',
    by: 'ipType',
    labels: {
      tx: 'Packets Sent',
      rx: 'Packets Received',
      dropped: 'Packets Dropped',
      mcastTx: 'Multicast Packets Sent',
      mcastRx: 'Multicast Packets Received',
      txFrag: 'Fragments Sent',
      txFragDropped: 'Fragments Dropped in Transmit',
      rxFrag: 'Fragments Received',
      rxFragDropped: 'Fragments Dropped in Receive',
      reassembled: 'Packets Reassembled',
      errReassembledTooLong: 'Reassembled Packets Too Long',
      errCksum: 'Invalid Checksum',
      errLen: 'Invalid Packet Length',
      errMem: 'Out of Memory',
      errRtx: 'Retransmitted',
      errProto: 'Invalid Protocol',
      errOpt: 'Options Error',
      nbrUnreachableDropped: 'Neighbor Unreachable',
      nbrPbqFullDropped: 'Neighbor Queue Full',
      errMcastNoRoute: 'Multicast No Route',
      errMcastRouteLookupTimeout: 'Multicast Route Lookup Timeout',
      errMcastMaxPendingRoutes: 'Multicast Pending Routes Limit',
      errMcastMaxPendingPackets: 'Multicast Pending Packets Limit',
      errMcastRpf: 'Multicast Reverse Path',
      errMcastWrongIf: 'Multicast Wrong Interface',
    },
  },
  'sys icmp-stat': {
    title: 'Sys::ICMP',
    style: 'compared',
    by: 'ipType',
    labels: {
      tx: 'Packets Sent',
      rx: 'Packets Received',
      forward: 'Packets Forwarded',
      drop: 'Packets Dropped',
      rtx: 'Packets Retransmitted',
      err: 'Errors',
      errCksum: 'Invalid Checksum',
      errLen: 'Invalid Packet Length',
      errMem: 'Out of Memory',
      errRtx: 'Retransmit Errors',
      errProto: 'Invalid Protocol',
      errOpt: 'Options Error',
    },
  },
  'sys tcp-stat': { title: 'Sys::TCP', style: 'sections', sections: tcpSections },
  'sys udp-stat': {
    title: 'Sys::UDP',
    style: 'sections',
    sections: [
      {
        heading: 'Datagrams',
        columns: { '': '' },
        rows: {
          txdgram: 'Sent',
          rxdgram: 'Received',
          rxbaddgram: 'Malformed',
          rxbadsum: 'Bad Checksums',
          rxunreach: 'Port Unreachable',
        },
      },
    ],
  },
};
