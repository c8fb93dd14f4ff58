/**
 * Objects, as they would be, as a declaration of AS3, where it has words for them. For BIG-IP: this device does not take
 * declarations. Pure. Source: AS3's schema reference (F5 BIG-IP AS3 3.56).
 */
import type { Component } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';
import { monitorOf, poolOf, serviceOf } from './as3-classes.ts';
import { globalConverters } from './as3-global.ts';
import { policyOf } from './as3-policies.ts';
import { otherConverters, tableOf } from './as3-other.ts';
import { as3Table } from './as3-table.ts';
import { type As3Context, type As3Object, fullName, itemsAt } from './as3-values.ts';
import type { Change } from './words.ts';

export interface As3Text {
  readonly text: string;
  /** What whoever sends it should know. */
  readonly notes: readonly string[];
}

/** An object with everything that it would have. */
export interface As3Source {
  readonly component: Component;
  readonly name: string;
  readonly body: JsonObject;
}

/** What AS3 takes as the name of a tenant, an application, an object. */
const nameForm = /^[A-Za-z][0-9A-Za-z_.-]{0,63}$/;

interface Place {
  readonly tenant: string;
  readonly application: string;
  readonly item: string;
}

/** All records are one item. */
const topologyPlace: Place = { tenant: 'Common', application: 'Shared', item: 'topology' };

/** AS3 knows tenant, application and item; in /Common it makes everything in /Common/Shared. */
function placeOf(id: string, name: string): Place | undefined {
  if (id === 'gtm topology') return topologyPlace;
  // What AS3 makes is not a draft.
  const plain = id === 'ltm policy' ? name.replace('/Drafts/', '/') : name;
  const parts = plain.split('/').slice(1);
  const [tenant = '', second = '', third] = parts;
  const place =
    parts.length === 2 && tenant === 'Common'
      ? { tenant, application: 'Shared', item: second }
      : { tenant, application: second, item: third ?? '' };
  const isOdd = parts.length > 3 || (tenant === 'Common' && place.application !== 'Shared');
  // AS3 gives certificates their ending; addresses and names of DNS are no names of items.
  const named = { ...place, item: itemOf(id, place.item) };
  return !isOdd && Object.values(named).every((part) => nameForm.test(part)) ? named : undefined;
}

function itemOf(id: string, leaf: string): string {
  if (id === 'sys file ssl-cert') return leaf.replace(/\.crt$/, '');
  if (id === 'ltm virtual-address' || id === 'ltm snat-translation')
    return /^[A-Za-z]/.test(leaf) && !leaf.includes(':')
      ? leaf
      : `a_${leaf.replaceAll(/[^\w.-]/g, '_')}`;
  return id.startsWith('gtm wideip ')
    ? leaf.replaceAll('*', 'any').replaceAll(/[^\w-]/g, '_')
    : leaf;
}

/** These stand in /Common itself, as on BIG-IP. */
const inCommon = /^gtm (datacenter|server|region|prober-pool)$/;

type Converter = (
  component: Component,
  body: JsonObject,
  context: As3Context,
) => As3Object | undefined;

const monitors =
  /^ltm monitor (dns|ftp|gateway-icmp|http|https|inband|ldap|mysql|postgresql|smtp|tcp|tcp-half-open|udp)$/;

function converterOf({ id }: Component): Converter | undefined {
  if (id === 'ltm virtual') return serviceOf;
  if (id === 'ltm pool') return poolOf;
  if (id === 'ltm policy') return policyOf;
  if (monitors.test(id)) return monitorOf;
  if (id in as3Table) return tableOf;
  return otherConverters[id] ?? globalConverters[id];
}

/** Does AS3 have a class for it? */
export function hasAs3({
  component,
  method,
  item,
}: Pick<Change, 'component' | 'method' | 'item'>): boolean {
  return method !== 'DELETE' && item === undefined && converterOf(component) !== undefined;
}

/** Objects that have to be in the same declaration, because AS3 names only such: pools of wide IPs. */
export function as3Needs(
  sources: readonly As3Source[],
): readonly { readonly id: string; readonly name: string }[] {
  return sources.flatMap(({ component: { id }, body }) =>
    id.startsWith('gtm wideip ')
      ? itemsAt(body, 'pools').map((item) => ({
          id: id.replace('wideip', 'pool'),
          name: fullName(item).startsWith('/') ? fullName(item) : `/Common/${fullName(item)}`,
        }))
      : [],
  );
}

