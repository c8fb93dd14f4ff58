import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { componentById, components } from '../../catalogue/index.ts';
import { joinOpaque, splitOpaque } from './opaque.ts';
import { parseConfig } from './parse-config.ts';
import { printObject } from './print.ts';

const context = {
  folder: '/Common',
  components,
  component: componentById,
  keepUnknown: true,
};

function roundTrip(text: string): string {
  const parsed = parseConfig(text, context);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const [stanza] = parsed.value;
  assert.ok(stanza?.kind === 'object');
  const { known, fragments } = splitOpaque(stanza.properties);
  const joined = joinOpaque(known, fragments);
  assert.deepEqual(joined, stanza.properties);
  return printObject(stanza.component, stanza.name, joined);
}

test('unknown lines come back byte for byte, in every kind of block', () => {
  const text = `ltm virtual /Common/v {
    destination /Common/10.0.0.1:80
    new-block {
        inner "a \\" } b"
      odd { }
    }
    new-flag
    new-text "two
 lines"
    profiles {
        /Common/http {
            new-side x
        }
    }
    source-address-translation {
        new-pool /Common/p
        type automap
    }
}`;
  assert.equal(roundTrip(text), text);
});

test('any text that ends with its line comes back', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const block = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.string({ maxLength: 8 }).map((inner) => `"${inner.replace(/["\\]/g, '\\$&')}"`),
      fc.array(tie('value'), { maxLength: 3 }).map((inner) => `{ ${inner.join('\n  ')} }`),
    ),
  })).value;
  fc.assert(
    fc.property(word, block, (name, value) => {
      const line = `zz-${name} ${value}`;
      const text = `ltm pool /Common/p {\n    ${line}\n}`;
      assert.equal(roundTrip(text), text);
    }),
  );
});

test('what belongs to an item that is gone is left out', () => {
  const parsed = parseConfig(
    'ltm pool /Common/p {\n    members {\n        /Common/1.1.1.1:80 {\n            zz 1\n        }\n    }\n}\n',
    context,
  );
  assert.ok(parsed.ok && parsed.value[0]?.kind === 'object');
  const { fragments } = splitOpaque(parsed.value[0].properties);
  assert.deepEqual(fragments, [{ path: 'members /Common/1.1.1.1:80', text: 'zz 1' }]);
  assert.deepEqual(joinOpaque({ members: [{ name: '/Common/2.2.2.2:80' }] }, fragments), {
    members: [{ name: '/Common/2.2.2.2:80' }],
  });
});

test('a known property behind an unknown one is never swallowed', () => {
  const parsed = parseConfig('ltm pool /Common/p { zz 1 description x }\n', context, 'f.conf');
  assert.ok(!parsed.ok);
  assert.match(parsed.faults[0]?.message ?? '', /\(f\.conf at line: 1 column: 22\) "zz"/);
});

test('a header that begins with a blank of another alphabet keeps it', () => {
  const parsed = parseConfig('\u00a0sys version {\n\n}\n', context);
  assert.ok(parsed.ok);
  const [stanza] = parsed.value;
  assert.ok(stanza?.kind === 'unknown');
  assert.equal(stanza.header, '\u00a0sys version');
});

test('a blank that was written as a word of an unknown line stays one', () => {
  const text = 'sys file ssl-crl /Common/x {\n    new-word a \\ \n    revision 1\n}';
  assert.equal(roundTrip(text), text);
});

test('a topology record whose name is no sentence is quoted', () => {
  const text = 'gtm topology " " {\n    score 3\n}';
  assert.equal(roundTrip(text), text);
  const place = 'gtm region /Common/r {\n    region-members {\n        "# x" { }\n    }\n}';
  assert.equal(roundTrip(place), place);
});
