/**
 * A device that is not there: the REST that pages ask, out of the catalogue alone, held in memory. For developing in a browser
 * without a device, and never in what is built. It checks what the catalogue says to be required and nothing more: what is
 * refused, and in which words, only the product knows (`node web/dev.ts` runs it). Pure.
 */
import type { Component, Property } from '../../src/catalogue/types.ts';
import type { Json, JsonObject } from '../../src/config/text/json.ts';
import { restName } from '../../src/config/text/names.ts';
import { componentPath } from '../../src/config/text/urls.ts';

export interface MockAnswer {
  readonly status: number;
  readonly json: JsonObject;
}

export interface MockRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: JsonObject;
  /** Of `X-F5-REST-Coordination-Id`. */
  readonly transaction?: string;
}

/** As the stream tells commits. */
export interface MockCommit {
  readonly sequence: number;
  readonly changes: readonly JsonObject[];
}

export interface MockDevice {
  answer(request: MockRequest): MockAnswer;
  corner(): JsonObject;
  onCommit(listener: (commit: MockCommit) => void): void;
}

type Objects = Map<string, JsonObject>;
type World = ReadonlyMap<string, Objects>;

interface Change {
  readonly component: Component;
  readonly name: string;
  readonly after: JsonObject | undefined;
}

const ok = (json: JsonObject): MockAnswer => ({ status: 200, json });
const no = (status: number, message: string): MockAnswer => ({
  status,
  json: { code: status, message, errorStack: [], apiError: 3 },
});

export function createMockDevice(components: readonly Component[]): MockDevice {
  const mock = new Mock(components);
  return {
    answer: (request) => mock.answer(request),
    corner: () => mock.corner(),
    onCommit: (listener) => mock.onCommit(listener),
  };
}

class Mock {
  readonly #components: readonly Component[];
  readonly #byId: ReadonlyMap<string, Component>;
  readonly #world: World;
  readonly #queues = new Map<string, MockRequest[]>();
  readonly #commits: JsonObject[] = [];
  readonly #listeners: ((commit: MockCommit) => void)[] = [];
  #sequence = 1;

  constructor(components: readonly Component[]) {
    this.#components = components;
    this.#byId = new Map(components.map((component) => [component.id, component]));
    this.#world = new Map(components.map((one) => [one.id, stockOf(one)]));
  }

  answer(request: MockRequest): MockAnswer {
    const { pathname } = split(request.path);
    if (pathname.startsWith('/mgmt/shared/evenkeel/')) return this.#own(request.path);
    const isTransaction = /^\/mgmt\/tm\/transaction(\/|$)/.test(pathname);
    return isTransaction ? this.#transaction(request) : this.#configuration(request);
  }

  corner(): JsonObject {
    return {
      device: 'mock',
      hostname: 'mock.example.net',
      sequence: this.#sequence,
      failover: { color: 'green', status: 'ACTIVE', summary: 'not a device', details: [] },
      sync: { color: 'green', status: 'Standalone', summary: ' ', details: [] },
      peers: [],
    };
  }

  onCommit(listener: (commit: MockCommit) => void): void {
    this.#listeners.push(listener);
  }

  #make(changes: readonly Change[], isDryRun: boolean): JsonObject {
    const shown = changes.map((change) => changeJson(this.#world, change));
    if (isDryRun) return { changes: shown, engines: [] };
    for (const { component, name, after } of changes) {
      const objects = this.#world.get(component.id);
      if (after === undefined) objects?.delete(name);
      else objects?.set(name, after);
    }
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.#commits.unshift({
      sequence,
      user: 'admin',
      source: 'gui',
      device: 'mock',
      changes: shown,
    });
    for (const listener of this.#listeners) listener({ sequence, changes: shown });
    return changes.at(-1)?.after ?? {};
  }

