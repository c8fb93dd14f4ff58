/**
 * OpenAPI 3.1 documents of iControl REST, one a module and one of the endpoints made by hand. Drawn from the
 * catalogue and from `endpoints.ts`, so that they cannot say anything else than the server does. Pure.
 */
import type { Action, Component, Property } from '../../catalogue/types.ts';
import { bigipVersion } from '../../catalogue/version.ts';
import type { Json, JsonObject } from '../../config/text/json.ts';
import { camelCase } from '../../config/text/names.ts';
import { componentPath } from '../../config/text/urls.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  type ItemsProperty,
  actionSchema,
  componentSchema,
  itemsSchema,
  sharedSchemas,
  subCollectionsOf,
} from './openapi-schemas.ts';

const handmade = 'shared';

function moduleOf({ id }: Component): string {
  return id.split(' ')[0] ?? id;
}

/** Names of the documents: the modules, and "shared". */
export function openApiNames(components: readonly Component[]): readonly string[] {
  return [...new Set(components.map(moduleOf))].toSorted().concat(handmade);
}

/** Name → document. */
export function openApiDocuments(
  components: readonly Component[],
  endpoints: readonly Endpoint[],
): ReadonlyMap<string, JsonObject> {
  const names = openApiNames(components);
  return new Map(names.map((name) => [name, openApiDocument(name, components, endpoints)]));
}

/** One at a time: all of them take longer than others should wait. */
export function openApiDocument(
  name: string,
  components: readonly Component[],
  endpoints: readonly Endpoint[],
): JsonObject {
  if (name === handmade) return document(name, handmadePaths(endpoints), {});
  const schemas: Record<string, Json> = {};
  const paths: Record<string, Json> = {};
  for (const component of components) {
    if (moduleOf(component) === name) Object.assign(paths, componentPaths(component, schemas));
  }
  return document(name, paths, schemas);
}

function document(
  module: string,
  paths: Record<string, Json>,
  schemas: Record<string, Json>,
): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: `Evenkeel iControl REST: ${module}`,
      version: bigipVersion,
      description:
        'Drawn from the catalogue of the device. Bodies may say more than is written here: BIG-IP also takes ' +
        'names with hyphens, texts for lists, and maps for items.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { basic: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'apiKey', in: 'header', name: 'X-F5-Auth-Token' },
      },
      parameters,
      responses: {
        Fault: {
          description: 'What was wrong, in the words of BIG-IP.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
        },
      },
      schemas: { ...sharedSchemas, ...schemas },
    },
  };
}

const parameters: JsonObject = {
  filter: query('$filter', 'partition eq Common, and so on.', { type: 'string' }),
  select: query('$select', 'Properties that are wanted, separated by commas.', { type: 'string' }),
  top: query('$top', 'So many of a collection.', { type: 'integer', minimum: 0 }),
  skip: query('$skip', 'Without the first ones.', { type: 'integer', minimum: 0 }),
  expand: query('expandSubcollections', 'With what lies below.', { type: 'boolean' }),
  ver: query('ver', 'Version that the client was made for.', { type: 'string' }),
  options: query('options', "Options of tmsh's command.", { type: 'string' }),
  dryRun: query('dryRun', 'Say what would change, and change nothing.', { type: 'boolean' }),
};

function query(name: string, description: string, schema: JsonObject): JsonObject {
  return { name, in: 'query', description, schema };
}

