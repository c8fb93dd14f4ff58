import type { ComponentId } from '../types.ts';

export const ltmMonitors: readonly ComponentId[] = [
  'ltm monitor http',
  'ltm monitor https',
  'ltm monitor tcp',
  'ltm monitor icmp',
  'ltm monitor gateway-icmp',
];
