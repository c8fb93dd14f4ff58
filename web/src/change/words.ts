/** A change as others would make it: one command of curl, one of tmsh. Pure. */
import type { Component, Property } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { camelCase, restName } from '../../../src/config/text/names.ts';
import { quote } from '../../../src/config/text/lexer.ts';
import { isObject, itemName } from '../catalogue/shape.ts';

/** One request that changes something, before it is sent. */
export interface Change {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: JsonObject;
  readonly component: Component;
  /** Full name; '' of a singleton. */
  readonly name: string;
  /** Only this item of this property is changed, or goes: `path` and `body` are its own. */
  readonly item?: { readonly property: string; readonly name: string };
  /** ETag of what it was made from. */
  readonly ifMatch?: string;
}

/** Somebody else's shell must see one word. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `host`: as the browser knows the device. */
export function curlText(change: Pick<Change, 'method' | 'path' | 'body'>, host: string): string {
  const { method, path, body } = change;
  const data =
    method === 'DELETE'
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${shellQuoted(JSON.stringify(body))}`];
  return [`curl -sku admin -X ${method} ${shellQuoted(`https://${host}${path}`)}`, ...data].join(
    ' \\\n  ',
  );
}

/** Scripts have lines of their own, as `list` prints them. */
export function tmshText(change: Change): string {
  const { method, body, component, name, item } = change;
  if (item !== undefined) return itemText(change, item);
  const verb = method === 'POST' ? 'create' : method === 'PATCH' ? 'modify' : 'delete';
  const words = [verb, component.id, ...(name === '' ? [] : [quote(name)])];
  if (method === 'DELETE') return words.join(' ');
  const script = component.properties.find(({ type }) => type.kind === 'blob');
  const text = script === undefined ? undefined : body[restName(script)];
  if (typeof text === 'string') return `${words.join(' ')} {\n${text}\n}`;
  const properties = propertiesText(component.properties, body, method === 'POST');
  return [...words, ...properties].join(' ');
}

function itemText(
  { method, body, component, name }: Change,
  item: { readonly property: string; readonly name: string },
): string {
  const type = component.properties.find((one) => one.name === item.property)?.type;
  const inner = type?.kind === 'items' ? propertiesText(type.properties, body, false) : [];
  const words =
    method === 'DELETE'
      ? `delete ${braced([quote(item.name)])}`
      : `modify ${braced([`${quote(item.name)} ${braced(inner)}`])}`;
  return `modify ${component.id} ${quote(name)} ${item.property} ${words}`;
}

function propertiesText(
  properties: readonly Property[],
  body: Readonly<Record<string, unknown>>,
  isNew: boolean,
): readonly string[] {
  return properties.flatMap((property) => {
    const { type, name } = property;
    if (type.kind === 'flags') {
      const chosen = type.flags.find(({ flag }) => body[camelCase(flag)] === true);
      return chosen === undefined ? [] : [chosen.flag];
    }
    const value = body[restName(property)];
    if (value === undefined) return [];
    return [`${name} ${valueWords(property, value as Json, isNew)}`];
  });
}

function valueWords({ type, secret }: Property, value: Json, isNew: boolean): string {
  if (value === null) return type.kind === 'integer' || type.kind === 'enum' ? 'default' : 'none';
  if (secret === true) return '********';
  if (!Array.isArray(value)) {
    return type.kind === 'struct' && isObject(value)
      ? braced(propertiesText(type.properties, value, isNew))
      : quote(String(value));
  }
  // Json is narrowed by what it is, not by what it is not.
  const entries: readonly unknown[] = value;
  if (entries.length === 0) return 'none';
  if (type.kind === 'items') {
    const items = entries.filter(isObject).map((item) => {
      const inner = propertiesText(type.properties, item, true);
      return `${quote(itemName(item))} ${braced(inner)}`;
    });
    return `${isNew ? 'add' : 'replace-all-with'} ${braced(items)}`;
  }
  const of = type.kind === 'list' ? type.of : type;
  return braced(
    entries.map((entry) =>
      of.kind === 'struct' && isObject(entry)
        ? braced(propertiesText(of.properties, entry, true))
        : quote(String(entry)),
    ),
  );
}

function braced(words: readonly string[]): string {
  return words.length === 0 ? '{ }' : `{ ${words.join(' ')} }`;
}
