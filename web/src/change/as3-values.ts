/** Values of a body under AS3's names, and which of them found none. Pure. */
import type { Component, Property } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { camelCase, restName } from '../../../src/config/text/names.ts';
import { isObject } from '../catalogue/shape.ts';

/** An object of AS3; `left`: properties that it has no words for. */
export interface As3Object {
  readonly json: JsonObject;
  readonly left: readonly string[];
  /** Other items that it needs beside it, by what their names add to its own. */
  readonly beside?: Readonly<Record<string, JsonObject>>;
}

/** What it is converted in. */
export interface As3Context {
  /** How one object names another: `use` when the same declaration makes it. */
  pointer(path: string): JsonObject;
  /** Does the same declaration make it? */
  isMade(path: string): boolean;
  /** Component of a profile that is not stock; undefined: not known. */
  profileKind(path: string): string | undefined;
  /** AS3's name of the object itself. */
  readonly item: string;
}

/** Defaults of AS3 that are not BIG-IP's, by REST's names. */
export type OwnDefaults = Readonly<Record<string, string | number>>;

/** What REST shows of each object, and nobody sets. */
const envelope = new Set([
  'name',
  'kind',
  'selfLink',
  'fullPath',
  'generation',
  'partition',
  'subPath',
  'appService',
  'apiRawValues',
]);

/** A form has structures, also such as nobody filled in. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === 'none' || value === '') return true;
  return typeof value === 'object' && Object.values(value).every(isNothing);
}

function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.join(' ') === other.join(' ');
  return String(one) === String(other);
}

const yes = /^(enabled|yes|true|required|on)$/;

/** Takes values out of a body, and remembers which. */
export class Taking {
  readonly json: Record<string, Json>;
  readonly #body: JsonObject;
  readonly #properties: readonly Property[];
  readonly #own: OwnDefaults;
  readonly #taken = new Set<string>();

  /** `properties` know the defaults: what has its default is not said. */
  constructor(
    { properties }: Pick<Component, 'properties'>,
    body: JsonObject,
    json: Record<string, Json>,
    own: OwnDefaults = {},
  ) {
    this.#properties = properties;
    this.#body = body;
    this.json = json;
    this.#own = own;
  }

