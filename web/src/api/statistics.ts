/** Statistics of REST, nested as BIG-IP has them, as plain rows. Pure. */
import type { State, States } from './queries.ts';

export interface StatisticsEntry {
  /** The last part of its URL, decoded: "/Common/web". */
  readonly title: string;
  readonly lines: readonly (readonly [string, string])[];
}

type Shown = Readonly<Record<string, unknown>>;

function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each level that has values of its own. */
export function statisticsEntries(json: Shown, title = ''): readonly StatisticsEntry[] {
  const { entries } = json;
  if (!isShown(entries)) return [];
  const lines: (readonly [string, string])[] = [];
  const below: StatisticsEntry[] = [];
  for (const [key, value] of Object.entries(entries)) {
    if (!isShown(value)) continue;
    const { nestedStats } = value;
    if (isShown(nestedStats)) below.push(...statisticsEntries(nestedStats, lastOf(key)));
    else lines.push([key, String(value['description'] ?? value['value'] ?? '')]);
  }
  return lines.length === 0 ? below : [{ title, lines }, ...below];
}

function lastOf(url: string): string {
  const path = url.replace(/\/stats$/, '');
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)).replaceAll('~', '/');
}

/** The same as objects: `title` and the values by name. */
export function statisticsRows(json: Shown): readonly Readonly<Record<string, string>>[] {
  return statisticsEntries(json).map(({ title, lines }) => ({
    ...Object.fromEntries(lines),
    title,
  }));
}

const availabilities: Readonly<Record<string, State['availability']>> = {
  available: 'available',
  unavailable: 'unavailable',
  offline: 'offline',
};

/** States as statistics tell them, by `kind` and name, as the health of local traffic has them. */
export function statesOf(json: Shown, kind: string): States {
  const states: Record<string, State> = {};
  for (const row of statisticsRows(json)) {
    const word = row['status.availabilityState'];
    if (word === undefined) continue;
    const name = (row['title'] ?? '').replace(/:(A|AAAA|CNAME|MX|NAPTR|SRV)$/, '');
    const enabled = row['status.enabledState'];
    states[`${kind} ${name}`] = {
      availability: availabilities[word] ?? 'unknown',
      enabled: enabled === 'disabled' || enabled === 'disabled-by-parent' ? enabled : 'enabled',
      reason: (row['status.statusReason'] ?? '').trim(),
      since: 0,
      monitorStatus: '',
    };
  }
  return states;
}
