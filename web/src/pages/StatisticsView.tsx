/** Nested statistics of REST, flat: one table for each entry. */
import type { ReactNode } from 'react';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';

const maximumEntries = 200;

export interface StatisticsEntry {
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
}

/** Pure. */
export function statisticsEntries(
  json: Readonly<Record<string, unknown>>,
  title = '',
): readonly StatisticsEntry[] {
  const { entries } = json;
  if (!isObject(entries)) return [];
  const lines: (readonly [string, string])[] = [];
  const below: StatisticsEntry[] = [];
  for (const [key, value] of Object.entries(entries)) {
    if (!isObject(value)) continue;
    const { nestedStats } = value;
    if (isObject(nestedStats)) below.push(...statisticsEntries(nestedStats, lastOf(key)));
    else lines.push([key, String(value['description'] ?? value['value'] ?? '')]);
  }
  return lines.length === 0 ? below : [{ title, lines }, ...below];
}

function lastOf(url: string): string {
  const path = url.replace(/\/stats$/, '');
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).replaceAll('~', '/');
}

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
