/** Nested statistics of REST, flat: one table for each entry. */
import type { ReactNode } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { statisticsEntries } from '../api/statistics.ts';

const maximumEntries = 200;

export function StatisticsView({ json }: { readonly json: JsonObject }): ReactNode {
  const entries = statisticsEntries(json);
  if (entries.length === 0) return <p className="quiet">Nothing to show.</p>;
  return (
    <div className="cards">
      {entries.slice(0, maximumEntries).map(({ title, lines }, index) => (
        <section key={`${title} ${index + 1}`} className="item" aria-label={title}>
          {title !== '' && <h2 className="mono">{title}</h2>}
          <dl className="facts">
            {lines.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {entries.length > maximumEntries && <p>…and {entries.length - maximumEntries} more.</p>}
    </div>
  );
}