  #default(name: string): unknown {
    return this.#properties.find((property) => restName(property) === name)?.default;
  }

  get(name: string): Json | undefined {
    this.#taken.add(name);
    return this.#body[name] ?? undefined;
  }

  /** Undefined where AS3 makes the same without being told. */
  told(name: string): Json | undefined {
    const standard = this.#default(name);
    // A default of the catalogue is a plain value.
    const value =
      this.get(name) ?? (name in this.#own ? (standard as Json | undefined) : undefined);
    if (value === undefined || isSame(value, this.#own[name] ?? standard)) return undefined;
    return isNothing(value) && standard === undefined ? undefined : value;
  }

  texts(name: string): readonly string[] {
    const value = this.get(name);
    const entries: readonly unknown[] = Array.isArray(value) ? value : [];
    return entries.map((entry) => (isObject(entry) ? fullName(entry) : String(entry)));
  }

  /** It was looked at, and has no form: said to be left. */
  leave(name: string): void {
    this.#taken.delete(name);
  }

  /**
   * "id", "id:theirs", and what it becomes: "?" true or false, "!" the other way round, "#" a number, "@" a pointer,
   * "^" the only one of a list, nothing: as it is.
   */
  words(text: string, { pointer }: Pick<As3Context, 'pointer'>): void {
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const [, id = '', theirs, kind = ''] = /^([\w-]+)(?::(\w+))?([?!#@^])?$/.exec(word) ?? [];
      const name = camelCase(id);
      if (theirs === 'remark') this.remark();
      else this.#put(name, theirs ?? name, kind, pointer);
    }
  }

  #put(name: string, theirs: string, kind: string, pointer: As3Context['pointer']): void {
    const value = this.told(name);
    if (value === undefined) return;
    const converted = convert(value, kind, pointer);
    if (converted === undefined) this.leave(name);
    else this.json[theirs] = converted;
  }

  remark(): void {
    const text = this.get('description');
    if (typeof text !== 'string' || text === 'none') return;
    // AS3 takes a short remark of one line.
    if (text.length <= 64 && !/["\\\p{Cc}]/u.test(text)) this.json['remark'] = text;
    else this.leave('description');
  }

  /** `enabled` or `disabled`, as REST has them. */
  isDisabled(): boolean {
    this.get('enabled');
    const flag = this.get('disabled');
    return flag === true || this.#body['enabled'] === 'no';
  }

  done(): As3Object {
    const left = Object.entries(this.#body).filter(
      ([name, value]) =>
        !this.#taken.has(name) &&
        !envelope.has(name) &&
        !name.endsWith('Reference') &&
        !isNothing(value) &&
        !isSame(value, this.#default(name)) &&
        !this.#isRuntime(name),
    );
    return { json: this.json, left: left.map(([name]) => name) };
  }

  #isRuntime(name: string): boolean {
    const found = this.#properties.find((property) =>
      property.type.kind === 'flags'
        ? property.type.flags.some(
            ({ flag }) => camelCase(flag) === name && flag === property.default,
          )
        : restName(property) === name,
    );
    if (found === undefined) return false;
    return (
      found.type.kind === 'flags' ||
      found.runtime === true ||
      found.derived === true ||
      found.access === 'read-only'
    );
  }
}

function convert(value: Json, kind: string, pointer: As3Context['pointer']): Json | undefined {
  switch (kind) {
    case '?':
      return yes.test(String(value));
    case '!':
      return !yes.test(String(value));
    case '#': {
      const number = value === 'indefinite' ? -1 : value === 'immediate' ? 0 : Number(value);
      return Number.isFinite(number) ? number : undefined;
    }
    case '^':
      return Array.isArray(value) && value.length === 1 ? value[0] : undefined;
    case '@':
      return typeof value === 'string' ? pointer(value) : undefined;
    default:
      return value;
  }
}

/** Of an item: "/Common/web" where it has a folder. */
export function fullName(item: Readonly<Record<string, unknown>>): string {
  const { name, partition, subPath } = item;
  if (typeof partition !== 'string' || String(name).startsWith('/')) return String(name);
  return `/${[partition, ...(typeof subPath === 'string' ? [subPath] : []), String(name)].join('/')}`;
}

/** Properties of the items in one of them: they know their defaults. */
export function itemTypeOf(
  { properties }: Pick<Component, 'properties'>,
  name: string,
): Pick<Component, 'properties'> {
  const type = properties.find((property) => restName(property) === name)?.type;
  return type?.kind === 'items' ? type : { properties: [] };
}

/** Objects of a list, whether they stand in the body or below it. */
export function itemsAt(body: JsonObject, name: string): readonly JsonObject[] {
  const below = body[`${name}Reference`];
  const found = body[name] ?? (below !== undefined && isObject(below) ? below['items'] : undefined);
  // What is no list and no leaf is an object of JSON.
  return Array.isArray(found)
    ? found.filter((one) => isObject(one)).map((one) => one as JsonObject)
    : [];
}

/** The parent that AS3 takes as well: the stock one, "/Common/http" of "ltm profile http". */
export function isStockParent(id: string, parent: unknown): boolean {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase();
  const own = plain(id.slice(id.lastIndexOf(' ') + 1));
  const given = plain(String(parent).replace('/Common/', ''));
  return isNothing(parent) || given === own || given === `${own}info`;
}

/** "10.0.0.1:80", "fd00::1.80", with or without a folder before; `any` is 0. */
export function endpointOf(
  text: string,
): { readonly address: string; readonly port: number } | undefined {
  const plain = text.slice(text.lastIndexOf('/') + 1);
  const match =
    /^((?:\d{1,3}\.){3}\d{1,3}(?:%\d+)?):(\d+|any|\*)$/.exec(plain) ??
    /^([0-9a-f:]*:[0-9a-f:.]*(?:%\d+)?)\.(\d+|any|\*)$/i.exec(plain);
  if (match === null) return undefined;
  const [, address = '', port = ''] = match;
  return { address, port: Number(port) || 0 };
}

/** "/Common/http and /Common/tcp", or "min 1 of { /Common/http /Common/tcp }". */
export function monitorsOf(rule: string, { pointer }: Pick<As3Context, 'pointer'>): JsonObject {
  const some = /^min (\d+) of \{?(.*?)\}?$/.exec(rule.trim());
  const names = (some?.[2] ?? rule).split(/\s+and\s+|\s+/).filter((word) => word !== '');
  return {
    monitors: names.map(pointer),
    ...(some !== null && { minimumMonitors: Number(some[1]) }),
  };
}
