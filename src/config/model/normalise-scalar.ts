import { componentById } from '../../catalogue/index.ts';
import { portOf } from '../../catalogue/services.ts';
import type {
  ComponentId,
  EnumType,
  IntegerType,
  PropertyType,
  Value,
} from '../../catalogue/types.ts';
import {
  addressOf,
  parseAddress,
  parsePrefix,
  printAddress,
  printEndpoint,
  printPrefix,
} from '../../base/address.ts';
import type { Fault } from '../../base/fault.ts';
import type { SecretBox } from '../secrets/types.ts';
import { parseMonitorRule, printMonitorRule } from './monitor-rule.ts';
import { commonFolder, folderOf, leafFault, leafOf, qualify, splitMember } from './names.ts';
import { textChecks } from './texts.ts';

/** Where the input is: what plain names mean, and what exists. */
export interface Place {
  readonly folder: string;
  exists(component: ComponentId, name: string): boolean;
  readonly secrets: SecretBox;
  /** Items of long lists that were worked out already, by the list. */
  readonly ahead?: ReadonlyMap<Value, NormalisedOrFaulty>;
}

export type NormalisedOrFaulty =
  | Normalised
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

export type Normalised =
  /** `unset`: of a struct's inner properties, those that go back to their defaults. */
  | { readonly kind: 'value'; readonly value: Value; readonly unset?: readonly string[] }
  /** Not set: the default holds. */
  | { readonly kind: 'unset' }
  /** Set to nothing, over a default. */
  | { readonly kind: 'none' }
  /** An echo: nothing changes. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'wrong'; readonly why: string; readonly tooLong?: TooLong };

/** Characters. */
export interface TooLong {
  readonly maximum: number;
  readonly received: number;
}

type Scalar = Exclude<PropertyType, { kind: 'list' | 'items' | 'struct' }>;

/** As BIG-IP has it for values of data groups; its other texts have bounds that nobody wrote down. */
const longestText = 65_520;
/** Files may have 4 MiB, which is a third more where they are no text (config/file-bytes). */
const longestBlob = 6 * 1024 * 1024;

export function isNone(value: Value): boolean {
  return value === '' || value === 'none' || (Array.isArray(value) && value.length === 0);
}

export function normaliseScalar(type: Scalar, value: Value, place: Place): Normalised {
  if (typeof value === 'object') return { kind: 'wrong', why: 'expected a single value' };
  const text = String(value);
  switch (type.kind) {
    case 'string':
      return normaliseText(text, type.maximumLength ?? longestText, type.check, place);
    case 'blob':
      if (isNone(text)) return { kind: 'none' };
      return text.length <= longestBlob ? of(text) : tooLong(text, longestBlob);
    case 'integer':
      return normaliseInteger(type, text.trim());
    case 'enum':
      return normaliseEnum(type, text);
    case 'flags': {
      if (isNone(text)) return { kind: 'unset' };
      const words = type.flags.map((choice) => choice.flag);
      return words.includes(text) ? of(text) : wrong(oneOf(words));
    }
    case 'port': {
      if (isNone(text)) return { kind: 'unset' };
      const port = portOf(text);
      return port === undefined ? wrong('expected a port from 0 to 65535 or a service') : of(port);
    }
    case 'address':
      return normaliseAddress(text, type.words ?? []);
    case 'prefix':
      return type.withLength === true && isBareAddress(text)
        ? wrong('expected an address and the length of its network such as 10.0.0.1/24')
        : normalisePrefix(text, type.words ?? []);
    case 'endpoint':
      return normaliseEndpoint(type, text, place);
    case 'reference': {
      if (type.words?.includes(text) === true) return of(text);
      if (isNone(text)) return { kind: 'none' };
      return of(resolve(type.to, text, place));
    }
    case 'monitor-rule':
      return normaliseMonitorRule(type.to, text, place);
  }
}

const of = (value: Value): Normalised => ({ kind: 'value', value });
const wrong = (why: string): Normalised => ({ kind: 'wrong', why });
const tooLong = (text: string, maximum: number): Normalised => ({
  kind: 'wrong',
  why: `at most ${maximum} characters`,
  tooLong: { maximum, received: text.length },
});
const oneOf = (words: readonly string[]): string =>
  `expected one of the following: ${words.join(', ')}`;

function normaliseText(
  text: string,
  longest: number,
  check: string | undefined,
  place: Place,
): Normalised {
  if (isNone(text)) return { kind: 'none' };
  if (text.length > longest) return tooLong(text, longest);
  const rule = check === undefined ? undefined : textChecks[check];
  if (rule === undefined) return of(text);
  const checked = rule(text, place.folder);
  return 'wrong' in checked ? wrong(checked.wrong) : of(checked.text);
}

function normaliseInteger(type: IntegerType, text: string): Normalised {
  if (type.words?.includes(text) === true) return of(text);
  if (isNone(text)) return { kind: 'unset' };
  const unit = type.unit === undefined ? '' : ` (${type.unit})`;
  const words = type.words === undefined ? '' : `, or ${type.words.join(', ')}`;
  const expected = `expected a number from ${type.minimum} to ${type.maximum}${unit}${words}`;
  if (!/^-?\d{1,15}$/.test(text)) return wrong(expected);
  const number = Number(text);
  return number >= type.minimum && number <= type.maximum ? of(number) : wrong(expected);
}

