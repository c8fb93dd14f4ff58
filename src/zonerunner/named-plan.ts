/** ConfigView → everything named is to hold: its configuration and one text a zone. Pure. */
import type { Change, ConfigView } from '../config/types.ts';
import { type NamedSettings, renderNamedConf, renderZone } from './render.ts';
import { validateZone } from './validate.ts';
import { viewComponent, viewsOf, zoneComponent, zonesOf } from './zone.ts';

export interface ZoneFile {
  readonly domain: string;
  readonly view: string;
  /** Relative to named's folder. */
  readonly file: string;
  readonly text: string;
}

export interface NamedPlan {
  readonly conf: string;
  readonly zones: readonly ZoneFile[];
  /** Zones left out, and why: a peer with other rules may have sent them. */
  readonly refused: readonly string[];
}

export interface NamedIdentity extends Omit<NamedSettings, 'views'> {
  secretOf(view: string): string;
}

export function concernsZones(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component }) => component === zoneComponent || component === viewComponent,
  );
}

export function planNamed(view: ConfigView, identity: NamedIdentity): NamedPlan {
  const zones: ZoneFile[] = [];
  const refused: string[] = [];
  for (const { zone, problems } of zonesOf(view)) {
    // Wide IPs are not looked up here: what was committed with one stays in when the wide IP goes.
    const [problem] = problems.length > 0 ? problems : validateZone(zone, () => true);
    if (problem !== undefined) {
      refused.push(`${zone.object}: ${problem.message}`);
      continue;
    }
    const file = `zones/${zone.view}/${zone.domain === '.' ? 'root.' : zone.domain}db`;
    zones.push({ domain: zone.domain, view: zone.view, file, text: renderZone(zone) });
  }
  const views = viewsOf(view).map((name) => ({
    name,
    secret: identity.secretOf(name),
    zones: zones.filter((zone) => zone.view === name),
  }));
  return { conf: renderNamedConf({ ...identity, views }), zones, refused };
}
