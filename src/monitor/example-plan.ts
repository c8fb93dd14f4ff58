/** For tests and benches: one monitor of one address, with BIG-IP's default times where they say nothing else. */
import type { InstancePlan } from './instance-plan.ts';

export function examplePlan(
  type: string,
  address: string,
  port: number,
  more: Partial<InstancePlan> = {},
): InstancePlan {
  return {
    id: `/Common/${type} ${address}:${port}`,
    monitor: `/Common/${type}`,
    type,
    address,
    port,
    intervalMilliseconds: 5000,
    upIntervalMilliseconds: 0,
    timeoutMilliseconds: 16_000,
    timeUntilUpMilliseconds: 0,
    manualResume: false,
    reverse: false,
    send: '',
    recv: '',
    recvDisable: '',
    ...more,
  };
}
