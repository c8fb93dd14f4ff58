/** What the plan needs to know of the device. */
import { maximumOpenFiles } from '../platform/limits.ts';
import { isSharingWorth } from './sharing.ts';
import type { DeviceFacts } from './types.ts';

/** Stays clear of the descriptors that HAProxy needs for itself; one a listener, two a connection. */
const reservedFiles = 400;
const mostConnections = 500_000;
const leastConnections = 100;

/** In hundreds: one virtual server more or less would else be a change of this, too. */
export function maximumConnections(openFiles: number, listeners: number): number {
  const hundreds = Math.floor((openFiles - reservedFiles - listeners) / 2 / 100) * 100;
  return Math.max(leastConnections, Math.min(mostConnections, hundreds));
}

export interface FactOptions {
  /** Kernel interface of a VLAN: `kernelInterface` of the network room. */
  readonly interfaceOf: DeviceFacts['interfaceOf'];
  /** `sharing.ts` says, if nobody else does. */
  readonly isSharingWorth?: DeviceFacts['isSharingWorth'];
  /** A failover process marks packets by traffic group. */
  readonly hasOwnerMarks?: boolean;
}

export function factsOf(options: FactOptions): DeviceFacts {
  const openFiles = maximumOpenFiles();
  return {
    interfaceOf: options.interfaceOf,
    maximumConnections: (listeners) => maximumConnections(openFiles, listeners),
    isSharingWorth: options.isSharingWorth ?? isSharingWorth,
    hasOwnerMarks: options.hasOwnerMarks === true,
  };
}
