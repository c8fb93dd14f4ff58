import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EffectiveObject } from '../config/types.ts';
import { planStream } from './plan-stream.ts';

function planned(target: string, source = ''): string | undefined {
  // Only name and properties are looked at.
  const profile = { name: '/Common/s', properties: { source, target } } as unknown;
  const read = planStream(profile as EffectiveObject);
  return read.ok ? read.value : `refused: ${read.reason}`;
}

test('a target lists texts with what comes in their place, any delimiter around them', () => {
  assert.equal(planned('@a,b@c;d@ /e//'), 't,a%2Cb,c%3Bd;t,e,');
  assert.equal(planned('that', 'this'), 't,this,that');
  assert.equal(planned(''), undefined);
  assert.equal(planned(String.raw`@a\.b@it's@`), 't,a.b,it%27s');
});

test('patterns become pieces, each with how often it comes', () => {
  assert.equal(planned(String.raw`@[a-c_]+\d{2}x{1,2}@y@`), 'p,%5Ba-c_%5D%2B %25d %25d x x%3F,y');
  assert.equal(planned('@a.?@@'), 'p,a .%3F,');
});

test('what cannot be carried is refused, with the reason', () => {
  const refused: readonly string[] = [
    '@a@',
    'xaxbx',
    '@a@b@ c',
    '@(a|b)@c@',
    '@^a@b@',
    '@*a@b@',
    '@a*@b@',
    '@[a@b@',
    String.raw`@\q@b@`,
    '@é+@e@',
    `@${'a'.repeat(201)}@b@`,
    '@a\nb@c@',
    '@@b@',
    '@a@b@'.repeat(31),
  ];
  for (const target of refused) assert.match(planned(target) ?? '', /^refused: /, target);
});
