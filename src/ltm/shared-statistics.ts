/**
 * Statistics of what virtual servers share: an address, a profile. Sums of theirs, in BIG-IP's names; what
 * the engines do not count by profile (methods, codes, ciphers) is not there. Pure.
 */
import type { ComponentId } from '../catalogue/types.ts';
import type { Statistics } from '../config/runtime-state.ts';
import type { ConfigView } from '../config/types.ts';
import {
  type Measured,
  healthStatistics,
  poolStatistics,
  virtualStatistics,
} from './statistics.ts';

/** Profiles that have statistics: leaf → what of the virtual servers' it sums. */
const profileLeaves: Readonly<Record<ComponentId, Readonly<Record<string, string>>>> = {
  'ltm profile http': { numberReqs: 'totRequests' },
  'ltm profile tcp': { accepts: 'clientside.totConns', open: 'clientside.curConns' },
  'ltm profile client-ssl': {
    'common.curConns': 'clientside.curConns',
    'common.maxConns': 'clientside.maxConns',
    'common.totNativeConns': 'clientside.totConns',
  },
};

/** Towards the servers it is the pools that count. */
const poolProfileLeaves: Readonly<Record<ComponentId, Readonly<Record<string, string>>>> = {
  'ltm profile server-ssl': {
    'common.curConns': 'serverside.curConns',
    'common.maxConns': 'serverside.maxConns',
    'common.totNativeConns': 'serverside.totConns',
  },
};

export const countedProfiles: readonly ComponentId[] = [
  ...Object.keys(profileLeaves),
  ...Object.keys(poolProfileLeaves),
];

/** Undefined when there is no such profile. */
export function profileStatistics(
  measured: Measured,
  view: ConfigView,
  component: ComponentId,
  name: string,
): Statistics | undefined {
  const leaves = profileLeaves[component] ?? poolProfileLeaves[component];
  if (leaves === undefined || view.stored(component, name) === undefined) return undefined;
  const users =
    poolProfileLeaves[component] === undefined
      ? virtualsOf(measured, view, component, name)
      : poolsOf(measured, view, component, name);
  const sums = Object.entries(leaves).map(([leaf, source]) => [leaf, sumOf(users, source)]);
  return { ...(Object.fromEntries(sums) as Record<string, number>), tmName: name, vsName: 'N/A' };
}

const summed: readonly string[] = [
  'bitsIn',
  'bitsOut',
  'curConns',
  'maxConns',
  'pktsIn',
  'pktsOut',
  'totConns',
];

/** Undefined when there is no such address. */
export function virtualAddressStatistics(
  measured: Measured,
  view: ConfigView,
  name: string,
): Statistics | undefined {
  const address = view.get('ltm virtual-address', name);
  if (address === undefined) return undefined;
  const users = virtualsOf(measured, view, 'ltm virtual-address', name);
  const sums = summed.map((leaf) => [`clientside.${leaf}`, sumOf(users, `clientside.${leaf}`)]);
  return {
    addr: address.properties.address ?? name,
    ...(Object.fromEntries(sums) as Record<string, number>),
    ...healthStatistics(measured, `virtual-address ${name}`),
    tmName: name,
  };
}

function virtualNames(view: ConfigView, component: ComponentId, name: string): readonly string[] {
  const users = view.referrers(component, name).filter((user) => user.component === 'ltm virtual');
  return [...new Set(users.map((user) => user.name))];
}

function virtualsOf(
  measured: Measured,
  view: ConfigView,
  component: ComponentId,
  name: string,
): readonly Statistics[] {
  return virtualNames(view, component, name)
    .map((virtual) => virtualStatistics(measured, virtual))
    .filter((statistics) => statistics !== undefined);
}

/** Of the pools behind its virtual servers, each once. */
function poolsOf(
  measured: Measured,
  view: ConfigView,
  component: ComponentId,
  name: string,
): readonly Statistics[] {
  const pools = virtualNames(view, component, name)
    .map((virtual) => view.get('ltm virtual', virtual)?.properties.pool)
    .filter((pool) => pool !== undefined);
  return [...new Set(pools)]
    .map((pool) => poolStatistics(measured, pool))
    .filter((statistics) => statistics !== undefined);
}

function sumOf(all: readonly Statistics[], leaf: string): number {
  return all.reduce((sum, statistics) => {
    const value = statistics[leaf];
    return sum + (typeof value === 'number' ? value : 0);
  }, 0);
}
