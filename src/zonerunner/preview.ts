/** What named would be told by a change that is not made. Pure. */
import { changedLines } from '../base/changed-lines.ts';
import type { NamedPlan } from './named-plan.ts';
import { renderZone } from './render.ts';

/** Its configuration without the keys in it, then one section a zone. */
export function planChanges(before: NamedPlan, after: NamedPlan): readonly string[] {
  return [
    ...changedLines(withoutKeys(before.conf), withoutKeys(after.conf)),
    ...changedLines(zoneText(before), zoneText(after)),
    ...after.refused.filter((reason) => !before.refused.includes(reason)),
  ];
}

function withoutKeys(conf: string): string {
  return conf.replaceAll(/ secret "[^"]*";/g, '');
}

function zoneText(plan: NamedPlan): string {
  return plan.zones
    .map(({ zone }) => {
      const lines = renderZone(zone)
        .split('\n')
        .map((line) => `  ${line}`);
      return [`zone ${zone.domain} of view ${zone.view}`, ...lines].join('\n');
    })
    .join('\n');
}
