import type { MonitorType } from './type.ts';

/** Nothing is sent: what the traffic of clients met is counted in control (`../inband.ts`). */
export const inband: MonitorType = {
  name: 'inband',
  transport: () => 'traffic',
  target: 'endpoint',
  takesAnyPort: true,
  options: ['failures', 'failure-interval', 'retry-time'],
};
