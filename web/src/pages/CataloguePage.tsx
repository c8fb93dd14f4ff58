/** Every component there is: what it is for, how many there are. */
import { PageSection, TextInput } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { catalogueQuery } from '../api/queries.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { Go, listPlace } from '../shell/router.tsx';
import type { PageProps } from '../shell/page-props.ts';
import { type Sort, filterRows, sortKey, sortRows } from '../tables/filter.ts';
import { VirtualTable } from '../tables/VirtualTable.tsx';
import { PageHead } from './PageHead.tsx';

const columns = [
  { title: 'objects', width: '6rem' },
  { title: 'help', width: 'minmax(20rem, 4fr)' },
  { title: 'here', width: 'minmax(10rem, 1fr)' },
];

export function CataloguePage({ query }: PageProps): ReactNode {
  const found = useQuery(catalogueQuery);
  const [text, setText] = useState(query.get('text') ?? '');
  const [sort, setSort] = useState<Sort>({ column: -1, isDescending: false });
  const all = useMemo(
    () =>
      (found.data ?? [])
        .map(({ id, help, count, absent, unreadable, stateOnly, naming }) => {
          const here = unreadable ?? absent ?? (stateOnly === true ? 'shown only' : '');
          const shown = stateOnly === true || naming === 'singleton' ? '' : String(count);
          const words = `${id} ${help} ${here}`.toLowerCase();
          const cells = [shown, help, here];
          return {
            name: id,
            cells,
            has: (word: string) => words.includes(word),
            key: (column: number) => sortKey(cells[column] ?? id),
          };
        })
        .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    [found.data],
  );
  const rows = useMemo(() => sortRows(filterRows(all, text), sort), [all, text, sort]);
  if (found.error !== null)
    return <Problem title="The catalogue cannot be read" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  return (
    <PageSection>
      <PageHead
        title="All components"
        note="Whatever this device can be configured with, or shows."
      />
      <div className="toolbar">
        <TextInput
          className="grow"
          type="search"
          aria-label="Find a component"
          placeholder="Find a component"
          value={text}
          onChange={(_, value) => setText(value)}
        />
        <span role="status" className="quiet">
          {rows.length} of {all.length}
        </span>
      </div>
      <VirtualTable
        label="Components"
        columns={columns}
        rows={rows}
        sort={sort}
        onSort={setSort}
        drawName={({ name }) => <Go to={listPlace(name)}>{name}</Go>}
      />
    </PageSection>
  );
}
