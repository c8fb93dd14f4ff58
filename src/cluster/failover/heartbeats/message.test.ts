import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage, encodeMessage } from './message.ts';
import { KeyRing } from './key-ring.ts';
import { seal, unseal } from './seal.ts';
import type { Message } from '../types.ts';

const message: Message = {
  deviceGroup: '/Common/pair',
  from: 'a',
  instance: 1,
  sequence: 2,
  wantsReply: true,
  mode: { epoch: 1, phase: 'pair' },
  fitness: 'able',
  heard: [{ device: 'b', sequence: 1, age: 3 }],
  groups: [{ name: 'g', role: 'owner', term: 1, floor: 0, successor: 'b' }],
  votes: [{ group: 'g', holder: 'b', instance: 1, sequence: 1, remaining: 5 }],
};

const key = Buffer.alloc(32, 1).toString('base64');
const holder = { ring: new KeyRing(key) };
const stranger = { ring: new KeyRing(Buffer.alloc(32).toString('base64')) };

test('a message survives the wire', () => {
  const opened = unseal(seal(encodeMessage(message), key), [stranger, holder]);
  assert.deepEqual(opened?.holders, [holder]);
  assert.deepEqual(decodeMessage(opened?.text ?? ''), message);
});

test('one changed byte, or another key, is refused', () => {
  const sealed = seal(encodeMessage(message), key);
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ flip;
      assert.equal(unseal(changed, [holder]), undefined);
    }),
  );
  assert.equal(unseal(sealed, [stranger]), undefined);
});

test('garbage is no message, whatever its shape', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(decodeMessage(text), undefined);
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(message)), fc.jsonValue(), (field, value) => {
      const decoded = decodeMessage(JSON.stringify({ ...message, [field]: value }));
      assert.ok(decoded === undefined || typeof decoded.from === 'string');
    }),
  );
  const { from: _from, ...rest } = message;
  assert.equal(decodeMessage(JSON.stringify(rest)), undefined);
  assert.equal(decodeMessage(JSON.stringify({ ...message, sequence: -1 })), undefined);
});
