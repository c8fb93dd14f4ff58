/** Status changes as BIG-IP logs them: `VS v state change green --> red ( Monitor M from P : reason)`. Pure. */
import type { GtmStatus, GtmStatuses } from '../health/words.ts';
import type { Words } from '../health/merge.ts';

const colours: Readonly<Record<Words, string>> = {
  available: 'green',
  unavailable: 'yellow',
  offline: 'red',
  unknown: 'blue',
};

export interface StatusChange {
  readonly text: string;
  readonly isBad: boolean;
}

const kinds = [
  ['Box', 'servers'],
  ['VS', 'virtualServers'],
  ['Pool', 'pools'],
  ['Wide IP', 'wideIps'],
  ['Data center', 'datacenters'],
] as const;

export function statusChanges(before: GtmStatuses, after: GtmStatuses): readonly StatusChange[] {
  return kinds.flatMap(([noun, kind]) => changesOf(noun, before[kind], after[kind]));
}

function changesOf(
  noun: string,
  before: ReadonlyMap<string, GtmStatus>,
  after: ReadonlyMap<string, GtmStatus>,
): readonly StatusChange[] {
  const changes: StatusChange[] = [];
  for (const [name, status] of after) {
    const former = before.get(name)?.availability ?? 'unknown';
    if (former === status.availability) continue;
    const colour = `${colours[former]} --> ${colours[status.availability]}`;
    changes.push({
      // The name of what is a link says so.
      text: `${name.startsWith('link ') ? '' : `${noun} `}${name} state change ${colour} (${status.reason})`,
      isBad: status.availability === 'offline' || status.availability === 'unavailable',
    });
  }
  return changes;
}
