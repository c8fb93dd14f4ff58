/**
 * New objects as a declaration of AS3, where it has plain words for them: virtual servers, pools, monitors. For BIG-IP:
 * this device does not take declarations. Pure. Source: AS3's schema reference (F5 BIG-IP AS3, classes Service_*, Pool, Monitor).
 */
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';
import { type As3Object, type Pointer, monitorOf, poolOf, serviceOf } from './as3-classes.ts';
import type { Change } from './words.ts';

export interface As3Text {
  readonly text: string;
  /** What whoever sends it should know. */
  readonly notes: readonly string[];
}

/** What AS3 takes as the name of a tenant, an application, an object. */
const nameForm = /^[A-Za-z][0-9A-Za-z_.-]{0,63}$/;

interface Place {
  readonly tenant: string;
  readonly application: string;
  readonly item: string;
}

/** AS3 knows tenant, application and item; in /Common it makes everything in /Common/Shared. */
function placeOf(name: string): Place | undefined {
  const parts = name.split('/').slice(1);
  const [tenant = '', second = '', third] = parts;
  const place =
    parts.length === 2 && tenant === 'Common'
      ? { tenant, application: 'Shared', item: second }
      : { tenant, application: second, item: third ?? '' };
  const isOdd = parts.length > 3 || (tenant === 'Common' && place.application !== 'Shared');
  return !isOdd && Object.values(place).every((part) => nameForm.test(part)) ? place : undefined;
}

function converterOf({
  component,
}: Change): ((body: JsonObject, pointer: Pointer) => As3Object | undefined) | undefined {
  if (component.id === 'ltm virtual') return serviceOf;
  if (component.id === 'ltm pool') return poolOf;
  const monitor = /^ltm monitor (http|https|tcp|udp|gateway-icmp|tcp-half-open)$/.exec(
    component.id,
  );
  const type = monitor?.[1];
  return type === undefined ? undefined : (body) => monitorOf(type, body);
}

/** Undefined: not all of it has a form there. */
export function as3Text(changes: readonly Change[]): As3Text | undefined {
  const made = new Set(changes.map(({ name }) => name));
  const pointer: Pointer = (path) => {
    const full = path.startsWith('/') ? path : `/Common/${path}`;
    const place = made.has(full) ? placeOf(full) : undefined;
    return place === undefined
      ? { bigip: full }
      : { use: `/${place.tenant}/${place.application}/${place.item}` };
  };
  const tenants: Record<string, Record<string, Json>> = {};
  const notes: string[] = [];
  for (const change of changes) {
    const place = placeOf(change.name);
    const convert = change.method === 'POST' ? converterOf(change) : undefined;
    const object = convert?.(change.body, pointer);
    if (place === undefined || object === undefined) return undefined;
    const { tenant, application, item } = place;
    const applications = (tenants[tenant] ??= { class: 'Tenant' });
    const template = tenant === 'Common' ? 'shared' : 'generic';
    const held = applications[application];
    const items = held !== undefined && isObject(held) ? held : { class: 'Application', template };
    applications[application] = { ...items, [item]: object.json };
    if (object.left.length > 0) notes.push(`${change.name}: AS3 has no ${object.left.join(', ')}`);
    const made3 = `/${tenant}/${application}/${item}`;
    if (made3 !== change.name) notes.push(`AS3 makes ${change.name} as ${made3}`);
  }
  notes.push(
    `A declaration replaces what AS3 made before in ${Object.keys(tenants).join(', ')}: add to the one that you have`,
  );
  const declaration = { class: 'ADC', schemaVersion: '3.0.0', updateMode: 'selective', ...tenants };
  return { text: JSON.stringify(declaration, null, 2), notes };
}
