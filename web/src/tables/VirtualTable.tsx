/** A table of any length: what is not in sight does not exist. The parts of a table are named for screen readers. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useRef } from 'react';
import type { Row, Sort } from './filter.ts';

export interface Column {
  readonly title: string;
  /** CSS: "12rem", "minmax(10rem, 2fr)". */
  readonly width: string;
  /** Instead of the cell's text. */
  draw?(row: Row, text: string): ReactNode;
}

export interface VirtualTableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly sort: Sort;
  onSort(sort: Sort): void;
  drawName(row: Row): ReactNode;
  readonly selected?: ReadonlySet<string>;
  onSelect?(names: readonly string[], isSelected: boolean): void;
}

const rowPixels = 36;

const gapRem = 1;
const sidesRem = 1.5;

/** All rows are as wide, whatever stands in them: the least of all columns, and what is between them. */
function leastOf(widths: readonly string[]): string {
  const least = widths.map((width) => Number(/[\d.]+(?=rem)/.exec(width)?.[0] ?? 0) + gapRem);
  return `${least.reduce((sum, one) => sum + one, sidesRem - gapRem)}rem`;
}

export function VirtualTable(props: VirtualTableProps): ReactNode {
  const { label, columns, rows, selected, onSelect, drawName } = props;
  const outer = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => outer.current,
    estimateSize: () => rowPixels,
    overscan: 12,
  });
  const widths = [
    ...(onSelect === undefined ? [] : ['1.5rem']),
    'minmax(11rem, 2fr)',
    ...columns.map(({ width }) => width),
  ];
  const grid = { gridTemplateColumns: widths.join(' '), minWidth: leastOf(widths) };
  return (
    <div
      ref={outer}
      className="vtable"
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={widths.length}
      tabIndex={0}
    >
      <div role="rowgroup">
        <HeadRow {...props} grid={grid} />
      </div>
      <div role="rowgroup" className="vtable-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={row.name}
              role="row"
              aria-rowindex={index + 2}
              className="vtable-row"
              style={{ ...grid, transform: `translateY(${start}px)` }}
            >
              {onSelect !== undefined && (
                <span role="cell">
                  <input
                    type="checkbox"
                    aria-label={`Select ${row.name}`}
                    checked={selected?.has(row.name) ?? false}
                    onChange={(event) => onSelect([row.name], event.target.checked)}
                  />
                </span>
              )}
              <span role="cell" className="vtable-cell" {...titleOf(row.name)}>
                {drawName(row)}
              </span>
              {columns.map((column, place) => {
                const text = row.cells[place] ?? '';
                return (
                  <span
                    role="cell"
                    key={column.title}
                    className="vtable-cell"
                    {...(column.draw === undefined && titleOf(text))}
                  >
                    {column.draw === undefined ? inShort(text) : column.draw(row, text)}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Longer ones may be cut off; of others it would only be read out twice. */
const shortText = 16;

function titleOf(text: string): { readonly title?: string } {
  return text.length > shortText ? { title: text } : {};
}

/** What lies in /Common needs no place said: the whole value is the cell's title. */
function inShort(text: string): string {
  return text.replace(/^\/Common\//, '');
}

function HeadRow(props: VirtualTableProps & { readonly grid: CSSProperties }): ReactNode {
  const { columns, rows, sort, onSort, selected, onSelect, grid } = props;
  const titles = ['Name', ...columns.map(({ title }) => title)];
  return (
    <div role="row" aria-rowindex={1} className="vtable-row vtable-head" style={grid}>
      {onSelect !== undefined && (
        <span role="columnheader" aria-label="Selected">
          <input
            type="checkbox"
            aria-label="Select all that are shown"
            checked={rows.length > 0 && rows.every(({ name }) => selected?.has(name) ?? false)}
            onChange={(event) =>
              onSelect(
                rows.map(({ name }) => name),
                event.target.checked,
              )
            }
          />
        </span>
      )}
      {titles.map((title, index) => {
        const column = index - 1;
        const isSorted = sort.column === column;
        const direction = sort.isDescending ? 'descending' : 'ascending';
        return (
          <span
            key={title}
            role="columnheader"
            aria-sort={isSorted ? direction : 'none'}
            className="vtable-cell"
          >
            <button
              type="button"
              className="vtable-sort"
              onClick={() => onSort({ column, isDescending: isSorted && !sort.isDescending })}
            >
              {title.charAt(0).toUpperCase() + title.slice(1)}{' '}
              <span aria-hidden="true">{isSorted ? (sort.isDescending ? '▼' : '▲') : ''}</span>
            </button>
          </span>
        );
      })}
    </div>
  );
}
