import type { ComponentId } from '../types.ts';

export const virtualProfiles: readonly ComponentId[] = [
  'ltm profile tcp',
  'ltm profile udp',
  'ltm profile fastl4',
  'ltm profile http',
  'ltm profile client-ssl',
  'ltm profile server-ssl',
  'ltm profile one-connect',
];

export const persistenceProfiles: readonly ComponentId[] = [
  'ltm persistence cookie',
  'ltm persistence source-addr',
];
