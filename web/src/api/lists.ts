/**
 * Long lists: first what a table shows of them, the whole objects when somebody looks for something in them; and after a
 * commit only what it changed is asked for again.
 */
import { type QueryClient, type QueryKey, queryOptions } from '@tanstack/react-query';
import type { Property } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { restName } from '../../../src/config/text/names.ts';
import { componentPath, encodeName } from '../../../src/config/text/urls.ts';
import { restFlag } from '../catalogue/shape.ts';
import { listQuery, nameOf } from './queries.ts';
import { get, itemsOf } from './rest.ts';

/** Shorter ones are read whole at once. */
export const longList = 1000;
/** Of one commit: more are read anew as a list. */
const maximumPatched = 20;
const pageSize = 1000;

/** Options of a list that has what these columns show, and each object's name. */
export function optionsOf(columns: readonly Property[]): string {
  const names = columns.flatMap((property) => {
    const { type } = property;
    if (type.kind === 'flags') return type.flags.map(({ flag }) => restFlag(flag));
    if (property.raw === true) return ['apiRawValues'];
    const name = restName(property);
    if (type.kind !== 'items' || !type.subCollection) return [name];
    return ['name', 'partition', 'subPath'].map((part) => `${name}Reference/items/${part}`);
  });
  const isExpanded = names.some((name) => name.includes('/'));
  const select = `$select=${['name', 'fullPath', ...names].join(',')}`;
  return isExpanded ? `${select}&expandSubcollections=true` : select;
}

/** More than a screen shows of them. */
const firstRows = 100;

/** The first of a long list, which nobody should wait for. */
export function firstQuery(id: string, options: string) {
  return queryOptions({
    queryKey: ['list', id, 'first', options],
    queryFn: async ({ signal }) =>
      itemsOf(await get(`${componentPath(id)}?${options}&$top=${firstRows}&$skip=0`, signal)),
    gcTime: 0,
  });
}

/** The whole objects, in pages: nobody waits for one answer of twenty megabytes, nor for it to be understood. */
export function wholeQuery(id: string, isLong: boolean) {
  const options = 'expandSubcollections=true';
  const query = listQuery(id, options);
  if (!isLong) return query;
  return {
    ...query,
    queryFn: async ({
      signal,
    }: {
      readonly signal: AbortSignal;
    }): Promise<readonly JsonObject[]> => {
      const all: JsonObject[] = [];
      for (let total = 1; all.length < total;) {
        const page = `$top=${pageSize}&$skip=${all.length}`;
        const answer = await get(`${componentPath(id)}?${options}&${page}`, signal);
        const items = itemsOf(answer);
        all.push(...items);
        total = items.length === 0 ? 0 : Number(answer['totalItems'] ?? 0);
      }
      return all;
    },
  };
}

interface Changed {
  readonly name: string;
  readonly action: string;
}

/** The device lists by name. */
function putInto(
  list: readonly JsonObject[],
  name: string,
  object: JsonObject | undefined,
): readonly JsonObject[] {
  const at = list.findIndex((one) => nameOf(one) === name);
  if (object === undefined) return at < 0 ? list : list.toSpliced(at, 1);
  if (at >= 0) return list.with(at, object);
  const next = list.findIndex((one) => nameOf(one) > name);
  return list.toSpliced(next < 0 ? list.length : next, 0, object);
}

/** One after the other: what a commit says is older than what the next one says. */
let patching: Promise<unknown> = Promise.resolve();

/** Lists of the component, as they are kept, get what changed. Undefined, or much of it, or what is just being read: read anew. */
export function refreshLists(
  queries: QueryClient,
  id: string,
  changed: readonly Changed[] | undefined,
): void {
  const all = { queryKey: ['list', id] };
  if (changed === undefined || changed.length > maximumPatched) {
    void queries.invalidateQueries(all);
    return;
  }
  // What nobody looks at is read when somebody does.
  void queries.invalidateQueries({ ...all, type: 'inactive', refetchType: 'none' });
  for (const { queryKey, state } of queries.getQueryCache().findAll({ ...all, type: 'active' })) {
    const [, , options] = queryKey;
    const isList = typeof options === 'string' && /^(\$select|expandSub)/.test(options);
    if (isList && state.fetchStatus !== 'fetching' && state.data !== undefined)
      patching = patching.then(() => patch(queries, queryKey, id, options, changed));
    else void queries.invalidateQueries({ queryKey, exact: true });
  }
}

async function patch(
  queries: QueryClient,
  queryKey: QueryKey,
  id: string,
  options: string,
  changed: readonly Changed[],
): Promise<void> {
  const read = async ({ name, action }: Changed) =>
    action === 'delete'
      ? undefined
      : await get(`${componentPath(id)}/${encodeName(name)}?${options}`);
  try {
    const objects = await Promise.all(changed.map(read));
    queries.setQueryData<readonly JsonObject[]>(queryKey, (held) =>
      changed.reduce<readonly JsonObject[] | undefined>(
        (list, { name }, index) => list && putInto(list, name, objects[index]),
        held,
      ),
    );
  } catch {
    // Gone meanwhile, or nobody answers: the list itself knows.
    void queries.invalidateQueries({ queryKey, exact: true });
  }
}
