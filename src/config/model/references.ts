/** Which objects an object names. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type {
  ComponentId,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import { leafOf, qualify, splitGtmMember, splitMember, folderOf } from './names.ts';
import { monitorsOf, parseMonitorRule } from './monitor-rule.ts';
import { isStruct, itemsOf, nameOf, sameValue } from './values.ts';

export interface Reference {
  /** One of these components has an object of the name. */
  readonly to: readonly ComponentId[];
  readonly name: string;
  readonly property: string;
  /** Counts for "in use", but its absence is no fault (or is found by a check with better words). */
  readonly isSoft: boolean;
}

/** Of what was set; inherited references are those of the parent. */
export function referencesOf(component: ComponentId, properties: Properties): readonly Reference[] {
  const entry = componentById(component);
  if (entry === undefined) return [];
  return collect(entry.properties, properties);
}

/** True: both name the same objects in the same places. Quicker than to look at what they name. */
export function refersAlike(component: ComponentId, a: Properties, b: Properties): boolean {
  const shape = componentById(component)?.properties ?? [];
  return referring(shape).every(({ name }) => a[name] === b[name] || sameValue(a[name], b[name]));
}

function collect(shape: readonly Property[], properties: Properties): Reference[] {
  const found: Reference[] = [];
  for (const property of referring(shape)) {
    const value = properties[property.name];
    if (value === undefined || value === 'none') continue;
    found.push(...ofValue(property, value));
  }
  return found;
}

const referringOf = new WeakMap<readonly Property[], readonly Property[]>();

/** Of sixty properties, those few that can name something. */
function referring(shape: readonly Property[]): readonly Property[] {
  const known = referringOf.get(shape);
  if (known !== undefined) return known;
  const some = shape.filter(({ type }) => canRefer(type));
  referringOf.set(shape, some);
  return some;
}

function canRefer(type: PropertyType): boolean {
  switch (type.kind) {
    case 'reference':
    case 'monitor-rule':
    case 'items':
    case 'endpoint':
    case 'struct':
      return true;
    case 'list':
      return canRefer(type.of);
    case 'string':
      return type.check === 'typed-pool';
    default:
      return false;
  }
}

function ofValue(property: Property, value: Value): readonly Reference[] {
  const type = property.type;
  const reference = (to: readonly ComponentId[], name: Value, isSoft = false): Reference => ({
    to,
    name: String(name),
    property: property.name,
    isSoft,
  });
  switch (type.kind) {
    case 'reference':
      return type.words?.includes(String(value)) === true ? [] : [reference(type.to, value)];
    case 'monitor-rule':
      return monitorsOf(parseMonitorRule(String(value))).map((name) => reference(type.to, name));
    case 'list': {
      const values = Array.isArray(value) ? (value as readonly Value[]) : [value];
      return values.flatMap((entry) => ofValue({ ...property, type: type.of }, entry));
    }
    case 'struct':
      return isStruct(value) ? collect(type.properties, value) : [];
    case 'items':
      return itemsOf(value).flatMap((item) => [
        ...ofItemName(type, nameOf(item)).map((found) => ({ ...found, property: property.name })),
        ...collect(type.properties, item).map((found) => ({ ...found, property: property.name })),
      ]);
    case 'endpoint': {
      if (!type.folder) return [];
      return [reference(['ltm virtual-address'], splitMember(String(value)).node, true)];
    }
    case 'string': {
      if (type.check !== 'typed-pool') return [];
      const [kind, pool = ''] = String(value).split(' ');
      return [reference([`gtm pool ${kind}`], pool)];
    }
    default:
      return [];
  }
}

function ofItemName(type: ItemsType, name: string): readonly Reference[] {
  const reference = (to: readonly ComponentId[], target: string): Reference => ({
    to,
    name: target,
    property: '',
    isSoft: false,
  });
  if (type.nameCheck === 'partition-or-all' && name === 'all-partitions') return [];
  if (type.nameReference !== undefined) return [reference(type.nameReference.to, name)];
  if (type.nameCheck === 'pool-member') return [reference(['ltm node'], splitMember(name).node)];
  if (type.nameCheck === 'gtm-pool-member') {
    return [reference(['gtm server'], splitGtmMember(name).server)];
  }
  return [];
}

/** `/P/10.0.0.1:80` → the name its virtual address gets. */
export function virtualAddressName(destination: string): string {
  const { node } = splitMember(destination);
  return qualify(leafOf(node), folderOf(node) ?? '/Common');
}
