/**
 * Local traffic policies as AS3's Endpoint_Policy. A condition or an action that AS3 has no form for would leave a policy that
 * does something else: then there is none. Pure. Source: AS3's schema of policies (3.56).
 */
import type { Component } from '../../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../../src/config/text/json.ts';
import { isObject } from '../catalogue/shape.ts';
import { type As3Context, type As3Object, Taking, isNothing, itemsAt } from './as3-values.ts';

/** How what a condition looks at is compared. */
type Comparison = 'text' | 'number' | 'match';

interface Selector {
  readonly comparison: Comparison;
  /** What else has to be said, by REST's name and AS3's. */
  readonly with?: readonly ['tmName', 'name'] | readonly ['index', 'index'];
}

const text: Selector = { comparison: 'text' };
const number: Selector = { comparison: 'number' };
const match: Selector = { comparison: 'match' };
const named: Selector = { comparison: 'text', with: ['tmName', 'name'] };
const indexed: Selector = { comparison: 'text', with: ['index', 'index'] };

/** By operand and selector, which REST and AS3 call the same. */
const selectors: Readonly<Record<string, Readonly<Record<string, Selector>>>> = {
  httpUri: {
    path: text,
    scheme: text,
    host: text,
    port: number,
    extension: text,
    queryString: text,
    queryParameter: named,
    unnamedQueryParameter: indexed,
    pathSegment: indexed,
    all: text,
  },
  httpHeader: { all: named },
  httpCookie: { all: named },
  httpHost: { host: text, port: number, all: text },
  httpMethod: { all: text },
  sslExtension: { serverName: text },
  tcp: { address: match, port: number },
  geoip: {
    continent: match,
    countryCode: match,
    countryName: match,
    isp: match,
    org: match,
    regionCode: match,
    regionName: match,
  },
};

const operators: Readonly<Record<Comparison, Readonly<Record<string, readonly string[]>>>> = {
  text: {
    equals: ['equals', 'does-not-equal'],
    startsWith: ['starts-with', 'does-not-start-with'],
    endsWith: ['ends-with', 'does-not-end-with'],
    contains: ['contains', 'does-not-contain'],
    exists: ['exists', 'does-not-exist'],
  },
  number: {
    equals: ['equals', 'does-not-equal'],
    less: ['less'],
    lessOrEqual: ['less-or-equal'],
    greater: ['greater'],
    greaterOrEqual: ['greater-or-equal'],
  },
  match: { matches: ['matches', 'does-not-match'] },
};

const events: Readonly<Record<string, string>> = {
  request: 'request',
  response: 'response',
  clientAccepted: 'client-accepted',
  serverConnected: 'server-connected',
  proxyConnect: 'proxy-connect',
  proxyRequest: 'proxy-request',
  proxyResponse: 'proxy-response',
  sslClientHello: 'ssl-client-hello',
  sslServerHello: 'ssl-server-hello',
  sslServerHandshake: 'ssl-server-handshake',
};

const notSaid = /^(name|fullPath|generation|kind|selfLink|description)$|Reference$/;

/** Takes words and values out of an item; what is left over at the end has no form. */
class Parts {
  readonly #flags: Set<string>;
  readonly #values: Map<string, Json>;

  constructor(item: JsonObject) {
    const entries = Object.entries(item).filter(([name]) => !notSaid.test(name));
    this.#flags = new Set(entries.flatMap(([name, value]) => (value === true ? [name] : [])));
    this.#values = new Map(
      entries.filter(([, value]) => typeof value !== 'boolean' && value !== 0 && !isNothing(value)),
    );
  }

  /** One of these words; undefined when none stands there. */
  flag(names: readonly string[]): string | undefined {
    const found = names.find((name) => this.#flags.has(name));
    if (found !== undefined) this.#flags.delete(found);
    return found;
  }

  has(name: string): boolean {
    return this.flag([name]) !== undefined;
  }

  value(name: string): Json | undefined {
    const found = this.#values.get(name);
    this.#values.delete(name);
    return found;
  }

  event(): string {
    return events[this.flag(Object.keys(events)) ?? ''] ?? 'request';
  }

  isEmpty(): boolean {
    return this.#flags.size === 0 && this.#values.size === 0;
  }
}

/** Words that say what is so anyway. */
const usual = ['caseInsensitive', 'external', 'remote', 'present'];

function conditionOf(item: JsonObject, context: As3Context): JsonObject | undefined {
  const parts = new Parts(item);
  const type = parts.flag(Object.keys(selectors));
  if (type === undefined) return undefined;
  const known = selectors[type] ?? {};
  const name = parts.flag(Object.keys(known)) ?? 'all';
  const selector = known[name];
  if (selector === undefined) return undefined;
  for (const word of usual) parts.has(word);
  const event = parts.event();
  const isNormalized = type === 'httpUri' && parts.has('normalized');
  const [own, theirs] = selector.with ?? [];
  const detail = own === undefined ? undefined : parts.value(own);
  if (own !== undefined && detail === undefined) return undefined;
  const compared = comparisonOf(parts, selector.comparison, context);
  if (compared === undefined || !parts.isEmpty()) return undefined;
  return {
    type,
    event,
    ...(theirs !== undefined && detail !== undefined && { [theirs]: detail }),
    [name]: compared,
    ...(isNormalized && { normalized: true }),
  };
}

