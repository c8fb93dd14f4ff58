/** After objects were taken out of service: how many are still connected, until nobody is. */
import { Alert, AlertActionCloseButton } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { componentPath, objectPath } from '../../../src/config/text/urls.ts';
import type { Component } from '../../../src/catalogue/types.ts';
import { get } from '../api/rest.ts';
import { statisticsRows } from '../api/statistics.ts';

/** So many are asked for one by one; of more all statistics of the component are read, less often. */
const fewObjects = 10;
const fastMilliseconds = 1000;
const slowMilliseconds = 5000;
const shownNames = 5;

/** Do objects of it have connections that end? */
export function canDrain(id: string): boolean {
  return id === 'ltm node' || id === 'ltm virtual';
}

export function DrainPanel(props: {
  readonly component: Component;
  readonly names: readonly string[];
  onClose(): void;
}): ReactNode {
  const { component, names, onClose } = props;
  // What was counted before they were taken out says nothing.
  const [begun] = useState(() => Date.now());
  const [isOver, setOver] = useState(false);
  const isFew = names.length <= fewObjects;
  const found = useQuery({
    queryKey: ['statistics', component.id, 'drain', names],
    queryFn: async ({ signal }) => {
      const paths = isFew
        ? names.map((name) => objectPath(component, name))
        : [componentPath(component.id)];
      const all = await Promise.all(paths.map((path) => get(`${path}/stats`, signal)));
      const left = connectionsOf(all.flatMap(statisticsRows), new Set(names));
      if (sumOf(left) === 0) setOver(true);
      return left;
    },
    refetchInterval: isOver ? false : isFew ? fastMilliseconds : slowMilliseconds,
    gcTime: 0,
  });
  return (
    <Countdown
      all={names.length}
      left={found.dataUpdatedAt > begun ? found.data : undefined}
      error={found.error}
      onClose={onClose}
    />
  );
}

/** `left`: names with their connections, most first; undefined: not counted since. */
export function Countdown(props: {
  readonly all: number;
  readonly left: Left | undefined;
  readonly error: Error | null;
  onClose(): void;
}): ReactNode {
  const { all, left, error, onClose } = props;
  const busy = (left ?? []).filter(([, count]) => count > 0);
  const sum = left === undefined ? undefined : sumOf(left);
  return (
    <Alert
      component="h2"
      isInline
      isLiveRegion
      variant={sum === 0 ? 'success' : 'info'}
      title={titleOf(all, sum, busy.length)}
      actionClose={<AlertActionCloseButton aria-label="Close the countdown" onClose={onClose} />}
    >
      {error !== null && <p>Not counted: {error.message}</p>}
      {busy.length > 0 && (
        <p>
          {busy
            .slice(0, shownNames)
            .map(([name, count]) => `${name}: ${count}`)
            .join(', ')}
          {busy.length > shownNames && `, and ${busy.length - shownNames} more`}
        </p>
      )}
    </Alert>
  );
}

type Left = readonly (readonly [string, number])[];

function connectionsOf(
  rows: readonly Readonly<Record<string, string>>[],
  wanted: ReadonlySet<string>,
): Left {
  return rows
    .filter((row) => wanted.has(row['tmName'] ?? row['title'] ?? ''))
    .map((row) => {
      const count = Number(row['clientside.curConns'] ?? row['serverside.curConns'] ?? 0);
      return [row['tmName'] ?? row['title'] ?? '', count] as const;
    })
    .toSorted(([, one], [, other]) => other - one);
}

function sumOf(left: Left): number {
  return left.reduce((sum, [, count]) => sum + count, 0);
}

function titleOf(all: number, count: number | undefined, busy: number): string {
  if (count === undefined) return `Draining ${all}…`;
  if (count === 0) return `Drained: nobody is connected to the ${all} that were taken out.`;
  return `Draining: ${count} connections left, on ${busy} of ${all}.`;
}
