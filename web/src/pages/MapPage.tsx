/** The network map: as a graph for eyes, as a tree for everybody. */
import { PageSection, TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { type States, healthQuery, listQuery, nameOf } from '../api/queries.ts';
import { mergedStates, servedQuery, statesQuery } from '../api/states.ts';
import { GraphView } from '../pictures/GraphView.tsx';
import { type MapNodes, globalMap, localMap, rootsOf } from '../pictures/map-model.ts';
import { TreeView } from '../pictures/TreeView.tsx';
import { Problem, Wait } from '../shell/Problem.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { PageHead } from './PageHead.tsx';

type Part = 'local' | 'global';

const nouns: Readonly<Record<Part, readonly [string, string]>> = {
  local: ['virtual server', 'virtual servers'],
  global: ['wide IP', 'wide IPs'],
};

function countOf(count: number, part: Part): string {
  return `${count} ${nouns[part][count === 1 ? 0 : 1]}`;
}

/** More roots than that nobody can look at; the filter finds the rest. */
const maximumRoots = 60;

export function MapPage({ query }: PageProps): ReactNode {
  const [part, setPart] = useState<Part>(query.get('part') === 'global' ? 'global' : 'local');
  const [isTree, setTree] = useState(false);
  const [text, setText] = useState(query.get('text') ?? '');
  const wanted = useDeferredValue(text);
  const local = useLocal(part === 'local');
  const global = useGlobal(part === 'global');
  const { nodes, error } = part === 'local' ? local : global;
  const start = part === 'local' ? 'ltm virtual' : 'gtm wideip';
  const roots = useMemo(
    () => (nodes === undefined ? [] : rootsOf(nodes, [start], wanted)),
    [nodes, start, wanted],
  );
  const shown = useMemo(() => roots.slice(0, maximumRoots), [roots]);
  return (
    <PageSection>
      <PageHead title="Network map" note="What leads where, and how it is just now." />
      <div className="toolbar">
        <ToggleGroup aria-label="Which map">
          <ToggleGroupItem
            text="Local traffic"
            isSelected={part === 'local'}
            onChange={() => setPart('local')}
          />
          <ToggleGroupItem
            text="DNS"
            isSelected={part === 'global'}
            onChange={() => setPart('global')}
          />
        </ToggleGroup>
        <ToggleGroup aria-label="How it is shown">
          <ToggleGroupItem text="Graph" isSelected={!isTree} onChange={() => setTree(false)} />
          <ToggleGroupItem text="Tree" isSelected={isTree} onChange={() => setTree(true)} />
        </ToggleGroup>
        <TextInput
          className="grow"
          type="search"
          aria-label="Find in the map"
          placeholder="Name, address or state: offline"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <span role="status" className="quiet">
          {roots.length > shown.length && `the first ${shown.length} of `}
          {nodes !== undefined && countOf(roots.length, part)}
        </span>
      </div>
      {error !== null && <Problem title="The map cannot be drawn" error={error} />}
      {nodes === undefined && error === null && <Wait />}
      {nodes !== undefined && shown.length === 0 && (
        <p className="quiet">
          {wanted.trim() === '' ? `There are no ${nouns[part][1]}.` : 'Nothing here is called so.'}
        </p>
      )}
      {nodes !== undefined &&
        shown.length > 0 &&
        (isTree ? (
          <TreeView nodes={nodes} roots={shown} />
        ) : (
          <GraphView nodes={nodes} roots={shown} />
        ))}
    </PageSection>
  );
}

interface Found {
  readonly nodes: MapNodes | undefined;
  readonly error: Error | null;
}

const none: States = {};

function useLocal(enabled: boolean): Found {
  const virtuals = useQuery({ ...listQuery('ltm virtual'), enabled });
  const pools = useQuery({ ...listQuery('ltm pool'), enabled });
  const policies = useQuery({ ...listQuery('ltm policy'), enabled });
  const virtual = useQuery({ ...healthQuery('virtual'), enabled }).data ?? none;
  const pool = useQuery({ ...healthQuery('pool'), enabled }).data ?? none;
  const member = useQuery({ ...healthQuery('member'), enabled }).data ?? none;
  const node = useQuery({ ...healthQuery('node'), enabled }).data ?? none;
  const nodes = useMemo(
    () =>
      virtuals.data === undefined || pools.data === undefined || policies.data === undefined
        ? undefined
        : localMap({
            virtuals: virtuals.data,
            pools: pools.data,
            policies: policies.data,
            states: { virtual, pool, member, node },
          }),
    [virtuals.data, pools.data, policies.data, virtual, pool, member, node],
  );
  return { nodes, error: virtuals.error ?? pools.error ?? policies.error };
}

const types = ['a', 'aaaa', 'cname', 'mx', 'naptr', 'srv'] as const;

function useGlobal(enabled: boolean): Found {
  const wideIps = useQueries({
    queries: types.map((type) => ({ ...listQuery(`gtm wideip ${type}`), enabled })),
  });
  const pools = useQueries({
    queries: types.map((type) => ({ ...listQuery(`gtm pool ${type}`), enabled })),
  });
  const servers = useQuery({ ...listQuery('gtm server'), enabled });
  const states = useGlobalStates(enabled, servers.data ?? noServers);
  const all = [...wideIps, ...pools, servers];
  const error = all.find((one) => one.error !== null)?.error ?? null;
  const isThere = all.every(({ data }) => data !== undefined);
  const stamp = all.map(({ dataUpdatedAt }) => dataUpdatedAt).join(' ');
  const nodes = useMemo(() => {
    if (!isThere) return undefined;
    return globalMap({
      types: types.map((type, index) => ({
        type,
        wideIps: wideIps[index]?.data ?? [],
        pools: pools[index]?.data ?? [],
      })),
      servers: servers.data ?? [],
      states,
    });
    // The stamp stands for all that was asked.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [isThere, stamp, states]);
  return { nodes, error };
}

const noServers: readonly JsonObject[] = [];
/** Each is a question of its own, again and again. */
const maximumAsked = 30;

function useGlobalStates(enabled: boolean, servers: readonly JsonObject[]): States {
  const served = useQueries({
    queries: servers
      .slice(0, maximumAsked)
      .map((server) => ({ ...servedQuery(nameOf(server)), enabled })),
    combine: mergedStates,
  });
  const told = useQueries({
    queries: [
      ...types.flatMap((type) => [`gtm wideip ${type}`, `gtm pool ${type}`]),
      'gtm server',
      'gtm datacenter',
    ].map((id) => ({
      ...statesQuery(id),
      enabled,
    })),
    combine: mergedStates,
  });
  return useMemo(() => ({ ...told, ...served }), [told, served]);
}
