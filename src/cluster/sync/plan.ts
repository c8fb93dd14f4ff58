import { gtmGroup, trustGroup } from '../../catalogue/cm/device-group.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import type { ConfigView } from '../../config/types.ts';
import type { GroupConfig } from './types.ts';

/** Which groups this device synchronises in, by its configuration. Pure. */
export interface PlannedGroup {
  readonly config: GroupConfig;
  /** What scopes name it: the device group's path. */
  readonly scope: string;
  /** Without "/Common/"; as status lines have it. */
  readonly label: string;
  /** What comes by itself is also saved to the files. */
  readonly isSaved: boolean;
}

export function plannedGroups(view: ConfigView): readonly PlannedGroup[] {
  const domain = domainDevices(view);
  if (!domain.includes(view.deviceName)) return [];
  const trust: PlannedGroup = {
    config: {
      group: trustGroup,
      members: domain,
      kind: 'merging',
      newcomer: 'replace',
      fullLoadOnSync: false,
      incrementalBytes: cacheBytes(view, trustGroup),
    },
    scope: trustGroup,
    label: leafName(trustGroup),
    isSaved: false,
  };
  return [trust, ...gtmGroups(view, domain), ...deviceGroups(view)];
}

/** Global devices of one synchronisation group; the name keeps groups of one domain apart. */
function gtmGroups(view: ConfigView, domain: readonly string[]): readonly PlannedGroup[] {
  const general = view.get('gtm global-settings general', '')?.properties;
  if (general?.['synchronization'] !== 'yes') return [];
  const group = `${gtmGroup}:${general['synchronization-group-name'] ?? 'default'}`;
  const config: GroupConfig = {
    group,
    members: domain,
    kind: 'merging',
    newcomer: 'merge',
    fullLoadOnSync: false,
    incrementalBytes: cacheBytes(view, gtmGroup),
  };
  return [{ config, scope: gtmGroup, label: leafName(gtmGroup), isSaved: false }];
}

/** Of the application security module; many devices write to it, and clients only synchronise it. */
const hiddenGroup = /^\/Common\/datasync-.*-dg$/;

/** incremental-config-sync-size-max is in kilobytes. */
function cacheBytes(view: ConfigView, group: string): number {
  const properties = view.get('cm device-group', group)?.properties;
  return (properties?.['incremental-config-sync-size-max'] ?? 1024) * 1024;
}

function deviceGroups(view: ConfigView): readonly PlannedGroup[] {
  return view.list('cm device-group').flatMap(({ name, properties }) => {
    if (name === trustGroup || name === gtmGroup) return [];
    const members = itemNames(properties['devices']).map(leafName);
    if (!members.includes(view.deviceName)) return [];
    const isOfSystem = hiddenGroup.test(name);
    const kind = properties['auto-sync'] === 'enabled' ? 'auto' : 'manual';
    const config: GroupConfig = {
      group: name,
      members,
      kind: isOfSystem ? 'merging' : kind,
      newcomer: isOfSystem ? 'merge' : 'replace',
      fullLoadOnSync: properties['full-load-on-sync'] === 'true',
      incrementalBytes: cacheBytes(view, name),
    };
    const isSaved = kind === 'auto' && properties['save-on-auto-sync'] === 'true';
    return [{ config, scope: name, label: leafName(name), isSaved }];
  });
}

export function domainDevices(view: ConfigView): readonly string[] {
  return view.list('cm device').map(({ name }) => leafName(name));
}

export function itemNames(items: Value | undefined): readonly string[] {
  if (!Array.isArray(items)) return [];
  // Items are stored as objects with their name first.
  return (items as readonly Properties[]).map((item) => String(item['name']));
}

/** "/Common/a" → "a". */
export function leafName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Of two software versions "16.1.0": may configuration travel between them? One minor apart may. */
export function areCompatible(one: string, other: string): boolean {
  const [major, minor] = one.split('.').map(Number);
  const [otherMajor, otherMinor] = other.split('.').map(Number);
  return major === otherMajor && Math.abs((minor ?? 0) - (otherMinor ?? 0)) <= 1;
}