  #configuration(request: MockRequest): MockAnswer {
    const { pathname, query } = split(request.path);
    const place = placeOf(this.#byId, pathname);
    if (place === undefined) return no(404, `Public URI path not registered: ${pathname}`);
    const { component, name, rest } = place;
    if (rest === 'stats') return ok({ entries: {} });
    if (request.method === 'GET') return read(this.#world, component, name);
    if (request.transaction !== undefined) {
      this.#queues.get(request.transaction)?.push(request);
      return ok(request.body);
    }
    const change = changeOf(this.#world, component, name, request);
    return 'status' in change ? change : ok(this.#make([change], query.get('dryRun') === 'true'));
  }

  #transaction({ method, path, body }: MockRequest): MockAnswer {
    const { pathname, query } = split(path);
    const id = pathname.slice('/mgmt/tm/transaction/'.length);
    if (method === 'POST') {
      const made = String(this.#queues.size + 1);
      this.#queues.set(made, []);
      return ok({ transId: Number(made), state: 'STARTED' });
    }
    const held = this.#queues.get(id);
    if (held === undefined) return no(404, `there is no transaction with id (${id})`);
    if (method === 'DELETE') this.#queues.delete(id);
    if (method !== 'PATCH' || body['state'] !== 'VALIDATING') return ok({ transId: id });
    const changes = held.map((one) => {
      const place = placeOf(this.#byId, split(one.path).pathname);
      return place === undefined
        ? no(404, 'gone')
        : changeOf(this.#world, place.component, place.name, one);
    });
    const fault = changes.find((change) => 'status' in change);
    if (fault !== undefined) return fault;
    const all = changes.filter((change): change is Change => !('status' in change));
    return ok(this.#make(all, query.get('dryRun') === 'true'));
  }

  #own(path: string): MockAnswer {
    const { pathname, query } = split(path);
    const rest = pathname.slice('/mgmt/shared/evenkeel/'.length);
    if (rest === 'catalogue') {
      return ok({ items: this.#components.map((one) => summaryOf(one, this.#world)) });
    }
    if (rest.startsWith('catalogue/')) {
      return described(this.#byId, this.#world, rest.slice('catalogue/'.length), query);
    }
    if (rest === 'session') {
      return ok({ user: 'admin', csrf: 'mock', timeoutSeconds: 1200, roles: allRoles });
    }
    if (rest === 'commits') return ok({ items: this.#commits });
    if (rest.startsWith('commits/')) {
      const sequence = rest.slice('commits/'.length);
      return ok(this.#commits.find((one) => String(one['sequence']) === sequence) ?? {});
    }
    if (rest === 'health') return ok({ items: {} });
    if (rest === 'charts') return ok({ stepSeconds: 0, series: {} });
    if (rest !== 'search') return ok({ items: [] });
    return ok({ items: found(this.#components, this.#world, query.get('text') ?? '') });
  }
}

const allRoles: Json = [{ partition: 'all-partitions', role: 'admin' }];

function split(path: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const [pathname = '', query = ''] = path.split('?');
  return { pathname, query: new URLSearchParams(query) };
}

/** Stock objects; a singleton is one. */
function stockOf({ naming, stock = [], properties }: Component): Objects {
  if (naming.kind === 'singleton') return new Map([['', withDefaults(properties, {})]]);
  return new Map(
    stock.map(({ name, properties: given = {} }) => {
      const json = Object.fromEntries(
        properties.flatMap((property) => {
          const value = given[property.name];
          return value === undefined ? [] : [[restName(property), value]];
        }),
      );
      return [name, withDefaults(properties, { ...namesOf(name), ...json })];
    }),
  );
}

function namesOf(name: string): JsonObject {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const partition = name.startsWith('/') ? (name.split('/')[1] ?? '') : undefined;
  return { name: last, ...(partition !== undefined && { partition }), fullPath: name };
}

function withDefaults(properties: readonly Property[], json: JsonObject): JsonObject {
  const defaults = properties.flatMap((property): readonly (readonly [string, Json])[] => {
    const { default: value, type, secret } = property;
    if (value === undefined || secret === true) return [];
    return type.kind === 'flags' ? [[String(value), true]] : [[restName(property), value]];
  });
  return { ...Object.fromEntries(defaults), ...json };
}

interface Place {
  readonly component: Component;
  /** Undefined: all of them. */
  readonly name: string | undefined;
  readonly rest: string | undefined;
}

/** The longest component that the path begins with. */
function placeOf(byId: ReadonlyMap<string, Component>, pathname: string): Place | undefined {
  const parts = pathname.replace('/mgmt/tm/', '').split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const component = byId.get(parts.slice(0, length).join(' '));
    if (component === undefined) continue;
    const [first, second] = parts.slice(length);
    if (component.naming.kind === 'singleton') return { component, name: '', rest: first };
    if (first === 'stats') return { component, name: undefined, rest: 'stats' };
    const name = first === undefined ? undefined : decodeURIComponent(first).replaceAll('~', '/');
    return { component, name, rest: second };
  }
  return undefined;
}

function read(world: World, component: Component, name: string | undefined): MockAnswer {
  const objects = world.get(component.id);
  if (component.stateOnly === true) return ok({ entries: {} });
  if (name === undefined) return ok({ items: [...(objects?.values() ?? [])] });
  const object = objects?.get(name);
  if (object !== undefined) return ok(object);
  return no(404, `01020036:3: The requested ${component.noun} (${name}) was not found.`);
}

function changeOf(
  world: World,
  component: Component,
  name: string | undefined,
  { method, body }: MockRequest,
): Change | MockAnswer {
  const objects = world.get(component.id);
  if (method === 'POST' && name === undefined) {
    const given = String(body['name'] ?? '');
    const isFoldered = component.naming.kind === 'foldered' && !given.startsWith('/');
    const full = isFoldered ? `/Common/${given}` : given;
    const missing = component.properties.find(
      (property) => property.required === true && body[restName(property)] === undefined,
    );
    if (given === '') return no(400, 'one or more properties must be specified');
    if (missing !== undefined) return no(400, `The field ${missing.name} must be given`);
    if (objects?.has(full) === true) {
      return no(409, `01020066:3: The requested ${component.noun} (${full}) already exists.`);
    }
    return {
      component,
      name: full,
      after: withDefaults(component.properties, { ...body, ...namesOf(full) }),
    };
  }
  const before = name === undefined ? undefined : objects?.get(name);
  if (name === undefined || before === undefined) return read(world, component, name ?? '');
  if (method === 'DELETE') return { component, name, after: undefined };
  return { component, name, after: patched(component, before, body) };
}

/** Of two flags that exclude each other one stays; null goes back to nothing. */
function patched({ properties }: Component, before: JsonObject, body: JsonObject): JsonObject {
  const others = properties.flatMap(({ type }) => {
    const flags = type.kind === 'flags' ? type.flags.map(({ flag }) => flag) : [];
    return flags.some((flag) => body[flag] !== undefined) ? flags : [];
  });
  const kept = Object.entries(before).filter(([key]) => !others.includes(key));
  const all = Object.entries({ ...Object.fromEntries(kept), ...body });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

function changeJson(world: World, { component, name, after }: Change): JsonObject {
  const before = world.get(component.id)?.get(name);
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'modify';
  return {
    component: component.id,
    name,
    action,
    ...(before !== undefined && { beforeText: textOf(component, name, before) }),
    ...(after !== undefined && { afterText: textOf(component, name, after) }),
    properties: [],
  };
}

function textOf({ id }: Component, name: string, object: JsonObject): string {
  const lines = Object.entries(object).map(([key, value]) => `    ${key} ${JSON.stringify(value)}`);
  return [`${id} ${name} {`.replace('  ', ' '), ...lines, '}'].join('\n');
}

function summaryOf(component: Component, world: World): JsonObject {
  const { id, noun, help, naming, stateOnly, fixed, statistics, inherits } = component;
  return {
    id,
    noun,
    help,
    path: componentPath(id),
    naming: naming.kind,
    ...(stateOnly === true && { stateOnly }),
    ...(fixed === true && { fixed }),
    ...(statistics === true && { statistics }),
    ...(inherits === true && { inherits }),
    count: stateOnly === true ? 0 : (world.get(id)?.size ?? 0),
  };
}

function described(
  byId: ReadonlyMap<string, Component>,
  world: World,
  path: string,
  query: URLSearchParams,
): MockAnswer {
  const component = byId.get(path.replaceAll('/', ' '));
  if (component === undefined) return no(404, `Public URI path not registered: ${path}`);
  const name = query.get('name');
  const held = name === null ? undefined : world.get(component.id)?.get(name);
  const rights = { read: true, create: true, modify: true, delete: true, switch: true };
  // Plain data: no value of it is a function.
  const entry = component as unknown as Json;
  const count = component.stateOnly === true ? 0 : (world.get(component.id)?.size ?? 0);
  return ok({
    component: entry,
    rights,
    count,
    ...(held !== undefined && { own: Object.keys(held) }),
  });
}

const maximumFound = 40;

function found(components: readonly Component[], world: World, text: string): readonly Json[] {
  const wanted = text.toLowerCase();
  return components
    .flatMap(({ id }) =>
      [...(world.get(id)?.keys() ?? [])]
        .filter((name) => name.toLowerCase().includes(wanted))
        .map((name) => ({ component: id, name, property: 'name', value: name })),
    )
    .slice(0, maximumFound);
}
