/**
 * How names are written: unqualified names get the current folder, words that a type accepts stay
 * words, and REST's camelCase follows tmsh's kebab-case.
 */
import type { Component, ComponentId, Property, PropertyType } from '../../catalogue/types.ts';

/** What text needs to know beyond one component's entry. */
export interface TextContext {
  /** Where unqualified names live: "/Common". */
  readonly folder: string;
  component(id: ComponentId): Component | undefined;
  /**
   * Where the object of a reference lives that is named without a folder, if not in `folder`: tmsh takes one of /Common
   * where the folder has none.
   */
  homeOf?(targets: readonly ComponentId[], name: string): string | undefined;
  /** Properties that nobody knows are kept as they are written, instead of being a fault. */
  readonly keepUnknown?: boolean;
}

/** "web" → "/Common/web"; "app/web" → "/Common/app/web"; full paths stay. */
export function qualify(name: string, folder: string): string {
  if (name.startsWith('/') || name === '') return name;
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

/** Only objects that live in folders have paths: an interface "1.1" stays as it is. */
export function qualifyFor(
  targets: readonly ComponentId[],
  name: string,
  context: TextContext,
): string {
  const areFoldered = targets.every(
    (id) => (context.component(id)?.naming.kind ?? 'foldered') === 'foldered',
  );
  if (!areFoldered) return name;
  const isPlain = !name.startsWith('/') && name !== '';
  const home = isPlain ? context.homeOf?.(targets, name) : undefined;
  return qualify(name, home ?? context.folder);
}

/** "/Common/app/web" → folder "/Common/app", partition "Common", subPath "app", leaf "web". */
export interface NameParts {
  readonly folder: string;
  readonly partition: string;
  readonly subPath: string;
  readonly leaf: string;
}

/**
 * Only the leading folders are split off: a leaf may hold slashes of its own after a colon
 * ("/Common/server:/Common/vs").
 */
export function splitName(name: string): NameParts {
  const colon = name.search(/:\//);
  const head = colon < 0 ? name : name.slice(0, colon);
  const slash = head.lastIndexOf('/');
  const folder = slash <= 0 ? '/' : head.slice(0, slash);
  const [partition = '', ...rest] = folder.slice(1).split('/');
  return { folder, partition, subPath: rest.join('/'), leaf: name.slice(slash + 1) };
}

/** "load-balancing-mode" → "loadBalancingMode". */
export function camelCase(name: string): string {
  if (!name.includes('-')) return name;
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * The word in text. `name` is an item's own name among its stored values, and `fqdn { name … }` one of its
 * properties in text: that one is stored as REST has it, `tm-name`.
 */
export function textWord({ name }: Property): string {
  return name === 'tm-name' || name === 'tm-options' ? name.slice('tm-'.length) : name;
}

export function restName(property: Property): string {
  const known = restNames.get(property);
  if (known !== undefined) return known;
  const name = property.rest ?? camelCase(property.name);
  restNames.set(property, name);
  return name;
}

/** Asked for each value of each object of a long list. */
const restNames = new WeakMap<Property, string>();

/** "none" and "default" unset a property unless its type knows the word. */
export function acceptsWord(type: PropertyType, word: string): boolean {
  switch (type.kind) {
    case 'enum':
      return type.values.some(
        (value) => value.value === word || (value.aliases?.includes(word) ?? false),
      );
    case 'flags':
      return type.flags.some((flag) => flag.flag === word);
    case 'string':
    case 'integer':
    case 'address':
    case 'prefix':
    case 'reference':
      return type.words?.includes(word) ?? false;
    case 'monitor-rule':
      return word === 'default';
    case 'list':
      return acceptsWord(type.of, word);
    case 'blob':
    case 'endpoint':
    case 'port':
    case 'items':
    case 'struct':
      return false;
  }
}

/** `/Common/a and /Common/b`, `min 1 of { … }` with or without braces: names qualified, spacing canonical. */
export function canonicalMonitorRule(
  text: string,
  targets: readonly ComponentId[],
  context: TextContext,
): string {
  const qualified = (name: string): string => qualifyFor(targets, name, context);
  const words = text.split(/[\s{}]+/).filter((word) => word !== '');
  if (words[0] === 'min' && words[2] === 'of') {
    const names = words.slice(3).map(qualified);
    return `min ${words[1] ?? ''} of { ${names.join(' ')} }`;
  }
  if (words.length === 1 && (words[0] === 'default' || words[0] === 'none')) return words[0];
  return words
    .filter((word) => word !== 'and')
    .map(qualified)
    .join(' and ');
}
