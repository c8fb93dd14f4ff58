import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { createCodec, type Message } from './codec.ts';
import { maximumItems } from './wire-format.ts';

const proto = readFileSync(new URL('../../proto/iquery.proto', import.meta.url), 'utf8');
const codec = createCodec(proto);
const { root } = protobuf.parse(proto, { keepCase: false });
root.resolveAll();
const frame = root.lookupType('evenkeel.iquery.v1.Frame');
const message = root.lookupType('evenkeel.iquery.v1.Message');

/** Any value of the type, every field there. */
function bodyOf(type: protobuf.Type): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(
      type.fieldsArray.map((field) => {
        const one = valueOf(field);
        return [field.name, field.repeated ? fc.array(one, { maxLength: 3 }) : one];
      }),
    ),
    { noNullPrototype: true },
  );
}

const text = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.constantFrom('\u{feff}é', 'x'.repeat(200), 'ü'.repeat(9000)),
);

function valueOf({ resolvedType, type }: protobuf.Field): fc.Arbitrary<unknown> {
  if (resolvedType instanceof protobuf.Type) return bodyOf(resolvedType);
  if (type === 'string') return text;
  if (type === 'bool') return fc.boolean();
  if (type === 'uint32') return fc.nat(2 ** 32 - 1);
  if (type === 'uint64') return fc.oneof(fc.nat(300), fc.maxSafeNat());
  return fc.uint8Array({ maxLength: 40 });
}

const messages = fc.array(
  fc.oneof(
    ...message.fieldsArray.map(({ name, resolvedType }) =>
      bodyOf(resolvedType as protobuf.Type).map((body) => ({ kind: name, body }) as Message),
    ),
  ),
  { maxLength: 4 },
);

/** What protobufjs makes of the same, absent values left out. */
function byReference(bytes: Uint8Array): readonly object[] {
  const options = { longs: Number, oneofs: true, defaults: true, arrays: true };
  const read = frame.toObject(frame.decode(bytes), options);
  return (read['messages'] as Record<string, unknown>[]).map((entry) => {
    const kind = String(entry['body']);
    return { kind, body: entry[kind] };
  });
}

/** Buffers and arrays of bytes alike. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof Uint8Array ? [...inner] : inner,
    ).replaceAll(/\{"type":"Buffer","data":(\[[^\]]*\])\}/g, '$1'),
  );

describe('codec', () => {
  it('gives what was given, and both are what another implementation reads and writes', () => {
    fc.assert(
      fc.property(messages, (list) => {
        const written = codec.encode(list);
        assert.deepEqual(plain(codec.decode(written)), plain(list));
        assert.deepEqual(plain(byReference(written)), plain(list));
        const entries = list.map(({ kind, body }) => ({ [kind]: body }));
        const theirs = frame.encode({ messages: entries }).finish();
        assert.deepEqual(plain(codec.decode(theirs)), plain(list));
      }),
    );
  });

  it('takes lengths of every size', () => {
    for (const length of [0, 47, 49, 127, 128, 16_000, 16_384, 2_097_152, 3_000_000]) {
      const body = { number: 1, objects: ['ö'.repeat(length >> 1)], part: 0, parts: 1, error: '' };
      const list: Message[] = [{ kind: 'contentPart', body: { ...body, versions: [] } }];
      const written = codec.encode(list);
      assert.deepEqual(codec.decode(written), list);
      assert.deepEqual(plain(byReference(written)), plain(list));
    }
  });

  it('throws nothing whatever becomes of a frame, and a kind is not another', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(255), fc.nat(), (list, at, byte, cut) => {
        const bytes = Buffer.from(codec.encode(list));
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        for (const { kind, body } of codec.decode(bytes.subarray(0, cut)) ?? []) {
          const type = message.fields[kind]?.resolvedType as protobuf.Type;
          assert.deepEqual(
            Object.keys(body).toSorted(),
            type.fieldsArray.map(({ name }) => name).toSorted(),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('passes over what it does not know, and joins what comes twice', () => {
    const from = (...parts: readonly (readonly number[])[]) => Buffer.from(parts.flat());
    // Field 99 of Message, which nobody knows.
    const unknown = [0x9a, 0x06, 1, 0xff];
    const fields = [0xf8, 0x07, 5, 0xfd, 0x07, 1, 2, 3, 4, 0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8];
    // Ping.sequence as a text is none.
    const ping = [0x12, fields.length + 5, ...fields, 0x0a, 1, 0x37, 0x10, 9];
    const both = [...unknown, ...ping];
    assert.deepEqual(codec.decode(from([0x0a, both.length], both)), [
      { kind: 'ping', body: { sequence: 0, sentMilliseconds: 9 } },
    ]);
    const twice = [0x12, 2, 0x08, 3, 0x12, 2, 0x10, 4];
    assert.deepEqual(codec.decode(from([0x0a, twice.length], twice)), [
      { kind: 'ping', body: { sequence: 3, sentMilliseconds: 4 } },
    ]);
    assert.deepEqual(codec.decode(from([0x0a, 4], unknown)), []);
    // Groups, field 0, a text that is no UTF-8, more than there is.
    for (const bad of [[0x0b], [0x02, 0], [0x0a, 5, 0x22, 3, 0x0a, 1, 0xff], [0x0a, 9]]) {
      assert.equal(codec.decode(from(bad)), undefined);
    }
  });

  it('refuses a frame that is full of nothing: millions of objects', () => {
    const filled = (bytes: readonly number[], count: number): Buffer =>
      Buffer.alloc(bytes.length * count, Buffer.from(bytes));
    const within = (tag: number, content: Buffer): Buffer => {
      const length: number[] = [];
      for (let left = content.length; left > 0; left >>>= 7) {
        length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      }
      return Buffer.concat([Buffer.from([tag, ...length]), content]);
    };
    // Pings of nothing; virtual servers of nothing in a report; objects of nothing in a full load.
    const full = [
      (count: number) => filled([0x0a, 2, 0x12, 0], count),
      (count: number) => within(0x0a, within(0x5a, filled([0x22, 0], count))),
      (count: number) => within(0x0a, Buffer.concat([Buffer.from([0xba, 1]), objects(count)])),
    ];
    const objects = (count: number): Buffer => within(0x2a, filled([0x2a, 0], count)).subarray(1);
    for (const make of full) {
      assert.notEqual(codec.decode(make(1_000))?.length ?? 0, 0);
      assert.equal(codec.decode(make(maximumItems + 1)), undefined);
    }
  });

  it('forgets a message that could not be written', () => {
    const odd = { kind: 'goodbye', body: { reason: Symbol('odd') } } as unknown as Message;
    const good: Message[] = [{ kind: 'subscribe', body: { refreshSeconds: 30 } }];
    assert.throws(() => codec.encode([...good, odd]));
    assert.deepEqual(codec.decode(codec.encode(good)), good);
  });
});