/** What the object will be: what it shows, with what changes. */
export function as3Body(
  shown: JsonObject,
  { body, name }: Pick<Change, 'body' | 'name'>,
): JsonObject {
  const flags = ['enabled', 'disabled', 'vlansEnabled', 'vlansDisabled'];
  const isSwitched = flags.some((flag) => flag in body);
  const kept = Object.entries(shown).filter(([key]) => !isSwitched || !flags.includes(key));
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const reset = new Set(Object.keys(body).filter((key) => body[key] === null));
  const merged = { ...Object.fromEntries(kept), ...Object.fromEntries(given), name };
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !reset.has(key)));
}

const recordsNote =
  'AS3 has one set of topology records: it deletes all others, and uses the longest match unless longestMatchEnabled is false';

/** Records of topology as they are tried. */
function inOrder(sources: readonly As3Source[]): readonly As3Source[] {
  const orderOf = ({ body }: As3Source): number => Number(body['order'] ?? Infinity);
  const isRecord = ({ component }: As3Source): boolean => component.id === 'gtm topology';
  const records = sources.filter(isRecord);
  return [
    ...sources.filter((source) => !isRecord(source)),
    ...records.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1)),
  ];
}

/** Undefined: not all of it has a form there. `kinds`: components of profiles, by name. */
export function as3Text(
  sources: readonly As3Source[],
  kinds: ReadonlyMap<string, string> = new Map(),
): As3Text | undefined {
  const made = new Map(sources.map(({ component, name }) => [name, placeOf(component.id, name)]));
  const pathOf = ({ tenant, application, item }: Place): string =>
    `/${tenant}/${application}/${item}`;
  const tenants: Record<string, Record<string, Json>> = {};
  const notes: string[] = [];
  for (const { component, name, body } of inOrder(sources)) {
    const place = placeOf(component.id, name);
    if (place === undefined) return undefined;
    const object = converterOf(component)?.(component, body, {
      item: place.item,
      isMade: (path) => made.get(path) !== undefined,
      profileKind: (path) => kinds.get(path),
      pointer(path) {
        const full = path.startsWith('/') ? path : `/Common/${path}`;
        const there = made.get(full);
        return there === undefined ? { bigip: full } : { use: pathOf(there) };
      },
    });
    if (object === undefined) return undefined;
    put(tenants, place, object);
    if (object.left.length > 0) notes.push(`${name}: AS3 has no ${object.left.join(', ')}`);
    if (component.id === 'gtm topology') continue;
    const there = inCommon.test(component.id)
      ? `/Common/${place.item}`
      : `/${place.tenant}/${place.application}/${name.slice(name.lastIndexOf('/') + 1)}`;
    if (there !== name) notes.push(`AS3 makes ${name} as ${there}`);
  }
  if (sources.some(({ component }) => component.id === 'gtm topology')) notes.push(recordsNote);
  notes.push(
    `A declaration replaces what AS3 made before in ${Object.keys(tenants).join(', ')}: add to the one that you have`,
  );
  const declaration = { class: 'ADC', schemaVersion: '3.0.0', updateMode: 'selective', ...tenants };
  return { text: JSON.stringify(declaration, null, 2), notes };
}

function put(
  tenants: Record<string, Record<string, Json>>,
  { tenant, application, item }: Place,
  { json, beside = {} }: As3Object,
): void {
  const applications = (tenants[tenant] ??= { class: 'Tenant' });
  const template = tenant === 'Common' ? 'shared' : 'generic';
  const held = applications[application];
  const items = held !== undefined && isObject(held) ? held : { class: 'Application', template };
  const others = Object.entries(beside).map(([end, one]) => [`${item}${end}`, one] as const);
  const one = withMore(items[item], json);
  applications[application] = { ...items, [item]: one, ...Object.fromEntries(others) };
}

/** Items that are one of several objects have the records of all of them. */
function withMore(held: Json | undefined, json: JsonObject): JsonObject {
  const { records } = json;
  const before = held !== undefined && isObject(held) ? held['records'] : undefined;
  // Both were made here, as lists.
  return Array.isArray(before) && Array.isArray(records)
    ? { ...json, records: [...(before as readonly Json[]), ...(records as readonly Json[])] }
    : json;
}
