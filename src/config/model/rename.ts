/** An object under another name: it, and the names by which others call it, in one change. Pure. */
import { componentById } from '../../catalogue/index.ts';
import type {
  ComponentId,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import { type Outcome, failed, succeeded } from '../../base/fault.ts';
import type { ConfigView, Operation } from '../types.ts';
import {
  alreadyExists,
  badInput,
  configurationError,
  folderMissing,
  notFound,
  nounOf,
} from './faults.ts';
import { monitorsOf, parseMonitorRule, printMonitorRule } from './monitor-rule.ts';
import { folderOf, splitMember } from './names.ts';
import { nameFault } from './normalise.ts';
import { isStruct, itemsOf, nameOf } from './values.ts';

interface Rename {
  readonly component: ComponentId;
  readonly from: string;
  readonly to: string;
}

/** Full names. What is there from the start keeps its name. */
export function renameOperations(view: ConfigView, rename: Rename): Outcome<readonly Operation[]> {
  const { component, from, to } = rename;
  const path = `${component} ${from}`;
  const stored = view.stored(component, from);
  if (stored === undefined) return failed(notFound(component, from, path));
  const entry = componentById(component);
  if (entry?.stock?.some(({ name }) => name === from) === true) {
    const text = `The system ${nounOf(component)} (${from}) cannot be renamed.`;
    return failed(configurationError(text, path));
  }
  if (view.stored(component, to) !== undefined) {
    return failed(alreadyExists(nounOf(component), to, `${component} ${to}`));
  }
  const folder = folderOf(to);
  if (folder !== undefined && view.stored('sys folder', folder) === undefined) {
    return failed(folderMissing(folder, `${component} ${to}`));
  }
  const wrongName = entry && nameFault(entry, to);
  if (wrongName !== undefined) return failed(badInput(wrongName, `${component} ${to}`));
  const users = view
    .referrers(component, from)
    .filter((user, index, all) => all.findIndex((other) => isSame(other, user)) === index)
    .filter((user) => !isSame(user, { component, name: from }));
  return succeeded([
    {
      kind: 'restore',
      component,
      name: to,
      properties: renamed(component, stored.properties, rename),
    },
    ...users.flatMap((user): Operation[] => {
      const properties = view.stored(user.component, user.name)?.properties;
      if (properties === undefined) return [];
      const next = renamed(user.component, properties, rename);
      return [{ kind: 'restore', component: user.component, name: user.name, properties: next }];
    }),
    { kind: 'restore', component, name: from, properties: undefined },
  ]);
}

interface Key {
  readonly component: ComponentId;
  readonly name: string;
}

function isSame(a: Key, b: Key): boolean {
  return a.component === b.component && a.name === b.name;
}

function renamed(component: ComponentId, properties: Properties, rename: Rename): Properties {
  return inShape(componentById(component)?.properties ?? [], properties, rename);
}

function inShape(shape: readonly Property[], values: Properties, rename: Rename): Properties {
  const types = new Map(shape.map(({ name, type }) => [name, type]));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const type = types.get(name);
      return [name, type === undefined ? value : inValue(type, value, rename)];
    }),
  );
}

function inValue(type: PropertyType, value: Value, rename: Rename): Value {
  const { component, from, to } = rename;
  switch (type.kind) {
    case 'reference':
      return type.to.includes(component) && value === from ? to : value;
    case 'monitor-rule': {
      const rule = type.to.includes(component) ? parseMonitorRule(String(value)) : undefined;
      if (rule === undefined || rule.kind === 'default') return value;
      const monitors = monitorsOf(rule).map((name) => (name === from ? to : name));
      return printMonitorRule({ ...rule, monitors });
    }
    case 'list':
      return Array.isArray(value)
        ? (value as readonly Value[]).map((entry) => inValue(type.of, entry, rename))
        : value;
    case 'struct':
      return isStruct(value) ? inShape(type.properties, value, rename) : value;
    case 'items':
      return itemsOf(value).map((item) => ({
        ...inShape(type.properties, item, rename),
        name: inItemName(type, nameOf(item), rename),
      }));
    default:
      return value;
  }
}

/** A member has its node's name before the port. */
function inItemName(type: ItemsType, name: string, { component, from, to }: Rename): string {
  if (type.nameReference?.to.includes(component) === true && name === from) return to;
  if (type.nameCheck !== 'pool-member' || component !== 'ltm node') return name;
  return splitMember(name).node === from ? `${to}${name.slice(from.length)}` : name;
}
