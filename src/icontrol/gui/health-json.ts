/** States of nodes, pools, members and virtual servers, short enough for tables of thousands. Pure. */
import type { Component } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { HealthEntry, HealthKey } from '../../monitor/health.ts';
import { type Access, maySee, seesEverything } from '../access/roles.ts';

/** The first word of a key → whose objects these are. */
const components: Readonly<Record<string, string>> = {
  node: 'ltm node',
  pool: 'ltm pool',
  member: 'ltm pool',
  virtual: 'ltm virtual',
  'virtual-address': 'ltm virtual-address',
};

export function isHealthKind(word: string): boolean {
  return Object.hasOwn(components, word);
}

export function healthJson({
  availability,
  enabled,
  reason,
  since,
  ...rest
}: HealthEntry): JsonObject {
  return { availability, enabled, reason, since, monitorStatus: rest.monitorStatus };
}

/** What a user does not see has no state either. */
export function isVisibleHealth(
  { component }: { component(id: string): Component | undefined },
  access: Access,
  key: HealthKey,
): boolean {
  if (seesEverything(access)) return true;
  const [kind = '', name = ''] = key.split(' ');
  const entry = component(components[kind] ?? '');
  return entry !== undefined && maySee(access, entry, name);
}