function parameterRefs(...names: readonly string[]): Json {
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

const reads = parameterRefs('select', 'expand', 'ver', 'options');
const lists = parameterRefs('filter', 'select', 'top', 'skip', 'expand', 'ver', 'options');
const writes = parameterRefs('ver', 'options', 'dryRun');

function pathParameters(path: string): readonly Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function answer(description: string, schema: Json): JsonObject {
  return {
    '200': { description, content: { 'application/json': { schema } } },
    default: { $ref: '#/components/responses/Fault' },
  };
}

const emptyAnswer: JsonObject = {
  '200': { description: 'Done.' },
  default: { $ref: '#/components/responses/Fault' },
};

function refTo(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

function bodyOf(schema: Json): JsonObject {
  return { required: true, content: { 'application/json': { schema } } };
}

/** With what every answer has; a body needs none of it. */
function whole(name: string, required: readonly string[]): JsonObject {
  return { ...refTo(name), required: ['kind', 'selfLink', ...required] };
}

function componentPaths(component: Component, schemas: Record<string, Json>): Record<string, Json> {
  const { id, naming } = component;
  const path = componentPath(id);
  const name = id.replaceAll(' ', '.');
  const actions = (component.actions ?? []).map((action) => addAction(name, action, schemas));
  if (component.stateOnly === true) return statePaths(component, path, actions);
  schemas[name] = componentSchema(component);
  const isMade = component.fixed !== true;
  const result: Record<string, Json> = {};
  if (naming.kind === 'singleton') {
    result[path] = {
      get: operation(component.help, reads, answer(component.help, whole(name, []))),
      ...writeMethods(name, [], false),
      ...(actions.length > 0 && { post: posted(component, actions) }),
    };
    Object.assign(result, itemsPaths(component.properties, path, name, schemas));
    return withStatistics(component, path, result);
  }
  const created = isMade ? [refTo(name), ...actions] : actions;
  result[path] = {
    get: operation(component.help, lists, answer(component.help, collectionOf(name, naming.kind))),
    ...(created.length > 0 && { post: posted(component, created, isMade ? name : undefined) }),
  };
  const objectPath = `${path}/{name}`;
  result[objectPath] = {
    parameters: pathParameters(objectPath),
    get: operation(component.help, reads, answer(component.noun, whole(name, ['name']))),
    ...writeMethods(name, ['name'], isMade),
  };
  Object.assign(result, itemsPaths(component.properties, objectPath, name, schemas));
  return withStatistics(component, path, result);
}

function operation(summary: string, parameters: Json, responses: JsonObject): JsonObject {
  return { summary, parameters, responses };
}

function writeMethods(
  name: string,
  required: readonly string[],
  isDeletable: boolean,
): Record<string, Json> {
  const responses = answer('As it is now.', whole(name, required));
  const requestBody = bodyOf(refTo(name));
  return {
    patch: { summary: 'Changes what is named.', parameters: writes, requestBody, responses },
    put: {
      summary: 'Changes what is named, and sets the rest back to its defaults.',
      parameters: writes,
      requestBody,
      responses,
    },
    ...(isDeletable && {
      delete: { summary: 'Deletes it.', parameters: writes, responses: emptyAnswer },
    }),
  };
}

function posted(component: Component, bodies: readonly JsonObject[], made?: string): JsonObject {
  const [only] = bodies;
  return {
    summary: made === undefined ? `Commands: ${component.noun}.` : `Creates: ${component.noun}.`,
    parameters: writes,
    requestBody: bodyOf(bodies.length === 1 && only !== undefined ? only : { anyOf: bodies }),
    responses: answer(
      'As it is now.',
      made === undefined ? { type: 'object' } : refOrCommand(made, bodies),
    ),
  };
}

function refOrCommand(made: string, bodies: readonly JsonObject[]): JsonObject {
  return bodies.length === 1 ? whole(made, ['name']) : { type: 'object' };
}

function addAction(name: string, action: Action, schemas: Record<string, Json>): JsonObject {
  const key = `${name}.${action.command}`;
  schemas[key] = actionSchema(action);
  return refTo(key);
}

function collectionOf(name: string, naming: 'plain' | 'foldered' | 'items'): JsonObject {
  const required = naming === 'items' ? ['name'] : ['name', 'fullPath'];
  return {
    ...refTo('Collection'),
    properties: { items: { type: 'array', items: whole(name, required) } },
  };
}

function statePaths(
  component: Component,
  path: string,
  actions: readonly JsonObject[],
): Record<string, Json> {
  const get = operation(component.help, reads, answer(component.help, refTo('Statistics')));
  const post = actions.length === 0 ? {} : { post: posted(component, actions) };
  return withStatistics(component, path, { [path]: { get, ...post } });
}

function withStatistics(
  component: Component,
  path: string,
  paths: Record<string, Json>,
): Record<string, Json> {
  if (component.statistics !== true) return paths;
  const get = operation(
    `Statistics: ${component.noun}.`,
    reads,
    answer('Statistics.', refTo('Statistics')),
  );
  paths[`${path}/stats`] = { get };
  if (component.naming.kind === 'singleton') return paths;
  const objectPath = `${path}/{name}/stats`;
  paths[objectPath] = { parameters: pathParameters(objectPath), get };
  return paths;
}

/** `…/{name}/members` and `…/{name}/members/{members}`, at any depth. */
function itemsPaths(
  properties: readonly Property[],
  above: string,
  aboveName: string,
  schemas: Record<string, Json>,
): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const items of subCollectionsOf(properties)) {
    const name = `${aboveName}.${items.name}`;
    schemas[name] = itemsSchema(items.type);
    const path = `${above}/${items.name}`;
    const itemPath = `${path}/{${camelCase(items.name)}}`;
    result[path] = {
      parameters: pathParameters(path),
      get: operation(items.help, lists, answer(items.help, collectionOf(name, 'items'))),
      post: {
        summary: `Creates: ${items.type.noun}.`,
        parameters: writes,
        requestBody: bodyOf(refTo(name)),
        responses: answer('As it is now.', whole(name, ['name'])),
      },
    };
    result[itemPath] = {
      parameters: pathParameters(itemPath),
      get: operation(items.type.noun, reads, answer(items.type.noun, whole(name, ['name']))),
      ...writeMethods(name, ['name'], true),
    };
    Object.assign(result, statisticsOfItems(items, path, itemPath));
    Object.assign(result, itemsPaths(items.type.properties, itemPath, name, schemas));
  }
  return result;
}

