/** The group: who answers for what, who hears whom, who has which configuration, and what happened. */
import { Alert, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { get, itemsOf } from '../api/rest.ts';
import { statisticsRows } from '../api/statistics.ts';
import { useShell } from '../shell/context.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { FailoverTimeline } from '../pictures/FailoverTimeline.tsx';
import { LeasePanel, PathsPanel } from './LeasePanel.tsx';
import { PageHead } from './PageHead.tsx';
import { SyncPanel } from './SyncPanel.tsx';
import { TrafficGroups } from './TrafficGroups.tsx';

const refreshMilliseconds = 2000;

export function ClusterPage(): ReactNode {
  const { corner, problem } = useShell();
  const devices = useQuery({
    queryKey: ['list', 'cm device', 'plain'],
    queryFn: async ({ signal }) => itemsOf(await get('/mgmt/tm/cm/device', signal)),
    refetchInterval: refreshMilliseconds,
  });
  const history = useQuery({
    queryKey: ['statistics', 'cm failover-history', ''],
    queryFn: async ({ signal }) =>
      statisticsRows(await get('/mgmt/tm/cm/failover-history', signal)),
    refetchInterval: refreshMilliseconds,
  });
  const own = `/Common/${corner?.device ?? ''}`;
  return (
    <PageSection>
      <PageHead
        title="Cluster"
        note={corner === undefined ? 'As this device sees it.' : `As ${corner.device} sees it.`}
      />
      {problem !== undefined && (
        <Alert component="h2" isInline variant="warning" title="What stands here may be old." />
      )}
      {devices.error !== null && <Problem title="Devices cannot be shown" error={devices.error} />}
      <h2 className="section-title">Devices and traffic groups</h2>
      {devices.data === undefined ? <Wait /> : <TrafficGroups devices={devices.data} own={own} />}
      <h2 className="section-title">Lease and fence</h2>
      <LeasePanel />
      <h2 className="section-title">Who is heard</h2>
      <PathsPanel />
      <ul className="plain-list tab-body">
        {(corner?.failover.details ?? []).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <h2 className="section-title">Synchronisation</h2>
      <SyncPanel own={own} />
      <h2 className="section-title">What happened</h2>
      {history.data === undefined ? <Wait /> : <FailoverTimeline rows={history.data} />}
    </PageSection>
  );
}
