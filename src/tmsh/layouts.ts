/**
 * How `show` looks, by component, as data. Without an entry a component is shown as its statistics suggest
 * (`show-generic`).
 */
import type { Layout } from './layout.ts';
import { cmLayouts } from './layouts-cm.ts';
import { gtmLayouts } from './layouts-gtm.ts';
import { ltmLayouts } from './layouts-ltm.ts';
import { machineLayouts } from './layouts-machine.ts';
import { netLayouts } from './layouts-net.ts';
import { sysLayouts } from './layouts-sys.ts';
import { trafficLayouts } from './layouts-traffic.ts';

export const layouts: Readonly<Record<string, Layout>> = {
  ...ltmLayouts,
  ...gtmLayouts,
  ...cmLayouts,
  ...sysLayouts,
  ...netLayouts,
  ...machineLayouts,
  ...trafficLayouts,
};
