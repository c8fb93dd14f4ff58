/** Connections, throughput, requests and latency of the device or of one object: an hour, a day, a week. */
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { get } from '../api/rest.ts';
import { isObject } from '../catalogue/shape.ts';
import { Problem, Wait } from '../shell/Problem.tsx';
import { LineChart } from './LineChart.tsx';

const refreshMilliseconds = 10_000;
const spans = ['hour', 'day', 'week'] as const;

/** Whose times they are, which the figures do not tell. */
function timesNote(object: string): string {
  const mean = 'The mean of the last 1,024 connections or requests';
  if (object.startsWith('ltm virtual '))
    return `${mean} of its pool, from whichever virtual server they came: servers are timed by pool only.`;
  return object === ''
    ? `${mean} of each pool, by their connections.`
    : `${mean} over all members.`;
}

/** `object`: "ltm virtual /Common/web"; '' of the whole device. */
export function Charts({ object }: { readonly object: string }): ReactNode {
  const [span, setSpan] = useState<(typeof spans)[number]>('hour');
  const query = object === '' ? '' : `&object=${encodeURIComponent(object)}`;
  const found = useQuery({
    queryKey: ['charts', object, span],
    queryFn: ({ signal }) => get(`/mgmt/shared/evenkeel/charts?span=${span}${query}`, signal),
    refetchInterval: refreshMilliseconds,
  });
  if (found.error !== null) return <Problem title="No charts" error={found.error} />;
  if (found.data === undefined) return <Wait />;
  const series = isObject(found.data['series']) ? found.data['series'] : {};
  const of = (name: string): readonly number[] => {
    const values = series[name];
    return Array.isArray(values)
      ? values.map((value) => (typeof value === 'number' ? value : NaN))
      : [];
  };
  const stepSeconds = Number(found.data['stepSeconds']);
  const hasAny = of('connections').length > 0;
  const hasTimes = [...of('responseMilliseconds'), ...of('connectMilliseconds')].some(
    (value) => !Number.isNaN(value),
  );
  return (
    <div>
      <ToggleGroup aria-label="Time">
        {spans.map((one) => (
          <ToggleGroupItem
            key={one}
            text={one}
            isSelected={span === one}
            onChange={() => setSpan(one)}
          />
        ))}
      </ToggleGroup>
      {!hasAny && (
        <p className="quiet">
          Nothing counted yet: the device remembers what has traffic, from then on.
        </p>
      )}
      {hasAny && (
        <div className="charts">
          <LineChart
            title="Connections"
            unit=""
            stepSeconds={stepSeconds}
            lines={[{ title: 'open', values: of('connections') }]}
          />
          <LineChart
            title="New connections"
            unit="/s"
            stepSeconds={stepSeconds}
            lines={[{ title: 'new', values: of('newConnectionsPerSecond') }]}
          />
          <LineChart
            title="Throughput"
            unit="bit/s"
            stepSeconds={stepSeconds}
            lines={[
              { title: 'in', values: of('bitsInPerSecond') },
              { title: 'out', values: of('bitsOutPerSecond') },
            ]}
          />
          <LineChart
            title="Requests"
            unit="/s"
            stepSeconds={stepSeconds}
            lines={[{ title: 'requests', values: of('requestsPerSecond') }]}
          />
          {hasTimes && (
            <section aria-label="Latency">
              <LineChart
                title="Servers take"
                unit="ms"
                stepSeconds={stepSeconds}
                lines={[
                  { title: 'to respond', values: of('responseMilliseconds') },
                  { title: 'to connect', values: of('connectMilliseconds') },
                ]}
              />
              <p className="field-note">{timesNote(object)}</p>
            </section>
          )}
          {of('processorPercent').length > 0 && (
            <>
              <LineChart
                title="Processors"
                unit="%"
                stepSeconds={stepSeconds}
                lines={[{ title: 'used', values: of('processorPercent') }]}
              />
              <LineChart
                title="Memory"
                unit="%"
                stepSeconds={stepSeconds}
                lines={[{ title: 'used', values: of('memoryPercent') }]}
              />
            </>
          )}
        </div>
      )}
    </div>
  );
}