function comparisonOf(
  parts: Parts,
  comparison: Comparison,
  { pointer }: As3Context,
): JsonObject | undefined {
  const words = operators[comparison];
  const operator =
    parts.flag(Object.keys(words)) ?? (comparison === 'match' ? 'matches' : 'equals');
  const operand = words[operator]?.[parts.has('not') ? 1 : 0];
  if (operand === undefined) return undefined;
  const isSensitive = comparison === 'text' && parts.has('caseSensitive');
  const said = { operand, ...(isSensitive && { caseSensitive: true }) };
  if (operator === 'exists') return said;
  const group = parts.value('datagroup');
  if (typeof group === 'string') return { ...said, datagroup: pointer(group) };
  const values = parts.value('values');
  const given = Array.isArray(values)
    ? values.map(String)
    : values === undefined
      ? []
      : [String(values)];
  if (given.length === 0) return undefined;
  return { ...said, values: comparison === 'number' ? given.map(Number) : given };
}

type Action = (parts: Parts, context: As3Context) => JsonObject | undefined;

function valuesOf(
  parts: Parts,
  wanted: Readonly<Record<string, string>>,
  needed: readonly string[],
): JsonObject | undefined {
  const found: Record<string, Json> = {};
  for (const [own, theirs] of Object.entries(wanted)) {
    const value = parts.value(own);
    if (value !== undefined) found[theirs] = value;
  }
  return needed.every((name) => name in found) ? found : undefined;
}

const forward: Action = (parts, { pointer }) => {
  if (!parts.has('select')) return undefined;
  const pool = parts.value('pool');
  const virtual = parts.value('virtual');
  const snat = parts.value('snat');
  if (snat !== undefined && snat !== 'automap') return undefined;
  const place =
    typeof pool === 'string'
      ? { pool: pointer(pool) }
      : typeof virtual === 'string'
        ? { service: pointer(virtual) }
        : undefined;
  return place && { select: { ...place, ...(snat !== undefined && { snat }) } };
};

const redirect: Action = (parts) =>
  parts.has('redirect')
    ? valuesOf(parts, { location: 'location', code: 'code' }, ['location'])
    : undefined;

/** Of a header or a cookie. */
const changed: Action = (parts) => {
  const deed = parts.flag(['insert', 'replace', 'remove']);
  if (deed === undefined) return undefined;
  const needed = deed === 'remove' ? ['name'] : ['name', 'value'];
  const values = valuesOf(parts, { tmName: 'name', value: 'value' }, needed);
  return values && { [deed]: values };
};

const uri: Action = (parts) => {
  if (!parts.has('replace')) return undefined;
  const names = { value: 'value', path: 'path', queryString: 'queryString' };
  const values = valuesOf(parts, names, []);
  return values && Object.keys(values).length === 1 ? { replace: values } : undefined;
};

const variable: Action = (parts) => {
  if (!parts.has('setVariable')) return undefined;
  const values = valuesOf(parts, { tmName: 'name', expression: 'expression' }, [
    'name',
    'expression',
  ]);
  return values && { setVariable: values };
};

const log: Action = (parts) => {
  if (!parts.has('write')) return undefined;
  const names = { message: 'message', facility: 'facility', priority: 'priority' };
  const write = valuesOf(parts, names, ['message']);
  return write && { write };
};

const persist: Action = (parts) => (parts.has('disable') ? { disable: {} } : undefined);

const actions: Readonly<Record<string, readonly [string, Action]>> = {
  forward: ['forward', forward],
  httpReply: ['httpRedirect', redirect],
  httpHeader: ['httpHeader', changed],
  httpCookie: ['httpCookie', changed],
  httpUri: ['httpUri', uri],
  tcl: ['tcl', variable],
  log: ['log', log],
  persist: ['persist', persist],
};

function actionOf(item: JsonObject, context: As3Context): JsonObject | undefined {
  const parts = new Parts(item);
  const target = parts.flag(Object.keys(actions));
  const [type, convert] = actions[target ?? ''] ?? [];
  if (type === undefined || convert === undefined) return undefined;
  const event = parts.event();
  const said = convert(parts, context);
  return said !== undefined && parts.isEmpty() ? { type, event, ...said } : undefined;
}

/** A rule's name as AS3 takes it. */
const ruleName = /^[\w.:%-]+$/;

function ruleOf(item: JsonObject, context: As3Context): JsonObject | undefined {
  const name = String(item['name'] ?? '');
  const conditions = itemsAt(item, 'conditions').map((one) => conditionOf(one, context));
  const done = itemsAt(item, 'actions').map((one) => actionOf(one, context));
  if (!ruleName.test(name) || conditions.includes(undefined) || done.includes(undefined))
    return undefined;
  const taking = new Taking({ properties: [] }, item, { name });
  taking.remark();
  return {
    ...taking.json,
    ...(conditions.length > 0 && { conditions: conditions.filter((one) => one !== undefined) }),
    ...(done.length > 0 && { actions: done.filter((one) => one !== undefined) }),
  };
}

const strategies = /^\/Common\/((?:all|best|first)-match)$/;

export function policyOf(
  component: Component,
  body: JsonObject,
  context: As3Context,
): As3Object | undefined {
  const taking = new Taking(component, body, { class: 'Endpoint_Policy' });
  taking.remark();
  const strategy = String(taking.get('strategy') ?? '/Common/first-match');
  const plain = strategies.exec(strategy)?.[1];
  taking.json['strategy'] = plain ?? 'custom';
  if (plain === undefined) taking.json['customStrategy'] = { bigip: strategy };
  // AS3 works out the first two; policies that it makes are published.
  for (const name of ['requires', 'controls', 'rules', 'legacy', 'createDraft', 'status'])
    taking.get(name);
  const rules = itemsAt(body, 'rules')
    .toSorted((one, other) => Number(one['ordinal'] ?? 0) - Number(other['ordinal'] ?? 0))
    .map((item) => (isObject(item) ? ruleOf(item, context) : undefined));
  if (rules.includes(undefined)) return undefined;
  if (rules.length > 0) taking.json['rules'] = rules.filter((one) => one !== undefined);
  return taking.done();
}
