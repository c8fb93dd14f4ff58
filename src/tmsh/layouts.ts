/** Hints for the looks of `show`, by component; without one, the detail style and names as they are. */
import type { ComponentId } from '../catalogue/types.ts';

export type Style =
  /** Sections: status, traffic in columns, the rest. */
  | 'detail'
  /** `Label    value`, several lines under a label that has a list (cm sync-status). */
  | 'fields'
  /** One row an object. */
  | 'table'
  /** sys version: a heading and its fields. */
  | 'block';

export interface Layout {
  readonly title: string;
  readonly style: Style;
  /** Field or statistic name → label; the order of printing. */
  readonly labels?: Readonly<Record<string, string>>;
}

export const layouts: Readonly<Record<ComponentId, Layout>> = {
  'cm sync-status': {
    title: 'CM::Sync Status',
    style: 'fields',
    labels: {
      color: 'Color',
      status: 'Status',
      mode: 'Mode',
      summary: 'Summary',
      details: 'Details',
    },
  },
  'cm failover-status': {
    title: 'CM::Failover Status',
    style: 'fields',
    labels: { color: 'Color', status: 'Status', summary: 'Summary', details: 'Details' },
  },
  'cm traffic-group': {
    title: 'CM::Traffic-Group',
    style: 'table',
    labels: {
      trafficGroup: 'Name',
      deviceName: 'Device',
      failoverState: 'Status',
      nextActive: 'Next Active',
      load: 'Load',
      nextActiveLoad: 'Next Active Load',
      timesBecameActive: 'Times Became Active',
      lastBecameActive: 'Last Became Active',
    },
  },
  'cm device': {
    title: 'CentMgmt::Device',
    style: 'detail',
    labels: {
      hostname: 'Hostname',
      managementIp: 'Mgmt Ip',
      configsyncIp: 'Configsync Ip',
      mirrorIp: 'Mirroring IP',
      unicastAddress: 'Failover Unicast IP(s)',
      failoverState: 'Device HA State',
    },
  },
  'cm device-group': {
    title: 'CM::Device-Group',
    style: 'table',
    labels: {
      devicegroup: 'Device Group',
      device: 'Device',
      status: 'Status',
      cidTime: 'Commit ID Time',
      cidOriginator: 'Commit ID Originator',
      lssTime: 'Last Successful Sync Time',
      lssOriginator: 'Last Successful Sync Originator',
      timeSinceLastSync: 'Time since Last Sync',
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
  'ltm virtual': { title: 'Ltm::Virtual Server', style: 'detail' },
  'ltm pool': {
    title: 'Ltm::Pool',
    style: 'detail',
    labels: {
      monitorRule: 'Monitor',
      minActiveMembers: 'Minimum Active Members',
      activeMemberCnt: 'Current Active Members',
      availableMemberCnt: 'Available Members',
      memberCnt: 'Total Members',
      totRequests: 'Total Requests',
      curSessions: 'Current Sessions',
    },
  },
  'ltm node': { title: 'Ltm::Node', style: 'detail' },
  'ltm virtual-address': { title: 'Ltm::Virtual Address', style: 'detail' },
  'gtm wideip a': { title: 'Gtm::WideIp::A', style: 'detail' },
  'gtm wideip aaaa': { title: 'Gtm::WideIp::AAAA', style: 'detail' },
  'gtm pool a': { title: 'Gtm::Pool::A', style: 'detail' },
  'gtm pool aaaa': { title: 'Gtm::Pool::AAAA', style: 'detail' },
  'gtm server': { title: 'Gtm::Server', style: 'detail' },
  'gtm iquery': {
    title: 'Gtm::IQuery',
    style: 'detail',
    labels: {
      serverName: 'Server',
      serverType: 'Server Type',
      dcName: 'Data Center',
      connectionTime: 'Connection Time',
      state: 'State',
      stateReason: 'Reason',
      reconnects: 'Reconnects',
      bitsIn: 'Bits In',
      bitsOut: 'Bits Out',
      certificateExpiration: 'Cert Expiration Date',
      remoteVersion: 'Remote Version',
      cipherName: 'Cipher Name',
      cipherProtocol: 'Cipher Protocol',
    },
  },
};

/** Labels of statistics that many components share. */
export const commonLabels: Readonly<Record<string, string>> = {
  'status.availabilityState': 'Availability',
  'status.enabledState': 'State',
  'status.statusReason': 'Reason',
  monitorRule: 'Monitor',
  monitorStatus: 'Monitor Status',
  sessionStatus: 'Session Status',
  bitsIn: 'Bits In',
  bitsOut: 'Bits Out',
  pktsIn: 'Packets In',
  pktsOut: 'Packets Out',
  curConns: 'Current Connections',
  maxConns: 'Maximum Connections',
  totConns: 'Total Connections',
  evictedConns: 'Evicted Connections',
  slowKilled: 'Slow Connections Killed',
  totRequests: 'Total Requests',
  curSessions: 'Current Sessions',
  addr: 'Address',
  port: 'Port',
  destination: 'Destination',
};
