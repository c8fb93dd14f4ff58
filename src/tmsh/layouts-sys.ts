/** How the system is shown: software, license, services, the configuration itself. Data. */
import type { ComponentId } from '../catalogue/types.ts';
import type { Layout } from './layout.ts';

export const sysLayouts: Readonly<Record<ComponentId, Layout>> = {
  'sys crypto master-key': {
    title: 'Sys::Master-Key',
    style: 'fields',
    enclosed: true,
    labels: { masterKeyHash: 'master-key hash', previousHash: 'previous hash' },
  },
  'cli history': { title: 'Cli::History', style: 'table', labels: {}, source: 'history' },
  'sys commit': {
    title: 'Sys::Commit',
    style: 'table',
    times: 'named',
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
  'sys clock': {
    title: 'Sys::Clock',
    style: 'fields',
    times: 'date',
    labels: { fullDate: '' },
  },
  'sys database': {
    title: 'Sys::Database',
    style: 'parts',
    parts: [
      {
        at: ['*'],
        look: {
          title: 'Sys::Database',
          style: 'fields',
          labels: {
            sequence: 'Sequence',
            commitsKept: 'Commits Kept',
            oldestCommit: 'Oldest Commit',
            newestCommit: 'Newest Commit',
            historyBytes: 'History (bytes)',
            keptApart: 'Kept Apart',
          },
        },
      },
      {
        at: ['*', 'apart', '*'],
        look: {
          title: 'Sys::Database: Kept Apart',
          style: 'table',
          labels: { object: 'Object', properties: 'Properties', why: 'Why' },
        },
      },
    ],
  },
  'sys ha-mirror': {
    title: 'Sys::HA Mirror',
    style: 'fields',
    labels: {
      trafficGroup: 'Traffic Group',
      role: 'Role',
      peer: 'Peer',
      state: 'State',
      reason: 'Reason',
      lastError: 'Last Error',
      address: 'Address',
      peerAddress: 'Peer Address',
      interface: 'Interface',
      virtualServers: 'Virtual Servers',
      connections: 'Connections',
      peerConnections: "Peer's Connections",
      refused: 'Refused',
      messagesIn: 'Messages In',
      messagesOut: 'Messages Out',
      bytesIn: 'Bytes In',
      bytesOut: 'Bytes Out',
      lost: 'Lost',
      malformed: 'Malformed',
      sendErrors: 'Send Errors',
      lastResync: 'Last Resync',
      lastResyncConnections: 'Connections of Last Resync',
      lastResyncMilliseconds: 'Last Resync (ms)',
    },
    absent: { reason: '-', lastError: 'none', interface: '-' },
  },
  'sys ha-status': {
    title: 'Sys::HA Status',
    style: 'table',
    labels: {
      haFeature: 'Feature',
      key: 'Key',
      action: 'Action',
      failure: 'Fail',
      reason: 'Reason',
    },
  },
  'sys ha-group': {
    title: 'Sys::HA Group',
    style: 'parts',
    parts: [
      {
        at: ['*'],
        look: {
          title: 'Sys::HA Group',
          style: 'fields',
          labels: {
            state: 'State',
            score: 'Score',
            activeBonus: 'Active Bonus',
            isActive: 'Active',
            trafficGroups: 'Traffic Groups',
          },
        },
      },
      {
        at: ['*', 'shares', '*'],
        look: {
          title: 'Sys::HA Group Members',
          style: 'table',
          labels: {
            kind: 'Kind',
            name: 'Name',
            weight: 'Weight',
            members: 'Members',
            membersUp: 'Members\nUp',
            score: 'Score',
          },
        },
      },
    ],
  },
  'sys ip-address': {
    title: 'Sys::IP Address',
    style: 'table',
    labels: { ipAddress: 'IP Address', objectId: 'Object Id', component: 'Component' },
  },
  'sys license': {
    title: 'Sys::License',
    style: 'fields',
    labels: {
      licensedVersion: 'Licensed Version',
      registrationKey: 'Registration Key',
      licensedOnDate: 'Licensed On',
      serviceCheckDate: 'Service Check Date',
      platformId: 'Platform ID',
    },
    absent: { registrationKey: '-' },
  },
  'sys mac-address': {
    title: 'Sys::MAC Address',
    style: 'table',
    labels: {
      macAddress: 'MAC Address',
      objectId: 'Object Id',
      component: 'Component',
      property: 'Property',
    },
  },
  'sys provision': {
    title: 'Sys::Provision',
    style: 'table',
    source: 'configuration',
    labels: {
      fullPath: 'Module',
      level: 'Level',
      cpuRatio: 'CPU Ratio',
      memoryRatio: 'Memory Ratio',
      diskRatio: 'Disk Ratio',
    },
  },
  'sys ready': {
    title: 'Sys::Ready',
    style: 'fields',
    labels: {
      configReady: 'Config Ready',
      licenseReady: 'License Ready',
      provisionReady: 'Provision Ready',
    },
  },
  'sys responsiveness': {
    title: 'Sys::Responsiveness',
    style: 'sections',
    sections: [
      {
        heading: 'Longest Delay (ms)',
        columns: { '': '' },
        rows: {
          fiveSecMaxDelay: 'Last 5 Seconds',
          oneMinMaxDelay: 'Last 1 Minute',
          fiveMinMaxDelay: 'Last 5 Minutes',
        },
      },
    ],
  },
  'sys software status': {
    title: 'Sys::Software Status',
    style: 'table',
    align: 'right',
    labels: {
      volume: 'Volume',
      product: 'Product',
      version: 'Version',
      build: 'Build',
      active: 'Active',
      status: 'Status',
    },
  },
  'auth login-failures': {
    title: 'Auth::Login Failures',
    style: 'table',
    labels: {
      username: 'User',
      loginAttempts: 'Failures',
      lockedOut: 'Locked Out',
      failTime: 'Last Failure',
      tty: 'Terminal',
    },
  },
  'cli version': {
    title: 'Cli::Version',
    style: 'fields',
    labels: { active: 'Active', latest: 'Latest', supported: 'Supported' },
  },
};
