/** Which device, active or standby, in sync or not, and what to do about it. */
import { Button, Popover } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import type { Peer, Report } from '../api/stream.ts';
import { PeerLinks } from './Banners.tsx';
import { useShell } from './context.ts';
import { Go } from './router.tsx';

/** A colour is never alone: the shape and the word say the same. */
const shapes: Readonly<Record<string, string>> = {
  green: '●',
  blue: '◆',
  gray: '○',
  yellow: '▲',
  red: '■',
};

export function CornerView(): ReactNode {
  const { corner, problem } = useShell();
  if (corner === undefined) return <span className="corner">…</span>;
  const isOld = problem !== undefined;
  return (
    <div className="corner" aria-label="This device" role="group" aria-live="polite">
      <span className="corner-device">{corner.hostname}</span>
      <Mark report={corner.failover} title="Failover" isOld={isOld} peers={corner.peers} />
      <Mark report={corner.sync} title="Synchronisation" isOld={isOld} />
    </div>
  );
}

function Mark(props: {
  readonly report: Report;
  readonly title: string;
  readonly isOld: boolean;
  readonly peers?: readonly Peer[];
}): ReactNode {
  const { report, title, isOld, peers = [] } = props;
  const { color = 'gray', status = 'unknown', summary, details } = report;
  // What is not known just now is not shown as if it were.
  const shown = isOld ? 'gray' : color;
  return (
    <Popover
      headerContent={`${title}: ${isOld ? 'not known now' : status}`}
      bodyContent={
        <>
          {summary !== undefined && <p>{summary}</p>}
          <ul className="plain-list">
            {details.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          {peers.length > 0 && <PeerLinks peers={peers} />}
          <Go to="/cluster">Cluster</Go>
        </>
      }
    >
      <Button variant="plain" className={`mark mark-${shown}`}>
        <span aria-hidden="true" className="mark-shape">
          {shapes[shown] ?? '○'}
        </span>{' '}
        <span className="pf-v6-screen-reader">{title}: </span>
        {isOld ? `${status}?` : status}
      </Button>
    </Popover>
  );
}
