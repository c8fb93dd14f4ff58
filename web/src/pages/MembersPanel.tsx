/** Members of a pool: how each is, how many are still connected, and in or out of service. */
import { Button } from '@patternfly/react-core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Component, ItemsType } from '../../../src/catalogue/types.ts';
import { encodeName } from '../../../src/config/text/urls.ts';
import { type Rights, type State, healthQuery } from '../api/queries.ts';
import { call, get, itemsOf } from '../api/rest.ts';
import { itemName } from '../catalogue/shape.ts';
import { statisticsEntries } from '../api/statistics.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import { BulkBar } from '../tables/BulkBar.tsx';
import { Countdown } from '../tables/DrainPanel.tsx';
import { type Switch, switchesOf } from '../tables/switches.ts';
import { StateMark } from '../tables/StateMark.tsx';

const refreshMilliseconds = 1000;

interface Props {
  readonly component: Component;
  readonly pool: string;
  readonly items: ItemsType;
  readonly rights: Rights;
}

export function MembersPanel(props: Props): ReactNode {
  const { pool } = props;
  const path = `/mgmt/tm/ltm/pool/${encodeName(pool)}/members`;
  const members = useQuery({
    queryKey: ['object', 'ltm pool', pool, 'members'],
    queryFn: async ({ signal }) => itemsOf(await get(path, signal)),
  });
  const health = useQuery(healthQuery('member'));
  const statistics = useQuery({
    queryKey: ['statistics', 'ltm pool', pool, 'members'],
    queryFn: async ({ signal }) => connectionsOf(await get(`${path}/stats`, signal)),
    refetchInterval: refreshMilliseconds,
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  if (members.error !== null)
    return <Problem title="Members cannot be shown" error={members.error} />;
  if (members.data === undefined) return <Wait />;
  const names = members.data.map(itemName);
  const here = new Set(names.filter((name) => selected.has(name)));
  return (
    <div className="wide tab-body">
      <Selected
        {...props}
        path={path}
        selected={here}
        statistics={statistics}
        onClear={() => setSelected(new Set())}
      />
      {props.rights.switch !== true && (
        <p className="quiet">In or out of service is not allowed: {props.rights.switch}.</p>
      )}
      <table className="facts-table" aria-label="Members">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Select all members"
                checked={names.length > 0 && here.size === names.length}
                onChange={(event) => setSelected(new Set(event.target.checked ? names : []))}
              />
            </th>
            <th scope="col">Member</th>
            <th scope="col">State</th>
            <th scope="col">Connections</th>
            <th scope="col">Session</th>
            <th scope="col">In or out</th>
          </tr>
        </thead>
        <tbody>
          {members.data.map((member) => {
            const name = itemName(member);
            return (
              <MemberRow
                key={name}
                {...props}
                path={`${path}/${encodeName(name)}`}
                name={name}
                session={String(member['session'] ?? '')}
                state={health.data?.[`member ${pool} ${name}`]}
                connections={statistics.data?.get(name)}
                countedAt={statistics.dataUpdatedAt}
                isSelected={here.has(name)}
                onSelect={(isIn) => setSelected((before) => withOrWithout(before, name, isIn))}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** What can be done with all that are selected; then their connections are counted down. */
function Selected(
  props: Props & {
    readonly path: string;
    readonly selected: ReadonlySet<string>;
    readonly statistics: UseQueryResult<ReadonlyMap<string, number>>;
    onClear(): void;
  },
): ReactNode {
  const { component, pool, items, rights, path, selected, statistics, onClear } = props;
  const [drained, setDrained] = useState<Drained>();
  const isFresh = drained !== undefined && statistics.dataUpdatedAt > drained.from;
  return (
    <>
      {selected.size > 0 && (
        <BulkBar
          noun={`members of ${pool}`}
          switches={switchesOf(items)}
          rights={{ switch: rights.switch, delete: rights.modify }}
          selected={selected}
          changeOf={(name, method, body) => ({
            method,
            path: `${path}/${encodeName(name)}`,
            body,
            component,
            name: pool,
            item: { property: 'members', name },
          })}
          onClear={onClear}
          onDrain={(names) => setDrained({ names, from: Date.now() })}
        />
      )}
      {drained !== undefined && (
        <Countdown
          all={drained.names.length}
          left={isFresh ? connectionsLeft(drained.names, statistics.data) : undefined}
          error={statistics.error}
          onClose={() => setDrained(undefined)}
        />
      )}
    </>
  );
}

function MemberRow(
  props: Props & {
    readonly path: string;
    readonly name: string;
    readonly session: string;
    readonly state: State | undefined;
    readonly connections: number | undefined;
    /** Wall milliseconds. */
    readonly countedAt: number;
    readonly isSelected: boolean;
    onSelect(isSelected: boolean): void;
  },
): ReactNode {
  const { items, name, session, state, connections, isSelected, onSelect } = props;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={isSelected}
          onChange={(event) => onSelect(event.target.checked)}
        />
      </td>
      <th scope="row" className="mono">
        {name}
      </th>
      <td>
        <StateMark state={state} />
        <div className="quiet">{state?.reason}</div>
      </td>
      <td className="number">{connections ?? '…'}</td>
      <td>{session}</td>
      <td>
        <Switches {...props} switches={switchesOf(items)} />
      </td>
    </tr>
  );
}

interface Drained {
  readonly names: readonly string[];
  /** Wall milliseconds. */
  readonly from: number;
}

function withOrWithout(
  names: ReadonlySet<string>,
  name: string,
  isIn: boolean,
): ReadonlySet<string> {
  return isIn ? new Set([...names, name]) : new Set([...names].filter((one) => one !== name));
}

/** Most first; undefined until all of them are counted. */
function connectionsLeft(
  names: readonly string[],
  counted: ReadonlyMap<string, number> | undefined,
): readonly (readonly [string, number])[] | undefined {
  const left = names.map((name) => [name, counted?.get(name) ?? NaN] as const);
  return left.some(([, count]) => Number.isNaN(count))
    ? undefined
    : left.toSorted(([, one], [, other]) => other - one);
}

function Switches(props: {
  readonly path: string;
  readonly name: string;
  readonly switches: readonly Switch[];
  readonly rights: Rights;
  readonly connections: number | undefined;
  /** Wall milliseconds. */
  readonly countedAt: number;
}): ReactNode {
  const { path, name, switches, rights, connections, countedAt } = props;
  const { notify } = useShell();
  const [drainedFrom, setDrainedFrom] = useState<number>();
  const press = ({ title, body, isDraining }: Switch): void => {
    call(path, { method: 'PATCH', body, reason: `${title} ${name}` })
      .then(() => setDrainedFrom(isDraining ? Date.now() : undefined))
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: `${title} ${name}: not done`, text: messageOf(error) }),
      );
  };
  return (
    <>
      <div className="field-row">
        {switches.map((one) => (
          <Button
            key={one.title}
            size="sm"
            variant="secondary"
            isDisabled={rights.switch !== true}
            aria-label={`${one.title} ${name}`}
            onClick={() => press(one)}
          >
            {one.title}
          </Button>
        ))}
      </div>
      {drainedFrom !== undefined && (
        <p role="status">{drainText(connections, countedAt > drainedFrom)}</p>
      )}
    </>
  );
}

/** What was counted before it was taken out says nothing. */
function drainText(connections: number | undefined, isFresh: boolean): string {
  if (!isFresh || connections === undefined) return 'Draining…';
  return connections === 0 ? 'Drained: nobody is connected.' : `Draining: ${connections} left`;
}

/** Current connections by member. */
function connectionsOf(json: Readonly<Record<string, unknown>>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { title, lines } of statisticsEntries(json)) {
    const count = Number(new Map(lines).get('serverside.curConns'));
    if (Number.isFinite(count)) found.set(title, count);
  }
  return found;
}
