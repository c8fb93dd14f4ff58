import type { StockObject } from '../types.ts';

/** Between the sites of a company. */
const betweenSites = {
  'defaults-from': '/Common/tcp-wan-optimized',
  'delayed-acks': 'disabled',
  'idle-timeout': 600,
  'pkt-loss-ignore-burst': 8,
  'pkt-loss-ignore-rate': 10000,
  'proxy-buffer-high': 196608,
  'selective-nack': 'enabled',
  'send-buffer-size': 458752,
  'zero-window-timeout': 300000,
};

const forwarding = {
  'defaults-from': '/Common/tcp-legacy',
  'keep-alive-interval': 60,
  nagle: 'enabled',
  'send-buffer-size': 131072,
  'slow-start': 'disabled',
};

const optimized = {
  ...betweenSites,
  'receive-window-size': 458752,
  'slow-start': 'disabled',
};

/** Profiles for certain networks and modules, which BIG-IP has beside the ones for everybody. */
export const specialTcpProfiles: readonly StockObject[] = [
  {
    name: '/Common/apm-forwarding-client-tcp',
    properties: forwarding,
  },
  {
    name: '/Common/apm-forwarding-server-tcp',
    properties: forwarding,
  },
  {
    name: '/Common/f5-tcp-mobile',
    properties: {
      'defaults-from': '/Common/tcp',
      'congestion-control': 'woodside',
      'init-cwnd': 16,
      nagle: 'auto',
      'proxy-buffer-high': 262144,
      'proxy-buffer-low': 196608,
      'receive-window-size': 131072,
      'send-buffer-size': 262144,
    },
  },
  {
    name: '/Common/mptcp-mobile-optimized',
    properties: {
      'defaults-from': '/Common/tcp-legacy',
      abc: 'disabled',
      'congestion-control': 'illinois',
      'delayed-acks': 'disabled',
      ecn: 'enabled',
      'init-cwnd': 16,
      mptcp: 'enabled',
      nagle: 'enabled',
      'proxy-buffer-high': 131072,
      'proxy-buffer-low': 131072,
      'rate-pace': 'enabled',
      'receive-window-size': 131072,
      'reset-on-timeout': 'disabled',
      'send-buffer-size': 262144,
      'syn-cookie-enable': 'disabled',
    },
  },
  {
    name: '/Common/splitsession-default-tcp',
    properties: optimized,
  },
  {
    name: '/Common/tcp-mobile-optimized',
    properties: {
      'defaults-from': '/Common/tcp-legacy',
      abc: 'disabled',
      'delayed-acks': 'disabled',
      ecn: 'enabled',
      'init-cwnd': 16,
      nagle: 'enabled',
      'proxy-buffer-high': 131072,
      'proxy-buffer-low': 131072,
      'receive-window-size': 131072,
      'reset-on-timeout': 'disabled',
      'send-buffer-size': 131072,
    },
  },
  {
    name: '/Common/wam-tcp-lan-optimized',
    properties: {
      'defaults-from': '/Common/tcp-lan-optimized',
      'init-cwnd': 16,
      'init-rwnd': 16,
      'slow-start': 'enabled',
    },
  },
  {
    name: '/Common/wam-tcp-wan-optimized',
    properties: { ...betweenSites, 'init-cwnd': 10, 'proxy-mss': 'disabled' },
  },
  {
    name: '/Common/wom-tcp-lan-optimized',
    properties: {
      'defaults-from': '/Common/tcp-lan-optimized',
      'cmetrics-cache': 'disabled',
      'delayed-acks': 'disabled',
      'idle-timeout': 600,
      nagle: 'enabled',
      'slow-start': 'enabled',
    },
  },
  {
    name: '/Common/wom-tcp-wan-optimized',
    properties: optimized,
  },
];
