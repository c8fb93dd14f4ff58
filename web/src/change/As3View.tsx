/** What AS3 would be told, for a BIG-IP: the whole of each object, as it would be. */
import { Spinner } from '@patternfly/react-core';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { componentQuery, listQuery, nameOf, namesQuery, objectQuery } from '../api/queries.ts';
import { messageOf } from '../shell/Problem.tsx';
import { type As3Source, type As3Text, as3Body, as3Needs, as3Text } from './as3.ts';
import { profileProperties } from './as3-classes.ts';
import { CopiedCode } from './CopiedCode.tsx';
import type { Change } from './words.ts';

/** Each is asked for. */
const maximumObjects = 50;

export function As3View({ changes }: { readonly changes: readonly Change[] }): ReactNode {
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: ['as3', changes],
    queryFn: () => declarationOf(queries, changes),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  if (found.error !== null) return <p className="tab-body">Not known: {messageOf(found.error)}</p>;
  if (found.data === undefined) return <Spinner aria-label="Reading" size="md" />;
  const { said } = found.data;
  if (said === undefined) {
    return (
      <p className="tab-body">
        AS3 has no plain words for all of it: a name that it does not take, members by host name, a
        profile of a kind that it does not have, an own parent of a monitor, or a condition or an
        action of a policy that it does not know.
      </p>
    );
  }
  return (
    <>
      <div className="tab-body">
        <p>For a BIG-IP with AS3; this device takes no declarations.</p>
        <ul>
          {said.notes.map((note) => (
            <li key={note}>{note}.</li>
          ))}
        </ul>
      </div>
      <CopiedCode id="as3" text={said.text} />
    </>
  );
}

async function declarationOf(
  queries: QueryClient,
  changes: readonly Change[],
): Promise<{ readonly said: As3Text | undefined }> {
  if (changes.length > maximumObjects) return { said: undefined };
  const own = await Promise.all(changes.map((change) => sourceOf(queries, change)));
  const known = new Set(own.map(({ name }) => name));
  const needed = as3Needs(own).filter(({ name }) => !known.has(name));
  const others: As3Source[] = await Promise.all(
    needed.slice(0, maximumObjects).map(async ({ id, name }): Promise<As3Source> => {
      const { component } = await queries.fetchQuery(componentQuery(id));
      const { json } = await queries.fetchQuery(objectQuery(component, name));
      return { component, name, body: json };
    }),
  );
  others.push(...(await otherRecords(queries, own)));
  const hasServices = changes.some(({ component }) => component.id === 'ltm virtual');
  return {
    said: as3Text([...others, ...own], hasServices ? await profileKinds(queries) : new Map()),
  };
}

/** AS3 has one item of all topology records: who changes one says all. */
async function otherRecords(
  queries: QueryClient,
  own: readonly As3Source[],
): Promise<readonly As3Source[]> {
  const first = own.find(({ component }) => component.id === 'gtm topology');
  if (first === undefined) return [];
  const { component } = first;
  const known = new Set(own.map(({ name }) => name));
  const all = await queries.fetchQuery(listQuery(component.id));
  return all
    .map((body): As3Source => ({ component, name: nameOf(body), body }))
    .filter(({ name }) => !known.has(name));
}

async function sourceOf(queries: QueryClient, change: Change): Promise<As3Source> {
  const { component, name, body, method } = change;
  if (method === 'POST') return { component, name, body };
  const { json } = await queries.fetchQuery(objectQuery(component, name));
  return { component, name, body: as3Body(json, change) };
}

/** Names do not tell of what kind a profile is. */
async function profileKinds(queries: QueryClient): Promise<ReadonlyMap<string, string>> {
  const lists = await Promise.all(
    Object.keys(profileProperties).map(async (id) => {
      const names = await queries.fetchQuery(namesQuery(id));
      return names.map((name) => [name, id] as const);
    }),
  );
  return new Map(lists.flat());
}
