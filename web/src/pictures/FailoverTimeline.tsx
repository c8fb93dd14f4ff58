/** What the failover process did and why, newest first, with the milliseconds before it. */
import type { ReactNode } from 'react';

const maximumShown = 50;

export function FailoverTimeline({
  rows,
}: {
  readonly rows: readonly Readonly<Record<string, string>>[];
}): ReactNode {
  if (rows.length === 0) return <p className="quiet">Nothing has happened yet.</p>;
  return (
    <ol className="timeline" aria-label="Failover history">
      {rows
        .slice(0, maximumShown)
        .map(({ title, time, trafficGroup, change, reason, evidence, timeline }) => (
          <li key={title} className={change === 'active' ? 'timeline-active' : 'timeline-other'}>
            <strong>{change}</strong> {trafficGroup}{' '}
            <span className="quiet">{new Date(time ?? '').toLocaleString()}</span>
            <div>{reason}</div>
            <div className="quiet">{evidence}</div>
            {timeline !== undefined && timeline !== '' && (
              <details>
                <summary>Before and after</summary>
                <ul className="mono">
                  {timeline.split('; ').map((line) => (
                    <li key={line}>{line}</li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
    </ol>
  );
}
