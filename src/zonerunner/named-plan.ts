/** ConfigView → everything named is to hold: its configuration and one text a zone. Pure. */
import type { Change, ConfigView, EffectiveObject, StoredObject } from '../config/types.ts';
import { isAccepted } from './check.ts';
import { type DnssecKey, dnssecKeyComponent, dnssecKeyOf } from './dnssec-keys.ts';
import { type NamedSettings, renderNamedConf } from './render.ts';
import { type Problem, severityOf, textOfProblem } from './rules.ts';
import { keyComponent, keysOf } from './tsig-keys.ts';
import { validateZone } from './validate.ts';
import { readZone, viewComponent, viewsOf, type Zone, zoneComponent } from './zone.ts';

export interface ZoneFile {
  readonly zone: Zone;
  /** Relative to named's folder. */
  readonly file: string;
  /** That signs it, where it is to be signed and there is one. */
  readonly key?: DnssecKey | undefined;
}

export interface NamedPlan {
  readonly conf: string;
  readonly views: readonly string[];
  readonly zones: readonly ZoneFile[];
  /** Zones left out, and why: a peer with other rules may have sent them. */
  readonly refused: readonly string[];
}

export interface NamedIdentity extends Omit<NamedSettings, 'views' | 'keys'> {
  secretOf(view: string): string;
}

export function concernsZones(changes: readonly Change[]): boolean {
  return changes.some(
    ({ component }) =>
      component === zoneComponent ||
      component === viewComponent ||
      component === keyComponent ||
      component === dnssecKeyComponent,
  );
}

/** `refusalOf`: what BIND said of a zone that it would not take, the last time. */
export function planNamed(
  view: ConfigView,
  identity: NamedIdentity,
  refusalOf: (zone: Zone) => string | undefined = () => undefined,
): NamedPlan {
  const zones: ZoneFile[] = [];
  const refused: string[] = [];
  const keys = keysOf(view);
  const isKey = (name: string): boolean => keys.some((key) => key.name === name);
  for (const object of view.list(zoneComponent)) {
    const { zone, error } = readOnce(object);
    const problem = error ?? missingKey(zone, isKey);
    const isSigned = zone.links.dnssecPolicy !== 'none';
    const key = isSigned ? dnssecKeyOf(view, zone.object) : undefined;
    const refusal = problem === undefined ? refusalOf(zone) : textOfProblem(problem);
    if (refusal === undefined) zones.push({ zone, file: fileOf(zone), key });
    else refused.push(`${zone.object}: ${refusal}`);
  }
  const views = viewsOf(view);
  const settings = views.map((name) => ({
    name,
    secret: identity.secretOf(name),
    zones: zones
      .filter(({ zone }) => zone.view === name)
      .map(({ zone, file, key }) => ({ zone, file, keyTag: key?.tag })),
  }));
  return { conf: renderNamedConf({ ...identity, keys, views: settings }), views, zones, refused };
}

interface Judged {
  readonly zone: Zone;
  readonly error: Problem | undefined;
}

/** By the stored object, which is another one after each change: most commits change one zone. */
const judged = new WeakMap<StoredObject, Judged>();

function readOnce(object: EffectiveObject): Judged {
  const known = judged.get(object.stored);
  if (known !== undefined) return known;
  const { zone, problems } = readZone(object);
  // Wide IPs are not looked up here: what was committed with one stays in when the wide IP goes.
  const found =
    problems.length > 0 || isAccepted(object.stored)
      ? problems
      : validateZone(zone, { isWideIp: () => true });
  const fresh = { zone, error: found.find((one) => severityOf(one) === 'error') };
  judged.set(object.stored, fresh);
  return fresh;
}

function missingKey({ links }: Zone, isKey: (name: string) => boolean): Problem | undefined {
  const named = [links.key, links.notifyKey, ...links.transferKeys];
  const missing = named.find((name) => name !== undefined && !isKey(name));
  if (missing === undefined) return undefined;
  return { rule: 'zone-kind', message: `its key "${missing}" is not there` };
}

/** "/" of a reverse zone without classes is no path. */
function fileOf({ domain, kind, view }: Zone): string {
  const name = domain === '.' ? 'root.' : domain.replaceAll('/', '%2f');
  return `zones/${view}/${name}${kind === 'primary' ? 'db' : kind}`;
}
