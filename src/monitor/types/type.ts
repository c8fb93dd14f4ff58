/** What one monitor type is: pure data and two pure functions. Transports carry them out (../probe.ts). */
import type { ProbeOutcome } from '../instance.ts';
import type { InstancePlan } from '../instance-plan.ts';

export interface MonitorType {
  /** As in `ltm monitor TYPE`. */
  readonly name: string;
  readonly transport: 'tcp' | 'tls' | 'icmp';
  /** `address`: the port plays no part, one instance serves all ports of a node. */
  readonly target: 'address' | 'endpoint';
  /** Bytes to send once connected. */
  request(plan: InstancePlan): Uint8Array | undefined;
  /** Judges what has arrived; `undefined` asks for more. */
  judge(plan: InstancePlan, answer: Answer): ProbeOutcome | undefined;
}

export interface Answer {
  readonly bytes: Uint8Array;
  /** Nothing more will come: closed by the other end, or the bound is reached. */
  readonly isComplete: boolean;
}
