/** Objects as tmsh and bigip.conf print them: four blanks a level, keys in alphabetical order. */
import { closingBrace } from '../../base/braces.ts';
import type {
  Component,
  ItemsType,
  Properties,
  Property,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import { isList, isProperties, nameOf } from './changes.ts';
import { serviceName } from '../../catalogue/services.ts';
import { quote } from './lexer.ts';
import { textWord } from './names.ts';
import { opaqueTexts } from './opaque.ts';
import { scriptProperty } from './parse-config.ts';

export interface PrintOptions {
  readonly oneLine?: boolean;
  /** Unset properties as `none`: `list … all-properties`. */
  readonly allProperties?: boolean;
  /** Names in this folder lose their path: "/Common" interactively, nothing in files. */
  readonly folder?: string;
  /** `10.0.0.1:http`: interactively, not in files. */
  readonly serviceNames?: boolean;
}

/** One stanza, without a final newline. */
export function printObject(
  component: Component,
  name: string,
  properties: Properties,
  options: PrintOptions = {},
): string {
  const header = component.naming.kind === 'singleton' ? [] : [printName(component, name, options)];
  const head = [component.id, ...header].join(' ');
  const script = scriptProperty(component);
  if (script !== undefined) return printScript(component, head, script, properties, options);
  const lines = printProperties(component.properties, properties, options);
  return joined(block(head, lines), options);
}

/** A script is text as it is; what else the object has stands behind it, never on one line. */
function printScript(
  component: Component,
  head: string,
  script: string,
  properties: Properties,
  options: PrintOptions,
): string {
  const others = component.properties.filter(({ name }) => name !== script);
  const { allProperties: _all, ...few } = options;
  const lines = printProperties(others, properties, few).map((line) => `    ${line}`);
  return [`${head} {`, String(properties[script] ?? ''), ...lines, '}'].join('\n');
}

function joined(lines: readonly string[], options: PrintOptions): string {
  return options.oneLine === true ? lines.map((line) => line.trim()).join(' ') : lines.join('\n');
}

function block(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [`${head} { }`];
  return [`${head} {`, ...lines.map((line) => `    ${line}`), '}'];
}

function printName({ naming }: Component, name: string, options: PrintOptions): string {
  // A topology record's name is a sentence and stands bare.
  const isSentence = naming.kind === 'plain' && naming.nameCheck === 'topology';
  return isSentence ? sentence(name, options) : quoteName(name, options);
}

function sentence(name: string, options: PrintOptions): string {
  const bare = bareName(name, options);
  return /^[^\s"{}\\;#]+(?: [^\s"{}\\;#]+)*$/.test(bare) ? bare : quote(bare);
}

function printProperties(
  properties: readonly Property[],
  values: Properties,
  options: PrintOptions,
): string[] {
  const printed: { key: string; lines: string[] }[] = [];
  const leading: string[] = [];
  for (const property of properties) {
    if (property.access === 'write-only') continue;
    const value = values[property.name];
    const lines =
      value === undefined
        ? printUnset(property, options)
        : printProperty(textWord(property), property.type, value, options);
    const word = textWord(property);
    const key = property.type.kind === 'flags' ? String(value ?? word) : word;
    const isLeading = property.type.kind === 'flags' && property.type.leading === true;
    if (isLeading) leading.push(...lines);
    else if (lines.length > 0) printed.push({ key, lines });
  }
  for (const text of opaqueTexts(values)) {
    printed.push({ key: text.split(/\s/, 1)[0] ?? '', lines: [text] });
  }
  printed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [...leading, ...printed.flatMap(({ lines }) => lines)];
}

function printUnset(property: Property, options: PrintOptions): string[] {
  const { kind } = property.type;
  const hasNone = kind !== 'flags' && kind !== 'struct' && property.secret !== true;
  return options.allProperties === true && hasNone ? [`${textWord(property)} none`] : [];
}

function printProperty(
  name: string,
  type: PropertyType,
  value: Value,
  options: PrintOptions,
): string[] {
  switch (type.kind) {
    case 'flags':
      return [String(value)];
    case 'list':
      if (type.of.kind === 'struct') {
        return printBlocks(name, type.of.properties, isList(value) ? value : [value], options);
      }
      return printList(name, type.of, isList(value) ? value : [value], options);
    case 'items': {
      const items = isList(value) ? value : [];
      if (items.length === 0) return [`${name} none`];
      const lines = items.flatMap((item) =>
        block(
          printItemName(type, nameOf(item), options),
          printProperties(type.properties, isProperties(item) ? item : {}, options),
        ),
      );
      return block(name, lines);
    }
    case 'struct': {
      const lines = printProperties(type.properties, isProperties(value) ? value : {}, options);
      return lines.length === 0 ? [] : block(name, lines);
    }
    case 'blob':
      return [`${name} ${printBlob(String(value))}`];
    default:
      return [`${name} ${printScalar(type, value, options)}`];
  }
}

/** Places of regions stand bare, as topology records do; other names with blanks are quoted. */
function printItemName(type: ItemsType, name: string, options: PrintOptions): string {
  if (type.nameCheck === 'place') return sentence(name, options);
  const text = type.nameCheck === 'pool-member' ? withServiceName(name, options) : name;
  return quoteName(text, options);
}

/** Blocks without names: the failover addresses of a device. */
function printBlocks(
  name: string,
  properties: readonly Property[],
  values: readonly Value[],
  options: PrintOptions,
): string[] {
  if (values.length === 0) return [`${name} none`];
  const lines = values.flatMap((value) => {
    const inner = printProperties(properties, isProperties(value) ? value : {}, options);
    return inner.length === 0 ? ['{ }'] : ['{', ...inner.map((line) => `    ${line}`), '}'];
  });
  return block(name, lines);
}

function printList(
  name: string,
  element: PropertyType,
  values: readonly Value[],
  options: PrintOptions,
): string[] {
  if (values.length === 0) return [`${name} none`];
  const texts = values.map((value) => printScalar(element, value, options));
  const isWord = texts.length === 1 && (texts[0] === 'all' || texts[0] === 'none');
  if (isWord) return [`${name} ${texts[0] ?? ''}`];
  return isKeyed(element) ? block(name, texts) : [`${name} { ${texts.join(' ')} }`];
}

/** Names of objects, and services, have lines of their own (`rules`, `allow-service`); plain values share one. */
function isKeyed(element: PropertyType): boolean {
  return element.kind === 'reference' || (element.kind === 'string' && element.check !== undefined);
}

/** Verbatim between braces; quoted where braces of its own would end it elsewhere. */
function printBlob(text: string): string {
  const block = `{${text}}`;
  return closingBrace(block, 0) === block.length - 1 ? block : quote(text);
}

function printScalar(type: PropertyType, value: Value, options: PrintOptions): string {
  const text = String(value);
  switch (type.kind) {
    case 'integer':
      return type.unit === 'megabytes' && /^\d+$/.test(text) ? `${text}mb` : quote(text);
    case 'string':
      // Bare, the next word would be its value.
      if (type.pairs === true && quote(text) === text) return `"${text}"`;
      return type.braced === true && /^\{ [\w. -]+ \}$/.test(text) ? text : textOf(text);
    case 'reference':
      return quoteName(text, options);
    case 'endpoint':
      return quoteName(withServiceName(text, options), options);
    case 'port':
      return options.serviceNames === true && /^\d+$/.test(text)
        ? serviceName(Number(text))
        : quote(text);
    case 'monitor-rule':
      return text
        .split(' ')
        .map((word) => (word === '{' || word === '}' ? word : quoteName(word, options)))
        .join(' ');
    default:
      return textOf(text);
  }
}

function textOf(text: string): string {
  return text === '' ? '""' : quote(text);
}

function quoteName(name: string, options: PrintOptions): string {
  return quote(bareName(name, options));
}

/** Seen from `/` names have their path, without the first slash. */
function bareName(name: string, { folder }: PrintOptions): string {
  const prefix = folder === undefined || folder === '/' ? folder : `${folder}/`;
  return prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** "10.0.0.1:80" → "10.0.0.1:http", "2001:db8::1.80" → "2001:db8::1.http". */
function withServiceName(text: string, options: PrintOptions): string {
  const match = options.serviceNames === true ? /^(.*[:.])(\d+)$/s.exec(text) : null;
  const [, head = '', port = ''] = match ?? [];
  const isEndpoint = head.endsWith(':') ? !head.slice(0, -1).includes(':') : head.includes(':');
  return isEndpoint ? `${head}${serviceName(Number(port))}` : text;
}
