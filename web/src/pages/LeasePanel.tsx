/** How long this device may still answer and who agreed; and who is heard over which path. */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { get } from '../api/rest.ts';
import { statisticsRows } from '../api/statistics.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait } from '../shell/Problem.tsx';

const refreshMilliseconds = 1000;
type Row = Readonly<Record<string, string>>;

function useRows(name: string): {
  readonly data: readonly Row[] | undefined;
  readonly error: unknown;
} {
  return useQuery({
    queryKey: ['statistics', `cm ${name}`, ''],
    queryFn: async ({ signal }) => statisticsRows(await get(`/mgmt/tm/cm/${name}`, signal)),
    refetchInterval: refreshMilliseconds,
  });
}

/** Nothing comes from a failover process that does not answer: that is not the same as being alone. */
function useIsSilent(): boolean {
  const { corner } = useShell();
  return !/^(ACTIVE|STANDBY|FORCED OFFLINE|OFFLINE)$/.test(corner?.failover.status ?? '');
}

export function LeasePanel(): ReactNode {
  const { data, error } = useRows('failover-lease');
  const isSilent = useIsSilent();
  if (error !== null) return <Problem title="Leases cannot be shown" error={error} />;
  if (data === undefined) return <Wait />;
  const [first] = data;
  if (isSilent && first === undefined) return <NotKnown />;
  if (first === undefined) return <p className="quiet">No traffic group is in play here.</p>;
  return (
    <div className="wide">
      <p className="quiet">
        {`Profile ${first['profile']}: a heartbeat every ${first['heartbeatInterval']} ms; who is active answers at most ` +
          `${first['leaseLength']} ms after the last one that was agreed to, and nobody takes over before ` +
          `${first['detection']} ms of silence. Asked: ${first['counts']}. This device’s timer was late by at most ` +
          `${first['worstLateness']} ms${first['realTime'] === 'yes' ? ', with real-time priority' : ''}.`}
        {first['canSplit'] === 'yes' && ' Cut from its peer on every path, this pair can split.'}
      </p>
      <table className="facts-table" aria-label="Leases">
        <thead>
          <tr>
            <th scope="col">Traffic group</th>
            <th scope="col">This device</th>
            <th scope="col">Fence</th>
            <th scope="col">May answer for</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {data.map((row) => (
            <LeaseRow key={row['title']} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NotKnown(): ReactNode {
  return <p>Not known: the failover process does not answer.</p>;
}

function LeaseRow({ row }: { readonly row: Row }): ReactNode {
  const { trafficGroup = '', role = '', fence = '', leaseRemaining = '', leaseLength, term } = row;
  const isOpen = fence === 'open';
  const left = Number(leaseRemaining);
  return (
    <tr>
      <th scope="row">{trafficGroup.replace('/Common/', '')}</th>
      <td>
        {role} <span className="quiet">term {term}</span>
      </td>
      <td>
        <span className={isOpen ? 'state-available' : 'state-off'} aria-hidden="true">
          {isOpen ? '●' : '○'}
        </span>{' '}
        {fence}
      </td>
      <td>
        {!isOpen && '–'}
        {isOpen && !Number.isFinite(left) && 'as long as it runs: nobody else could'}
        {isOpen && Number.isFinite(left) && (
          <>
            <meter
              min={0}
              max={Number(leaseLength)}
              low={Number(leaseLength) / 4}
              value={left}
              aria-label={`Lease of ${trafficGroup}`}
            />{' '}
            {left} of {leaseLength} ms
          </>
        )}
      </td>
      <td>
        {row['reason']}{' '}
        <span className="quiet">since {new Date(row['since'] ?? '').toLocaleString()}</span>
      </td>
    </tr>
  );
}

const shapes: Readonly<Record<string, readonly [string, string]>> = {
  heard: ['●', 'state-available'],
  silent: ['■', 'state-offline'],
};

export function PathsPanel(): ReactNode {
  const { data, error } = useRows('failover-path');
  const isSilent = useIsSilent();
  if (error !== null) return <Problem title="Heartbeats cannot be shown" error={error} />;
  if (data === undefined) return <Wait />;
  if (isSilent && data.length === 0) return <NotKnown />;
  if (data.length === 0)
    return <p className="quiet">This device is alone: it hears and tells nobody.</p>;
  return (
    <div className="wide">
      <table className="facts-table" aria-label="Heartbeats by path">
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Path</th>
            <th scope="col">Heard</th>
            <th scope="col">Silent for</th>
            <th scope="col">The device</th>
          </tr>
        </thead>
        <tbody>
          {data.map(({ title, deviceName, kind, remoteAddress, localAddress, ...row }) => {
            const [shape, look] = shapes[row['status'] ?? ''] ?? ['◆', 'state-unknown'];
            return (
              <tr key={title}>
                <th scope="row">
                  {deviceName} <span className="quiet">{row['part']}</span>
                </th>
                <td className="mono">
                  {kind} {remoteAddress} → {localAddress}
                </td>
                <td>
                  <span className={look} aria-hidden="true">
                    {shape}
                  </span>{' '}
                  {row['status']}
                </td>
                <td className="number">{row['silence'] === '-' ? '–' : `${row['silence']} ms`}</td>
                <td>
                  {row['deviceStatus']}, {row['fitness']}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
