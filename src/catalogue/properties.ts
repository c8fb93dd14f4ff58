/**
 * Short hand for writing entries: each function returns the plain data of one property, without its
 * effective/stored mark, which `effective(…)` and `stored(…)` add for a whole group.
 */
import type {
  ComponentId,
  EnumValue,
  IntegerType,
  ItemsType,
  Property,
  PropertyType,
  Value,
} from './types.ts';

export type Draft = Omit<Property, 'effect'>;
type Extra = Partial<Omit<Property, 'name' | 'help' | 'type' | 'effect'>>;

/** These change what the device does. */
export function effective(...drafts: readonly Draft[]): Property[] {
  return drafts.map((draft) => ({ ...draft, effect: 'effective' }));
}

/** These are kept, shown and synchronised, and change nothing yet. */
export function stored(...drafts: readonly Draft[]): Property[] {
  return drafts.map((draft) => ({ ...draft, effect: 'stored' }));
}

function property(name: string, help: string, type: PropertyType, extra: Extra): Draft {
  return { name, help, type, ...extra };
}

export function text(name: string, help: string, extra: Extra & { check?: string } = {}): Draft {
  const { check, ...rest } = extra;
  const type: PropertyType = check === undefined ? { kind: 'string' } : { kind: 'string', check };
  return property(name, help, type, rest);
}

export function blob(name: string, help: string, extra: Extra = {}): Draft {
  return property(name, help, { kind: 'blob' }, extra);
}

/** One of the values; the first help word of an entry is its tmsh word. */
export function choice(
  name: string,
  values: readonly (string | EnumValue)[],
  preset: string | undefined,
  help: string,
  extra: Extra = {},
): Draft {
  const type: PropertyType = {
    kind: 'enum',
    values: values.map((value) => (typeof value === 'string' ? { value } : value)),
  };
  return property(name, help, type, preset === undefined ? extra : { default: preset, ...extra });
}

/** enabled | disabled as words (not flags). */
export function toggle(
  name: string,
  preset: 'enabled' | 'disabled',
  help: string,
  extra: Extra = {},
): Draft {
  return choice(name, ['enabled', 'disabled'], preset, help, extra);
}

export function yesNo(name: string, preset: 'yes' | 'no', help: string, extra: Extra = {}): Draft {
  return choice(name, ['yes', 'no'], preset, help, extra);
}

/** The words true and false, strings in REST. */
export function trueFalse(
  name: string,
  preset: 'true' | 'false',
  help: string,
  extra: Extra = {},
): Draft {
  return choice(name, ['true', 'false'], preset, help, extra);
}

type IntegerExtra = Extra & {
  readonly unit?: NonNullable<IntegerType['unit']>;
  readonly wire?: IntegerType['wire'];
  readonly words?: readonly string[];
};

export const uint32 = 4_294_967_295;

export function integer(
  name: string,
  range: readonly [number, number],
  preset: Value | undefined,
  help: string,
  extra: IntegerExtra = {},
): Draft {
  const { unit, wire, words, ...rest } = extra;
  const type: IntegerType = {
    kind: 'integer',
    minimum: range[0],
    maximum: range[1],
    wire: wire ?? 'number',
    ...(unit === undefined ? {} : { unit }),
    ...(words === undefined ? {} : { words }),
  };
  return property(name, help, type, preset === undefined ? rest : { default: preset, ...rest });
}

/** Bare words of which one holds. */
export function flags(
  name: string,
  words: readonly string[],
  preset: string | undefined,
  help: string,
  extra: Extra = {},
): Draft {
  const type: PropertyType = { kind: 'flags', flags: words.map((flag) => ({ flag })) };
  return property(name, help, type, preset === undefined ? extra : { default: preset, ...extra });
}

/** The bare `enabled` / `disabled` pair, stored under "enabled". */
export function enabledFlag(help: string, extra: Extra = {}): Draft {
  return flags('enabled', ['enabled', 'disabled'], 'enabled', help, extra);
}

export function address(
  name: string,
  help: string,
  extra: Extra & { words?: readonly string[] } = {},
): Draft {
  const { words, ...rest } = extra;
  return property(name, help, { kind: 'address', ...(words && { words }) }, rest);
}

export function prefix(
  name: string,
  help: string,
  extra: Extra & { words?: readonly string[]; withLength?: true } = {},
): Draft {
  const { words, withLength, ...rest } = extra;
  const type = { ...(words && { words }), ...(withLength && { withLength }) };
  return property(name, help, { kind: 'prefix', ...type }, rest);
}

export function port(name: string, preset: number | undefined, help: string): Draft {
  const extra = preset === undefined ? {} : { default: preset };
  return property(name, help, { kind: 'port', any: true }, extra);
}

export function endpoint(
  name: string,
  help: string,
  options: { readonly folder: boolean; readonly wildcards: boolean } & Extra,
): Draft {
  const { folder, wildcards, ...rest } = options;
  return property(name, help, { kind: 'endpoint', folder, wildcards }, rest);
}

export function reference(
  name: string,
  to: ComponentId | readonly ComponentId[],
  help: string,
  extra: Extra & { words?: readonly string[] } = {},
): Draft {
  const { words, ...rest } = extra;
  const targets = typeof to === 'string' ? [to] : to;
  return property(name, help, { kind: 'reference', to: targets, ...(words && { words }) }, rest);
}

export function references(
  name: string,
  to: ComponentId | readonly ComponentId[],
  help: string,
  extra: Extra & { ordered?: boolean; words?: readonly string[] } = {},
): Draft {
  const { ordered, words, ...rest } = extra;
  const targets = typeof to === 'string' ? [to] : to;
  const of: PropertyType = { kind: 'reference', to: targets, ...(words && { words }) };
  return property(name, help, { kind: 'list', of, ordered: ordered ?? false }, rest);
}

export function list(
  name: string,
  of: PropertyType,
  help: string,
  extra: Extra & { ordered?: boolean } = {},
): Draft {
  const { ordered, ...rest } = extra;
  return property(name, help, { kind: 'list', of, ordered: ordered ?? false }, rest);
}

export function texts(name: string, help: string, extra: Extra = {}): Draft {
  return list(name, { kind: 'string' }, help, extra);
}

export function monitorRule(
  name: string,
  to: readonly ComponentId[],
  help: string,
  extra: Extra = {},
): Draft {
  return property(name, help, { kind: 'monitor-rule', to }, extra);
}

export function struct(name: string, help: string, properties: readonly Property[]): Draft {
  return property(name, help, { kind: 'struct', properties }, {});
}

export function items(
  name: string,
  help: string,
  type: Omit<ItemsType, 'kind'>,
  extra: Extra = {},
): Draft {
  return property(name, help, { kind: 'items', ...type }, extra);
}

export const description: Draft = text('description', 'Free text for people.');

export const applicationService: Draft = text(
  'app-service',
  'Application service that the object belongs to.',
);

/** Name, value and whether the pair is saved: where automation leaves its marks. */
/** Per VLAN, per virtual server, …: `default` is what the level above says. */
export const lastHop: Draft = choice(
  'auto-lasthop',
  ['default', 'enabled', 'disabled'],
  'default',
  'Answer through the router the packet came from.',
);

export const metadata: Draft = items(
  'metadata',
  'Name and value pairs kept for automation tools.',
  {
    properties: stored(
      text('value', 'The value.'),
      trueFalse('persist', 'true', 'Is the pair saved with the configuration?'),
    ),
    foldered: false,
    subCollection: false,
    noun: 'metadata',
    ordered: false,
  },
);
