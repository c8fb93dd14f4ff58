/** JSON Schemas of what REST writes and reads (config/text/json): the same for answers and for bodies. Pure. */
import type {
  Action,
  Component,
  IntegerType,
  ItemsType,
  Property,
  PropertyType,
} from '../../catalogue/types.ts';
import type { Json, JsonObject } from '../../config/text/json.ts';
import { camelCase, restName } from '../../config/text/names.ts';

export interface ItemsProperty extends Property {
  readonly type: ItemsType;
}

const text: JsonObject = { type: 'string' };
const link: JsonObject = { $ref: '#/components/schemas/Link' };

/** What every object has beside its properties. */
const envelope: JsonObject = {
  kind: text,
  name: text,
  partition: text,
  subPath: text,
  fullPath: text,
  generation: { type: 'integer' },
  selfLink: text,
};

const faultProperties: JsonObject = {
  code: { type: 'integer' },
  message: text,
  errorStack: { type: 'array', items: text },
  apiError: { type: 'integer' },
};

/** Used by all documents. */
export const sharedSchemas: JsonObject = {
  Fault: { type: 'object', required: ['code', 'message'], properties: faultProperties },
  Link: { type: 'object', required: ['link'], properties: { link: text } },
  SubCollection: {
    type: 'object',
    required: ['link', 'isSubcollection'],
    properties: { link: text, isSubcollection: { const: true } },
  },
  Collection: {
    type: 'object',
    required: ['kind', 'selfLink'],
    properties: { kind: text, selfLink: text, nextLink: text, items: { type: 'array' } },
  },
  Statistics: {
    type: 'object',
    required: ['kind', 'selfLink'],
    properties: {
      kind: text,
      selfLink: text,
      entries: { type: 'object', additionalProperties: { type: 'object' } },
      apiRawValues: { type: 'object', properties: { apiAnonymous: text } },
    },
  },
  Login: {
    type: 'object',
    required: ['username', 'password'],
    properties: { username: text, password: text, loginProviderName: text },
  },
  LoginAnswer: {
    type: 'object',
    required: ['username', 'token'],
    properties: {
      username: text,
      token: {
        type: 'object',
        required: ['token', 'name', 'userName', 'timeout', 'startTime', 'expirationMicros'],
      },
    },
  },
};

export function componentSchema(component: Component): JsonObject {
  const isWhole = component.output === 'every-property';
  return objectSchema(component.help, component.properties, isWhole, envelope);
}

export function itemsSchema(type: ItemsType): JsonObject {
  return objectSchema(`${type.noun}.`, type.properties, false, {
    ...envelope,
    ...(type.nameReference !== undefined && { nameReference: link }),
  });
}

/** `{"command": "save", …}`: parameters as properties, as options, or as text. */
export function actionSchema(action: Action): JsonObject {
  return objectSchema(
    action.help,
    action.parameters,
    false,
    {
      command: { const: action.command },
      name: text,
      utilCmdArgs: text,
      options: { type: 'array', items: { type: 'object' } },
    },
    ['command'],
  );
}

function objectSchema(
  description: string,
  properties: readonly Property[],
  everyProperty: boolean,
  more: JsonObject,
  required: readonly string[] = [],
): JsonObject {
  const known: Record<string, Json> = { ...more };
  for (const property of properties) Object.assign(known, propertySchemas(property, everyProperty));
  return {
    type: 'object',
    description,
    ...(required.length > 0 && { required }),
    properties: known,
    additionalProperties: false,
  };
}

/** One property may be several keys: each flag, the link beside a reference. */
function propertySchemas(property: Property, everyProperty: boolean): Record<string, Json> {
  const { type } = property;
  const key = restName(property);
  const marks = {
    description: property.help,
    ...(property.access === 'write-only' && { writeOnly: true }),
    ...((property.access === 'read-only' || property.derived === true) && { readOnly: true }),
  };
  switch (type.kind) {
    case 'flags':
      return Object.fromEntries(
        type.flags.map(({ flag, help }) => [
          camelCase(flag),
          { type: 'boolean', description: help ?? property.help },
        ]),
      );
    case 'items':
      return itemsSchemas(property, type, marks);
    case 'reference': {
      const reference = type.companion === false ? {} : { [`${key}Reference`]: link };
      return { [key]: { type: 'string', ...marks }, ...reference };
    }
    case 'list': {
      const isReference = type.of.kind === 'reference' && type.of.companion !== false;
      const links = { [`${key}Reference`]: { type: 'array', items: link } };
      return { [key]: { ...typeSchema(type), ...marks }, ...(isReference && links) };
    }
    default: {
      const schema = property.runtime === true ? shownOf(type) : typeSchema(type);
      const mayBeNone = everyProperty && type.kind !== 'struct';
      return { [key]: { ...(mayBeNone ? orNone(schema) : schema), ...marks } };
    }
  }
}

/** What the system reports may be a word that nobody can set. */
function shownOf(type: PropertyType): JsonObject {
  return type.kind === 'enum' ? text : typeSchema(type);
}

function itemsSchemas(
  property: Property,
  type: ItemsType,
  marks: JsonObject,
): Record<string, Json> {
  const key = restName(property);
  const inner = itemsSchema(type);
  // A name alone stands for an item with nothing else.
  const item = { anyOf: [inner, text] };
  if (!type.subCollection) return { [key]: { type: 'array', items: item, ...marks } };
  return {
    [key]: { type: 'array', items: { type: ['object', 'string'] }, ...marks, writeOnly: true },
    [`${key}Reference`]: {
      $ref: '#/components/schemas/SubCollection',
      properties: { items: { type: 'array', items: { type: 'object' } } },
    },
  };
}

function typeSchema(type: PropertyType): JsonObject {
  switch (type.kind) {
    case 'integer':
      return integerSchema(type);
    case 'enum':
      return { enum: type.values.map(({ value }) => value) };
    case 'port':
      return { type: ['string', 'integer'] };
    case 'list': {
      const array = { type: 'array', items: typeSchema(type.of) };
      // `allow-service all`: words in place of a list.
      return type.of.kind === 'string' ? { anyOf: [array, { enum: ['all', 'none'] }] } : array;
    }
    case 'struct':
      return structSchema(type.properties);
    case 'items':
      return { type: 'array', items: itemsSchema(type) };
    default:
      return text;
  }
}

function structSchema(properties: readonly Property[]): JsonObject {
  const known: Record<string, Json> = {};
  for (const property of properties) Object.assign(known, propertySchemas(property, true));
  return { type: 'object', properties: known, additionalProperties: false };
}

function integerSchema({ wire, minimum, maximum, words }: IntegerType): JsonObject {
  if (wire === 'string') return text;
  const number = { type: 'integer', minimum, maximum };
  return words === undefined ? number : { anyOf: [number, { enum: words }] };
}

function orNone(schema: JsonObject): JsonObject {
  if (schema['type'] === 'string') return schema;
  return { anyOf: [schema, { const: 'none' }] };
}

export function subCollectionsOf(properties: readonly Property[]): readonly ItemsProperty[] {
  return properties.flatMap((property) => {
    const { type } = property;
    return type.kind === 'items' && type.subCollection ? [{ ...property, type }] : [];
  });
}
