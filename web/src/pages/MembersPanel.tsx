/** Members of a pool: how each is, how many are still connected, and in or out of service. */
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { ItemsType } from '../../../src/catalogue/types.ts';
import { encodeName } from '../../../src/config/text/urls.ts';
import { type Rights, healthQuery } from '../api/queries.ts';
import { call, get, itemsOf } from '../api/rest.ts';
import { itemName } from '../catalogue/shape.ts';
import { statisticsEntries } from '../api/statistics.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait, messageOf } from '../shell/Problem.tsx';
import { type Switch, switchesOf } from '../tables/switches.ts';
import { StateMark } from '../tables/StateMark.tsx';

const refreshMilliseconds = 1000;

export function MembersPanel(props: {
  readonly pool: string;
  readonly items: ItemsType;
  readonly rights: Rights;
}): ReactNode {
  const { pool, items, rights } = props;
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
  if (members.error !== null)
    return <Problem title="Members cannot be shown" error={members.error} />;
  if (members.data === undefined) return <Wait />;
  return (
    <div className="wide tab-body">
      <table className="facts-table" aria-label="Members">
        <thead>
          <tr>
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
            const state = health.data?.[`member ${pool} ${name}`];
            return (
              <tr key={name}>
                <th scope="row" className="mono">
                  {name}
                </th>
                <td>
                  <StateMark state={state} />
                  <div className="quiet">{state?.reason}</div>
                </td>
                <td className="number" aria-live="polite">
                  {statistics.data?.get(name) ?? '…'}
                </td>
                <td>{String(member['session'] ?? '')}</td>
                <td>
                  <Switches
                    path={`${path}/${encodeName(name)}`}
                    name={name}
                    switches={switchesOf(items)}
                    rights={rights}
                    connections={statistics.data?.get(name)}
                    countedAt={statistics.dataUpdatedAt}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
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
    <div className="field-row">
      {switches.map((one) => (
        <Button
          key={one.title}
          size="sm"
          variant="secondary"
          isDisabled={rights.switch !== true}
          aria-label={`${one.title} ${name}`}
          {...(rights.switch !== true && { title: rights.switch })}
          onClick={() => press(one)}
        >
          {one.title}
        </Button>
      ))}
      {drainedFrom !== undefined && (
        <span role="status">{drainText(connections, countedAt > drainedFrom)}</span>
      )}
    </div>
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
  for (const { lines } of statisticsEntries(json)) {
    const values = new Map(lines);
    const address = values.get('nodeName') ?? '';
    const count = Number(values.get('serverside.curConns'));
    if (Number.isFinite(count)) found.set(`${address}:${values.get('port') ?? ''}`, count);
  }
  return found;
}