function normaliseEnum(type: EnumType, text: string): Normalised {
  const match = type.values.find((entry) => entry.value === text || entry.aliases?.includes(text));
  if (match?.echo === true) return { kind: 'ignored' };
  if (match !== undefined) return of(match.value);
  if (isNone(text)) return { kind: 'unset' };
  return wrong(oneOf(type.values.filter((entry) => !entry.echo).map((entry) => entry.value)));
}

function normaliseAddress(text: string, words: readonly string[]): Normalised {
  if (words.includes(text)) return of(text);
  if (isNone(text)) return { kind: 'unset' };
  // `any%61`, of another route domain.
  const isAny = words.includes(text.split('%')[0] ?? '');
  const address = isAny ? parseWildcard(text) : parseAddress(text);
  const more = words.length === 0 ? '' : `, or ${words.join(', ')}`;
  return address === undefined ? wrong(`expected an IP address${more}`) : of(printAddress(address));
}

function normalisePrefix(text: string, words: readonly string[]): Normalised {
  if (words.includes(text)) return of(text);
  if (isNone(text)) return { kind: 'unset' };
  const prefix = parsePrefix(text === 'any' ? '0.0.0.0/0' : text === 'any6' ? '::/0' : text);
  if (prefix !== undefined) return of(printPrefix(prefix));
  const [address = '', mask = ''] = text.split('/');
  const length = maskLength(mask);
  const parsed = parseAddress(address);
  if (parsed?.family === 4 && length !== undefined) {
    return of(printPrefix({ address: parsed, length }));
  }
  return wrong('expected an address and length such as 10.0.0.0/8');
}

function isBareAddress(text: string): boolean {
  return !text.includes('/') && parseAddress(text) !== undefined;
}

/** 255.255.255.0 → 24. */
function maskLength(text: string): number | undefined {
  const mask = parseAddress(text);
  if (mask?.family !== 4) return undefined;
  const bits = mask.bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.replace(/0+$/, '').length : undefined;
}

const anyAddress4 = addressOf([0, 0, 0, 0]);
const anyAddress6 = addressOf(Array.from({ length: 16 }, () => 0));

function normaliseEndpoint(
  type: PropertyType & { kind: 'endpoint' },
  text: string,
  place: Place,
): Normalised {
  if (isNone(text)) return { kind: 'unset' };
  const expected = 'expected an address and port such as 10.0.0.1:80';
  // Of IPv6, BIG-IP writes the port behind a dot, also where the address is any.
  const any = type.wildcards && !type.folder ? /^\*\.(?=[\w*-]+$)/.exec(text) : null;
  const split = splitMember(any === null ? text : `*:${text.slice(2)}`);
  const port = split.port === '' && type.wildcards ? 0 : portOf(split.port);
  const host = leafOf(split.node);
  if (port === undefined) return wrong(expected);
  if (!type.folder) {
    const shown = split.port === '*' || (port === 0 && type.wildcards) ? '*' : String(port);
    if (host === '*' && type.wildcards) return of(`*:${shown}`);
    const address = parseAddress(host);
    return address === undefined ? wrong(expected) : of(printEndpoint({ address, port }, shown));
  }
  const home = folderOf(split.node) ?? place.folder;
  const address = parseWildcard(host);
  if (address !== undefined) return of(qualify(printEndpoint({ address, port }), home));
  // The name of a virtual address.
  return leafFault(host) === undefined && place.exists('ltm virtual-address', qualify(host, home))
    ? of(`${qualify(host, home)}:${port}`)
    : wrong(expected);
}

/** `any%2`, `0.0.0.0`, `any6`, an address. */
function parseWildcard(text: string): ReturnType<typeof parseAddress> {
  const [word, domain] = text.split('%');
  const routeDomain = Number(domain ?? 0);
  if (word === 'any' || word === '*') return { ...anyAddress4, routeDomain };
  if (word === 'any6') return { ...anyAddress6, routeDomain };
  return parseAddress(text);
}

function normaliseMonitorRule(to: readonly ComponentId[], text: string, place: Place): Normalised {
  if (isNone(text.trim())) return { kind: 'none' };
  const rule = parseMonitorRule(text);
  if (rule === undefined) {
    return wrong('expected monitors joined by "and", or "min N of { … }" with at least N of them');
  }
  if (rule.kind === 'default') return of('default');
  const monitors = rule.monitors.map((name) => resolve(to, name, place));
  return of(printMonitorRule({ ...rule, monitors }));
}

/** A plain name is looked for in the object's own folder, then in /Common. */
export function resolve(to: readonly ComponentId[], name: string, place: Place): string {
  const foldered = to.some((id) => (componentById(id)?.naming.kind ?? 'foldered') === 'foldered');
  if (name.startsWith('/') || !foldered) return name;
  const own = qualify(name, place.folder);
  return to.some((id) => place.exists(id, own)) ? own : qualify(name, commonFolder);
}
