/** How `show cm …` looks (tmsh-and-irules.md A3). Data. */
import type { ComponentId } from '../catalogue/types.ts';
import type { Labels, Layout } from './layout.ts';

const sentence: Labels = { color: 'Color', status: 'Status' };

export const cmLayouts: Readonly<Record<ComponentId, Layout>> = {
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
  'cm failover-history': {
    title: 'CM::Failover History',
    style: 'fields',
    labels: {
      time: 'Time',
      trafficGroup: 'Traffic Group',
      change: 'Change',
      reason: 'Reason',
      evidence: 'Evidence',
      timeline: 'Timeline',
    },
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
      certificateExpiration: 'Certificate Expires',
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
      score: 'HA\nScore',
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
      commitIdTime: 'Commit ID\nTime',
      commitIdOriginator: 'Commit ID\nOriginator',
      lssTime: 'Last Successful\nSync Time',
      lssOriginator: 'Last Successful\nSync Originator',
      timeSinceLastSync: 'Time since\nLast Sync',
      lastSyncType: 'Type',
    },
  },
};
