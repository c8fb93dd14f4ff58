/** What pages read out of a component's entry. Pure. */
import type {
  Component,
  IntegerType,
  Property,
  PropertyType,
  Value,
} from '../../../src/catalogue/types.ts';
import { restName } from '../../../src/config/text/names.ts';

/** Somebody can set it: neither only shown, nor computed. */
export function isSettable(property: Property): boolean {
  return property.access !== 'read-only' && property.runtime !== true && property.derived !== true;
}

/** Could an object of it be made by hand? */
export function canBeMade({ naming, fixed, stateOnly, actions = [] }: Component): boolean {
  if (naming.kind === 'singleton' || fixed === true) return false;
  return stateOnly !== true || actions.some(({ command }) => command === 'create');
}

/** "seconds", "0–65535", as one line beside a field. */
export function rangeText({ minimum, maximum, unit, words = [] }: IntegerType): string {
  const range = `${minimum}–${maximum}${unit === undefined ? '' : ` ${unit}`}`;
  return [range, ...words].join(', or ');
}

export function defaultText(property: Property): string {
  const { default: value } = property;
  return value === undefined ? '' : valueText(value);
}

export function valueText(value: Value): string {
  if (typeof value !== 'object') return String(value);
  return Array.isArray(value)
    ? (value as readonly Value[]).map(valueText).join(' ')
    : JSON.stringify(value);
}

/** Long texts of many lines: scripts, certificates. */
export function isLong({ type, name }: Property): boolean {
  return (
    type.kind === 'blob' || (type.kind === 'string' && /^(content|definition|text)$/.test(name))
  );
}

/** Objects that a value of the type may name. */
export function targetsOf(type: PropertyType): readonly string[] {
  if (type.kind === 'reference' || type.kind === 'monitor-rule') return type.to;
  return type.kind === 'list' ? targetsOf(type.of) : [];
}

/** As a heading: "load-balancing-mode" → "Load balancing mode". */
export function titleOf({ name }: Pick<Property, 'name'>): string {
  const words = name
    .split('-')
    .map((word) => shortWords.get(word) ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** As BIG-IP's own pages write them. */
const shortWords = new Map(
  [
    'ARP',
    'CA',
    'CRL',
    'DNS',
    'FTP',
    'HA',
    'HTTP',
    'HTTPS',
    'ICMP',
    'ID',
    'IP',
    'LDAP',
    'MAC',
    'MTU',
    'NAT',
  ]
    .concat([
      'OCSP',
      'QoS',
      'SIP',
      'SMTP',
      'SNAT',
      'SNMP',
      'SSH',
      'SSL',
      'TCP',
      'TLS',
      'ToS',
      'TTL',
      'UDP',
    ])
    .concat(['URI', 'URL', 'VLAN', 'VLANs'])
    .map((word) => [word.toLowerCase(), word]),
);

/** Properties as columns of a table: what is short. */
export function isShort({ type, secret }: Property): boolean {
  return secret !== true && type.kind !== 'struct' && type.kind !== 'blob';
}

/** The value of a property in an object as REST prints it. */
export function shownValue(property: Property, json: Readonly<Record<string, unknown>>): string {
  const { type } = property;
  if (type.kind === 'flags') {
    return type.flags.find(({ flag }) => json[restFlag(flag)] === true)?.flag ?? '';
  }
  const name = restName(property);
  const raw = json['apiRawValues'];
  const value = json[name] ?? (isObject(raw) ? raw[name] : undefined);
  if (type.kind === 'items') return String(itemsIn(property, json).length);
  return value === undefined ? '' : plainText(value);
}

export function restFlag(flag: string): string {
  return flag.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Items of a property, inline or below. */
export function itemsIn(
  property: Property,
  json: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  const inline = json[restName(property)];
  const below = json[`${restName(property)}Reference`];
  const items = Array.isArray(inline) ? inline : isObject(below) ? below['items'] : undefined;
  return Array.isArray(items) ? items.filter(isObject) : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plainText(value: unknown): string {
  if (Array.isArray(value)) return value.map(plainText).join(' ');
  return isObject(value) ? JSON.stringify(value) : String(value);
}

/** "/Common/app/web" or "10.0.0.1:80" of an item. */
export function itemName(item: Readonly<Record<string, unknown>>): string {
  const { name, partition, subPath } = item;
  const folder = [partition, subPath].filter((part) => typeof part === 'string' && part !== '');
  return folder.length === 0 ? String(name ?? '') : `/${folder.join('/')}/${String(name)}`;
}
