/** Devices × traffic groups: active, standby, next; and handing over. */
import { Button } from '@patternfly/react-core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { encodeName } from '../../../src/config/text/urls.ts';
import { nameOf, namesQuery } from '../api/queries.ts';
import { call, get } from '../api/rest.ts';
import { statisticsRows } from '../api/statistics.ts';
import { useShell } from '../shell/context.ts';
import { Wait, messageOf } from '../shell/Problem.tsx';

const refreshMilliseconds = 1000;
const shapes: Readonly<Record<string, string>> = { active: '●', standby: '○' };

export function TrafficGroups(props: {
  readonly devices: readonly JsonObject[];
  readonly own: string;
}): ReactNode {
  const { devices, own } = props;
  const names = useQuery(namesQuery('cm traffic-group')).data;
  const groups = (names ?? []).filter((name) => !name.endsWith('/traffic-group-local-only'));
  const found = useQueries({
    queries: groups.map((group) => ({
      queryKey: ['statistics', 'cm traffic-group', group],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        statisticsRows(await get(`/mgmt/tm/cm/traffic-group/${encodeName(group)}/stats`, signal)),
      refetchInterval: refreshMilliseconds,
    })),
  });
  if (names === undefined) return <Wait />;
  return (
    <div className="wide">
      <table className="facts-table" aria-label="Devices and traffic groups">
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">State</th>
            {groups.map((group) => (
              <th key={group} scope="col">
                {group.replace('/Common/', '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => {
            const name = nameOf(device).startsWith('/')
              ? nameOf(device)
              : `/Common/${nameOf(device)}`;
            return (
              <tr key={name}>
                <th scope="row">
                  {name.replace('/Common/', '')}{' '}
                  {name === own && <span className="quiet">(this device)</span>}
                </th>
                <td>{String(device['failoverState'] ?? 'unknown')}</td>
                {groups.map((group, index) => (
                  <td key={group}>
                    <Cell
                      group={group}
                      isOwn={name === own}
                      rows={found[index]?.data}
                      isFailed={found[index]?.isError === true}
                      name={name}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Cell(props: {
  readonly group: string;
  readonly isOwn: boolean;
  /** Undefined: not known yet. */
  readonly rows: readonly Readonly<Record<string, string>>[] | undefined;
  readonly isFailed: boolean;
  /** Of the device. */
  readonly name: string;
}): ReactNode {
  const { group, isOwn, rows, isFailed, name } = props;
  if (isFailed || rows === undefined)
    return <span className="quiet">{isFailed ? 'not known now' : '…'}</span>;
  const row = rows.find((one) => one['deviceName'] === name);
  if (row === undefined) return <span className="quiet">–</span>;
  const state = row['failoverState'] ?? 'unknown';
  return (
    <>
      <span className={state === 'active' ? 'state-available' : 'state-off'} aria-hidden="true">
        {shapes[state] ?? '■'}
      </span>{' '}
      {state}
      {row['nextActive'] === 'true' && <span className="quiet"> (next)</span>}
      {row['lastBecameActive'] !== '-' && (
        <div className="quiet">
          since {new Date(row['lastBecameActive'] ?? '').toLocaleString()}
        </div>
      )}
      {isOwn && state === 'active' && <HandOver group={group} />}
    </>
  );
}

function HandOver({ group }: { readonly group: string }): ReactNode {
  const { notify } = useShell();
  const [isAsked, setAsked] = useState(false);
  const go = (): void => {
    setAsked(false);
    const body = { command: 'run', standby: true, 'traffic-group': group };
    call('/mgmt/tm/sys/failover', { method: 'POST', body, reason: `hand over ${group}` })
      .then(() => notify({ kind: 'success', title: `${group} is handed over` }))
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Not handed over', text: messageOf(error) }),
      );
  };
  if (!isAsked) {
    return (
      <div>
        <Button variant="link" isInline size="sm" onClick={() => setAsked(true)}>
          Force to standby…
        </Button>
      </div>
    );
  }
  return (
    <div className="field-row">
      <Button variant="danger" size="sm" onClick={go}>
        Hand over now
      </Button>
      <Button variant="link" size="sm" onClick={() => setAsked(false)}>
        Cancel
      </Button>
    </div>
  );
}
