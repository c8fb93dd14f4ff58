import protobuf from 'protobufjs';
import { type Reader, wireBytes, wireVarint, type Writer } from './wire-format.ts';

/**
 * The messages of the contract made into JavaScript at start, as protobufjs does it for its own classes: bytes
 * become what the rooms take, and nothing lies between. Pure. Each type has a `read`, a `write` and a `blank`, the
 * message without any field. A nested message that comes twice is one, as Protobuf wants it.
 */
export interface Compiled {
  /** Of the type's field of that tag; undefined: it has none, and nothing was read. */
  readonly bodies: ReadonlyMap<number, Body>;
  readonly kinds: ReadonlyMap<string, Body>;
}

export interface Body {
  readonly kind: string;
  readonly tag: number;
  /** Length first. Throws for what is malformed. */
  readonly read: (reader: Reader, former: unknown) => unknown;
  readonly write: (writer: Writer, body: object) => void;
}

type Types = Readonly<Record<string, Pick<Body, 'read' | 'write'> | undefined>>;

/** `message`: has one of its fields at a time, each a message. Throws for fields that the contract never had yet. */
export function compileBodies(message: protobuf.Type): Compiled {
  const types = new Set<protobuf.Type>();
  const gather = (type: protobuf.Type): void => {
    if (types.has(type)) return;
    types.add(type);
    for (const { resolvedType } of type.fieldsArray) {
      if (resolvedType instanceof protobuf.Type) gather(resolvedType);
    }
  };
  for (const { resolvedType } of message.fieldsArray) {
    if (resolvedType instanceof protobuf.Type) gather(resolvedType);
  }
  const names = [...types].map(({ name }) => `${name}: { read: read${name}, write: write${name} }`);
  const text = `'use strict';\n${[...types].map(sourceOf).join('\n')}\nreturn { ${names.join()} };`;
  // Made of the contract in the repository alone; closures over its fields take twice the time.
  // oxlint-disable-next-line typescript/no-implied-eval -- of no input, see above
  const made = new Function(text)() as Types; // As the line with `return` says.
  const bodies = message.fieldsArray.map((field) => bodyOf(field, made));
  return {
    bodies: new Map(bodies.map((body) => [body.tag, body])),
    kinds: new Map(bodies.map((body) => [body.kind, body])),
  };
}

function bodyOf(field: protobuf.Field, made: Types): Body {
  const functions = made[field.resolvedType?.name ?? ''];
  if (functions === undefined || field.repeated) throw unknownField(field);
  return { kind: field.name, tag: tagOf(field.id, wireBytes), ...functions };
}

function unknownField({ fullName }: protobuf.Field): Error {
  return new Error(`${fullName}: the codec of iQuery has no such fields`);
}

export function tagOf(id: number, wireType: number): number {
  return id * 8 + wireType;
}

/** Longer texts do not come again, and are not kept. */
const keptText = 128;

interface Source {
  /** A value where there was none. */
  readonly blank: string;
  readonly wireType: number;
  /** Expression of the next value; `former`: of what the field had before. */
  readonly read: (former: string) => string;
  /** Statement that writes `v`. */
  readonly write: string;
  readonly isAbsent: string;
}

function sourceOf(type: protobuf.Type): string {
  const fields = type.fieldsArray
    .toSorted((a, b) => a.id - b.id)
    .map((field, index) => ({ field, at: `f${index}`, source: fieldSource(field, index) }));
  const { name } = type;
  const lists = fields.map(({ field, at, source }) => ({
    text: `let last${name}${at} = '';`,
    start: `let ${at} = former === undefined ? ${field.repeated || isMessage(field) ? 'undefined' : source.blank} : former.${field.name};`,
    take: `case ${tagOf(field.id, source.wireType)}: ${takeSource(field, at, source, `last${name}${at}`)} break;`,
    value: `${field.name}: ${field.repeated ? `${at} ?? []` : isMessage(field) ? `${at} ?? ${source.blank}` : at}`,
    blank: `${field.name}: ${field.repeated ? '[]' : source.blank}`,
    write: writeSource(field, source),
  }));
  const all = (key: keyof (typeof lists)[number], between = '\n'): string =>
    lists.map((list) => list[key]).join(between);
  return `${all('text')}
function blank${name}() { return { ${all('blank', ', ')} }; }
function read${name}(reader, former) {
  const outer = reader.enter();
  ${all('start')}
  while (reader.hasMore()) {
    const tag = reader.tag();
    switch (tag) {
      ${all('take')}
      default: reader.skip(tag & 7);
    }
  }
  reader.leave(outer);
  return { ${all('value', ', ')} };
}
function write${name}(writer, message) {
  let v;
  ${all('write')}
}`;
}

function isMessage({ resolvedType }: protobuf.Field): boolean {
  return resolvedType instanceof protobuf.Type;
}

function takeSource(field: protobuf.Field, at: string, source: Source, last: string): string {
  if (field.repeated) return `reader.item(); (${at} ??= []).push(${source.read('undefined')});`;
  if (field.type !== 'string') return `${at} = ${source.read(at)};`;
  return `${at} = reader.string(${last}); if (${at}.length <= ${keptText}) ${last} = ${at};`;
}

function writeSource(field: protobuf.Field, source: Source): string {
  const value = `v = message.${field.name}`;
  if (field.repeated)
    return `if ((${value}) != null) for (const item of v) { v = item; ${source.write} }`;
  return `if ((${value}) != null${source.isAbsent}) { ${source.write} }`;
}

function fieldSource(field: protobuf.Field, index: number): Source {
  const { id, resolvedType } = field;
  const bytes = { wireType: wireBytes };
  const varint = { wireType: wireVarint };
  const tag = tagOf(id, wireBytes);
  const number = {
    ...varint,
    blank: '0',
    write: `writer.number(${tagOf(id, wireVarint)}, v);`,
    isAbsent: ' && v !== 0',
  };
  if (field.map) throw unknownField(field);
  if (resolvedType instanceof protobuf.Type) {
    const { name } = resolvedType;
    const write = `const start${index} = writer.begin(${tag}); write${name}(writer, v); writer.end(start${index});`;
    return {
      ...bytes,
      blank: `blank${name}()`,
      read: (former) => `read${name}(reader, ${former})`,
      write,
      isAbsent: '',
    };
  }
  if (field.type === 'string') {
    const write = `writer.string(${tag}, v);`;
    return {
      ...bytes,
      blank: `''`,
      read: () => `reader.string('')`,
      write,
      isAbsent: ` && v !== ''`,
    };
  }
  if (field.type === 'bytes') {
    const write = `writer.bytes(${tag}, v);`;
    return {
      ...bytes,
      blank: 'new Uint8Array(0)',
      read: () => 'reader.bytes()',
      write,
      isAbsent: '',
    };
  }
  // Repeated numbers are packed; the contract has none.
  if (field.repeated) throw unknownField(field);
  if (field.type === 'uint64') return { ...number, read: () => 'reader.varint()' };
  if (field.type === 'uint32') return { ...number, read: () => 'reader.uint32()' };
  if (field.type !== 'bool') throw unknownField(field);
  const write = `writer.number(${tagOf(id, wireVarint)}, v === true ? 1 : 0);`;
  return {
    ...varint,
    blank: 'false',
    read: () => 'reader.varint() !== 0',
    write,
    isAbsent: ' && v !== false',
  };
}