function statisticsOfItems(
  items: ItemsProperty,
  path: string,
  itemPath: string,
): Record<string, Json> {
  if (items.type.statistics !== true) return {};
  const get = operation(
    `Statistics: ${items.type.noun}.`,
    reads,
    answer('Statistics.', refTo('Statistics')),
  );
  return {
    [`${path}/stats`]: { parameters: pathParameters(path), get },
    [`${itemPath}/stats`]: { parameters: pathParameters(itemPath), get },
  };
}

function handmadePaths(endpoints: readonly Endpoint[]): Record<string, Json> {
  const login = {
    summary: 'A token for a name and a password.',
    security: [],
    requestBody: bodyOf(refTo('Login')),
    responses: answer('The token.', refTo('LoginAnswer')),
  };
  const result: Record<string, Json> = { '/mgmt/shared/authn/login': { post: login } };
  for (const { path, summary, methods } of endpoints) {
    const plain = path.replaceAll('*}', '}');
    const any = answer(summary, { type: 'object' });
    result[plain] = {
      parameters: pathParameters(plain),
      ...Object.fromEntries(
        methods.map((method) => [method.toLowerCase(), { summary, responses: any }]),
      ),
    };
  }
  return result;
}

/** One line a path and a schema: small, and readable where it changes. */
export function openApiText(document: JsonObject): string {
  return [...openApiChunks(document)].join('');
}

/** The same in pieces: the longest has a megabyte. */
export function* openApiChunks(document: JsonObject): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(document)) {
    yield `${before}${JSON.stringify(key)}: `;
    before = ',\n';
    if (key === 'paths') yield* linesOf(value);
    else if (key === 'components' && typeof value === 'object' && value !== null) {
      yield* partsOf(value);
    } else yield JSON.stringify(value);
  }
  yield '\n}\n';
}

function* partsOf(value: object): Generator<string> {
  let before = '{\n';
  for (const [name, held] of Object.entries(value)) {
    yield `${before}${JSON.stringify(name)}: `;
    before = ',\n';
    yield* linesOf(held);
  }
  yield '\n}';
}

function* linesOf(value: Json | undefined): Generator<string> {
  let before = '{\n';
  for (const [key, held] of Object.entries(value ?? {})) {
    yield `${before}${JSON.stringify(key)}: ${JSON.stringify(held)}`;
    before = ',\n';
  }
  yield before === '{\n' ? '{\n\n}' : '\n}';
}
