/** Device groups: who has which configuration; what differs, seen before it goes over. */
import { Alert, Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { changesText } from '../../../src/config/text/changes-text.ts';
import type { Json } from '../../../src/config/text/json.ts';
import { call, get } from '../api/rest.ts';
import { statisticsRows } from '../api/statistics.ts';
import { DiffView } from '../change/DiffView.tsx';
import { useShell } from '../shell/context.ts';
import { Wait, messageOf } from '../shell/Problem.tsx';

const refreshMilliseconds = 2000;
type Row = Readonly<Record<string, string>>;

export function SyncPanel({ own }: { readonly own: string }): ReactNode {
  const { corner } = useShell();
  const found = useQuery({
    queryKey: ['statistics', 'cm device-group', ''],
    queryFn: async ({ signal }) =>
      statisticsRows(await get('/mgmt/tm/cm/device-group/stats', signal)),
    refetchInterval: refreshMilliseconds,
  });
  if (found.data === undefined) return <Wait />;
  const rows = found.data;
  const groups = rows.filter(
    (row) => row['devicegroup'] === undefined && row['status'] !== undefined,
  );
  return (
    <div className="field-list">
      {corner !== undefined && (
        <Alert
          component="h2"
          isInline
          variant={corner.sync.color === 'green' ? 'success' : 'warning'}
          title={[corner.sync.status ?? 'unknown', corner.sync.summary?.trim() ?? '']
            .filter(Boolean)
            .join(': ')}
        />
      )}
      {groups.map((group) => (
        <Group
          key={group['title']}
          group={group}
          own={own}
          members={rows.filter((row) => row['devicegroup'] === group['title'])}
        />
      ))}
    </div>
  );
}

function Group(props: {
  readonly group: Row;
  readonly own: string;
  readonly members: readonly Row[];
}): ReactNode {
  const { group, own, members } = props;
  const [peer, setPeer] = useState<string>();
  const name = group['title'] ?? '';
  return (
    <section className="item" aria-label={name}>
      <h3>
        {name.replace('/Common/', '')}{' '}
        <span className="quiet">
          {group['status']}: {group['summary']}
        </span>
      </h3>
      <table className="facts-table" aria-label={`Members of ${name}`}>
        <thead>
          <tr>
            <th scope="col">Device</th>
            <th scope="col">Status</th>
            <th scope="col">Last change</th>
            <th scope="col">Last synchronised</th>
            <th scope="col">Compare</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => {
            const device = member['device'] ?? '';
            return (
              <tr key={device}>
                <th scope="row">{device.replace('/Common/', '')}</th>
                <td>
                  {member['status']} <span className="quiet">{member['validationError']}</span>
                </td>
                <td>
                  <Change id={member['cidId'] ?? ''} />
                </td>
                <td>
                  {member['lastSyncType']}{' '}
                  <span className="quiet">{member['timeSinceLastSync']} ago</span>
                </td>
                <td>
                  {device !== own && (
                    <Button
                      variant="link"
                      size="sm"
                      isInline
                      onClick={() => setPeer(peer === device ? undefined : device)}
                    >
                      {peer === device
                        ? 'Close'
                        : `Difference to ${device.replace('/Common/', '')}`}
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {peer !== undefined && <PeerDifference group={name} peer={peer} />}
    </section>
  );
}

/** "1795339471326.0@nyc-a": when (milliseconds, and the how many-th in them), and on which device. */
function Change({ id }: { readonly id: string }): ReactNode {
  const [, time, device] = /^(\d{1,15})\.\d+@(.+)$/.exec(id) ?? [];
  if (time === undefined) return id;
  return (
    <span title={id}>
      {new Date(Number(time)).toLocaleString()} <span className="quiet">on {device}</span>
    </span>
  );
}

function PeerDifference({
  group,
  peer,
}: {
  readonly group: string;
  readonly peer: string;
}): ReactNode {
  const { notify } = useShell();
  const device = peer.replace('/Common/', '');
  const found = useQuery({
    queryKey: ['commits', 'peer', device],
    queryFn: ({ signal }) =>
      get(`/mgmt/shared/evenkeel/diff?peer=${encodeURIComponent(device)}`, signal),
    staleTime: 0,
    retry: false,
  });
  const sync = (direction: 'to-group' | 'from-group'): void => {
    const body = { command: 'run', [direction]: group };
    call('/mgmt/tm/cm/config-sync', { method: 'POST', body })
      .then(() =>
        notify({ kind: 'success', title: `Synchronised ${direction.replace('-', ' the ')}` }),
      )
      .catch((error: unknown) =>
        notify({ kind: 'danger', title: 'Not synchronised', text: messageOf(error) }),
      );
  };
  if (found.error !== null)
    return <Alert component="h2" isInline variant="danger" title={messageOf(found.error)} />;
  if (found.data === undefined) return <p role="status">Asking {device}…</p>;
  const { changes } = found.data;
  const text = changesText(Array.isArray(changes) ? (changes as readonly Json[]) : []);
  if (text === '') return <p>No difference.</p>;
  return (
    <div className="field-list">
      <p>From what this device has (−) to what {device} has (+):</p>
      <DiffView text={text} />
      <div className="field-row">
        <Button size="sm" onClick={() => sync('to-group')}>
          This device’s to the group
        </Button>
        <Button size="sm" variant="secondary" onClick={() => sync('from-group')}>
          The group’s to this device
        </Button>
      </div>
    </div>
  );
}
