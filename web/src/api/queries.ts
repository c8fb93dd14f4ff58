/** Questions that several pages ask; answers are kept until the stream says that something changed. */
import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { Component } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { componentPath, objectPath } from '../../../src/config/text/urls.ts';
import { RestError, call, get, itemsOf } from './rest.ts';

const base = '/mgmt/shared/evenkeel';

/** Of a component, without its properties. */
export interface Summary {
  readonly id: string;
  readonly noun: string;
  readonly help: string;
  readonly naming: 'singleton' | 'foldered' | 'plain';
  readonly stateOnly?: true;
  readonly shows?: string;
  readonly fixed?: true;
  /** Nobody can make one here, for this reason. */
  readonly absent?: string;
  readonly statistics?: true;
  readonly inherits?: true;
  readonly actions?: readonly string[];
  /** Why this user may not read it. */
  readonly unreadable?: string;
  readonly count: number;
}

/** True, or why not. */
export type Right = true | string;
export interface Rights {
  readonly read: Right;
  readonly create: Right;
  readonly modify: Right;
  readonly delete: Right;
  readonly switch: Right;
}

export interface Described {
  readonly component: Component;
  readonly rights: Rights;
  /** Of its objects. */
  readonly count: number;
  /** With a name: what the object itself has set; the rest is inherited or default. */
  readonly own?: readonly string[];
}

export interface State {
  readonly availability: 'available' | 'unavailable' | 'offline' | 'unknown';
  readonly enabled: 'enabled' | 'disabled' | 'disabled-by-parent';
  readonly reason: string;
  readonly since: number;
  readonly monitorStatus: string;
}
export type States = Readonly<Record<string, State>>;

/** A no of the device does not change by asking again. */
function isWorthAnother(count: number, error: Error): boolean {
  return count < 2 && error instanceof RestError && (error.status === 0 || error.status === 503);
}

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 60_000, retry: isWorthAnother, refetchOnWindowFocus: false },
      mutations: { retry: false },
    },
  });
}

export const catalogueQuery = queryOptions({
  queryKey: ['catalogue'],
  queryFn: async ({ signal }) =>
    itemsOf(await get(`${base}/catalogue`, signal)) as unknown as readonly Summary[],
});

export function componentQuery(id: string, name?: string) {
  const query = name === undefined ? '' : `?name=${encodeURIComponent(name)}`;
  const path = `${base}/catalogue/${id.replaceAll(' ', '/')}${query}`;
  return queryOptions({
    queryKey: ['component', id, name ?? ''],
    queryFn: async ({ signal }) => (await get(path, signal)) as unknown as Described,
  });
}

/** All objects of a component, with what lies below them. */
export function listQuery(id: string, options = 'expandSubcollections=true') {
  return queryOptions({
    queryKey: ['list', id, options],
    queryFn: async ({ signal }) => itemsOf(await get(`${componentPath(id)}?${options}`, signal)),
  });
}

/** Full names of all objects. */
export function namesQuery(id: string) {
  return queryOptions({
    queryKey: ['list', id, 'names'],
    queryFn: async ({ signal }) => {
      const found = await get(`${componentPath(id)}?$select=name,fullPath`, signal);
      return itemsOf(found).map(nameOf);
    },
  });
}

export interface Read {
  readonly json: JsonObject;
  readonly etag: string | undefined;
}

export function objectQuery(component: Component, name: string) {
  return queryOptions({
    queryKey: ['object', component.id, name],
    queryFn: async ({ signal }): Promise<Read> =>
      await call(`${objectPath(component, name)}?expandSubcollections=true`, { signal }),
  });
}

export function statisticsQuery(component: Component, name: string) {
  return queryOptions({
    queryKey: ['statistics', component.id, name],
    queryFn: ({ signal }) => get(`${objectPath(component, name)}/stats`, signal),
    refetchInterval: 5000,
  });
}

export function healthQuery(kind: string) {
  return queryOptions({
    queryKey: ['health', kind],
    queryFn: async ({ signal }) => {
      const { items } = await get(`${base}/health?kind=${kind}`, signal);
      return (items ?? {}) as unknown as States;
    },
  });
}

/** What a list calls an object in full. */
export function nameOf(object: JsonObject): string {
  return String(object['fullPath'] ?? object['name'] ?? '');
}
