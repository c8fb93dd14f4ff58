/** All objects of a component. */
import { Button, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import type { Property } from '../../../src/catalogue/types.ts';
import { objectPath } from '../../../src/config/text/urls.ts';
import { type Described, componentQuery } from '../api/queries.ts';
import { get } from '../api/rest.ts';
import { stateKind, useStates } from '../api/states.ts';
import { canBeMade } from '../catalogue/shape.ts';
import { Go, navigate, newPlace, objectPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { Problem, Stale, Wait } from '../shell/Problem.tsx';
import { BulkBar } from '../tables/BulkBar.tsx';
import { DrainPanel, canDrain } from '../tables/DrainPanel.tsx';
import { type Row, type Sort, filterRows, sortRows } from '../tables/filter.ts';
import { usualNames, withStates } from '../tables/rows.ts';
import { StateMark } from '../tables/StateMark.tsx';
import { switchesOf } from '../tables/switches.ts';
import { TableTools } from '../tables/TableTools.tsx';
import { useObjects } from '../tables/use-objects.ts';
import { type Column, VirtualTable } from '../tables/VirtualTable.tsx';
import { ObjectPage } from './ObjectPage.tsx';
import { StatePage } from './StatePage.tsx';
import { PageHead } from './PageHead.tsx';

export function ListPage(props: PageProps): ReactNode {
  const found = useQuery(componentQuery(props.rest));
  if (found.data === undefined) {
    if (found.error === null) return <Wait />;
    return <Problem title={`No component "${props.rest}"`} error={found.error} />;
  }
  const { component } = found.data;
  if (component.naming.kind === 'singleton' && component.stateOnly !== true)
    return <ObjectPage {...props} />;
  if (component.stateOnly === true && component.shows === undefined)
    return <StatePage component={component} right={found.data.rights.modify} />;
  return <Table described={found.data} />;
}

const noRows: readonly Row[] = [];
/** Addresses with their ports. */
const wideColumns = new Set(['destination', 'address', 'network']);

function Empty({ isAll }: { readonly isAll: boolean }): ReactNode {
  return (
    <p className="quiet tab-body">{isAll ? 'There are none.' : 'None of them is like that.'}</p>
  );
}

function columnOf({ name, type }: Property): Column {
  const isWide = type.kind === 'items' || wideColumns.has(name);
  return { title: name, width: isWide ? 'minmax(9.5rem, 2fr)' : 'minmax(6.5rem, 1fr)' };
}

function Table({ described }: { readonly described: Described }): ReactNode {
  const { component, rights } = described;
  const kind = stateKind(component.id);
  const states = useStates(component.id);
  const [columns, setColumns] = useState(() => usualNames(component));
  const [text, setText] = useState('');
  const [sort, setSort] = useState<Sort>({ column: -1, isDescending: false });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [drained, setDrained] = useState<readonly string[]>([]);
  const shown = useMemo(
    () =>
      columns.flatMap((name) => component.properties.filter((property) => property.name === name)),
    [columns, component],
  );
  const [isSearching, setSearching] = useState(false);
  const objects = useObjects(described, shown, isSearching || text !== '');
  const all = objects.rows ?? noRows;
  const stated = useMemo(
    () => (kind === undefined ? all : withStates(all, kind, states)),
    [all, kind, states],
  );
  const [isUnused, setUnused] = useState(false);
  const unused = useUnused(component.id, isUnused);
  const rows = useMemo(() => {
    const found = filterRows(stated, text);
    const kept = unused === undefined ? found : found.filter(({ name }) => unused.has(name));
    return sortRows(kept, sort);
  }, [stated, text, sort, unused]);
  const drawn = useMemo((): readonly Column[] => {
    const plain = shown.map(columnOf);
    if (kind === undefined) return plain;
    const state: Column = {
      title: 'state',
      width: 'minmax(8rem, 1fr)',
      draw: (row) => <StateMark state={states?.[`${kind} ${row.name}`]} />,
    };
    return [state, ...plain];
  }, [shown, kind, states]);
  const select = (names: readonly string[], isSelected: boolean): void =>
    setSelected((before) => {
      const next = new Set(before);
      for (const name of names)
        if (isSelected) next.add(name);
        else next.delete(name);
      return next;
    });
  if (objects.error !== null && objects.rows === undefined)
    return <Problem title={`${component.id} cannot be shown`} error={objects.error} />;
  const canSelect = rights.delete === true || rights.switch === true;
  return (
    <PageSection>
      <PageHead
        title={component.id}
        note={component.help}
        actions={<CreateButton described={described} />}
      />
      <Stale error={objects.error} />
      <TableTools
        component={component}
        columns={columns}
        onColumns={setColumns}
        isUnused={isUnused}
        onUnused={setUnused}
        text={text}
        onText={setText}
        rows={rows}
        titles={drawn.map(({ title }) => title)}
        count={objects.firstOf ?? all.length}
        isFirst={objects.firstOf !== undefined}
        isLoading={objects.rows === undefined}
        isWhole={objects.isWhole}
        onSearch={() => setSearching(true)}
        whole={objects.whole}
      />
      {selected.size > 0 && (
        <BulkBar
          noun={component.id}
          switches={switchesOf(component)}
          rights={rights}
          selected={selected}
          changeOf={(name, method, body) => {
            const path = objectPath(component, name);
            return { method, path, body, component, name };
          }}
          onClear={() => setSelected(new Set())}
          onDrain={(names) => setDrained(canDrain(component.id) ? names : [])}
        />
      )}
      {drained.length > 0 && (
        <DrainPanel
          key={drained.join()}
          component={component}
          names={drained}
          onClose={() => setDrained([])}
        />
      )}
      <VirtualTable
        label={component.id}
        columns={drawn}
        rows={rows}
        sort={sort}
        onSort={setSort}
        drawName={(row) => <Go to={objectPlace(component.id, row.name)}>{row.name}</Go>}
        {...(canSelect && { selected, onSelect: select })}
      />
      {objects.rows !== undefined && rows.length === 0 && <Empty isAll={all.length === 0} />}
    </PageSection>
  );
}

/** Names of objects to which nothing refers; undefined while nobody asks for them. */
function useUnused(id: string, isWanted: boolean): ReadonlySet<string> | undefined {
  const found = useQuery({
    queryKey: ['list', id, 'unused'],
    queryFn: async ({ signal }) => {
      const path = `/mgmt/shared/evenkeel/unused?component=${encodeURIComponent(id)}`;
      const { items } = await get(path, signal);
      return new Set(Array.isArray(items) ? items.map(String) : []);
    },
    enabled: isWanted,
  });
  return isWanted ? found.data : undefined;
}

function CreateButton({ described }: { readonly described: Described }): ReactNode {
  const { component, rights } = described;
  if (component.absent !== undefined)
    return <p className="quiet">None can be made here: {component.absent}.</p>;
  if (!canBeMade(component)) return null;
  return (
    <>
      <Button
        isDisabled={rights.create !== true}
        onClick={() => navigate(newPlace(component.id))}
        {...(rights.create !== true && { 'aria-describedby': 'why-not' })}
      >
        Create
      </Button>
      {rights.create !== true && (
        <span id="why-not" className="quiet">
          Not allowed: {rights.create}
        </span>
      )}
    </>
  );
}
