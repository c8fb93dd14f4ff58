/** States of a component's objects, wherever the device tells them. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { componentPath, encodeName } from '../../../src/config/text/urls.ts';
import { type States, healthQuery } from './queries.ts';
import { get } from './rest.ts';
import { statesOf } from './statistics.ts';

const healthKinds: Readonly<Record<string, string>> = {
  'ltm virtual': 'virtual',
  'ltm pool': 'pool',
  'ltm node': 'node',
  'ltm virtual-address': 'virtual-address',
};
const told = /^gtm (wideip|pool) |^gtm (server|datacenter)$/;
const refreshMilliseconds = 5000;

/** What stands before the name in the keys of `useStates`; undefined: these have no states. */
export function stateKind(id: string): string | undefined {
  return healthKinds[id] ?? (told.test(id) ? id : undefined);
}

/** States as statistics have them, keyed by component and name. */
export function statesQuery(id: string) {
  return queryOptions({
    queryKey: ['statistics', id, 'states'],
    queryFn: async ({ signal }) => statesOf(await get(`${componentPath(id)}/stats`, signal), id),
    refetchInterval: refreshMilliseconds,
  });
}

/** Of what a GTM server serves, keyed by "served SERVER NAME". */
export function servedQuery(server: string) {
  const path = `${componentPath('gtm server')}/${encodeName(server)}/virtual-servers/stats`;
  return queryOptions({
    queryKey: ['statistics', 'gtm server', 'virtual-servers', server],
    queryFn: async ({ signal }) => statesOf(await get(path, signal), `served ${server}`),
    refetchInterval: refreshMilliseconds,
  });
}

/** Answers of several such questions as one. */
export function mergedStates(results: readonly { readonly data: States | undefined }[]): States {
  return Object.assign({}, ...results.map(({ data }) => data)) as States;
}

/** Local traffic is told by the stream as it happens; global objects are asked for. */
export function useStates(id: string, isWanted = true): States | undefined {
  const kind = healthKinds[id];
  const health = useQuery({
    ...healthQuery(kind ?? 'node'),
    enabled: isWanted && kind !== undefined,
  });
  const statistics = useQuery({
    ...statesQuery(id),
    enabled: isWanted && kind === undefined && told.test(id),
  });
  return kind === undefined ? statistics.data : health.data;
}
