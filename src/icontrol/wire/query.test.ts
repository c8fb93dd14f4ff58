import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../config/text/json.ts';
import { parseFilter } from './filter.ts';
import { listingText, parseQuery, selected } from './query.ts';

const pool: JsonObject = {
  name: "bob's",
  partition: 'Common',
  slowRampTime: 10,
  fqdn: { autopopulate: 'disabled' },
  members: [{ name: 'a', ratio: 1 }],
};

test('filters say what OData says', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['partition eq Common', true],
    ["name eq 'bob''s'", true],
    ['name eq "bob\'s"', true],
    ['slowRampTime gt 9 and slow-ramp-time le 10', true],
    ['slowRampTime lt 9 or fqdn/autopopulate eq disabled', true],
    ["not contains(name,'bob')", false],
    ["(startswith(name,'x') or endswith(name, 's')) and not (partition ne 'Common')", true],
    ['nothing eq x', false],
    ['nothing lt x', false],
  ];
  for (const [text, expected] of cases) {
    const filter = parseFilter(text);
    assert.ok(typeof filter === 'function', text);
    assert.equal(filter(pool), expected, text);
  }
  for (const text of [
    '',
    'name',
    'name eq',
    'name is x',
    '(name eq x',
    "name eq 'x",
    'a eq b c',
    ')',
  ]) {
    assert.equal(typeof parseFilter(text), 'object', text);
  }
  assert.equal(typeof parseFilter(`${'('.repeat(1000)}a eq b${')'.repeat(1000)}`), 'object');
});

function query(text: string) {
  const parsed = parseQuery(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

test('select reaches inside objects and lists, in either spelling', () => {
  assert.deepEqual(selected(pool, query('$select=slow-ramp-time,members/name,fqdn/nothing')), {
    slowRampTime: 10,
    fqdn: {},
    members: [{ name: 'a' }],
  });
  assert.deepEqual(parseQuery('$top=-1&$skip=x&$filter=a').ok, false);
});

function page(text: string): JsonObject {
  const listing = {
    sources: [0, 1, 2, 3, 4],
    render: (number: number) => number,
    matches: text.includes('filter') ? (number: number) => number % 2 === 0 : undefined,
    emit: String,
  };
  const pieces = listingText({ kind: 'k' }, 'items', listing, query(text), (echo) => echo);
  return JSON.parse([...pieces].join('')) as JsonObject; // What was written is an object.
}

test('a page says where it stands and how to go on', () => {
  assert.deepEqual(page(''), { kind: 'k', items: [0, 1, 2, 3, 4] });
  assert.deepEqual(page('$select=name&$top=2&$skip=2'), {
    kind: 'k',
    items: [2, 3],
    currentItemCount: 2,
    itemsPerPage: 2,
    nextLink: '%24select=name&%24top=2&%24skip=4',
    pageIndex: 2,
    previousLink: '%24select=name&%24top=2&%24skip=0',
    startIndex: 3,
    totalItems: 5,
    totalPages: 3,
  });
  const filtered = page('$filter=a%20eq%20b&$top=2&$skip=2');
  assert.deepEqual([filtered['items'], filtered['totalItems']], [[4], 3]);
  assert.equal('nextLink' in filtered, false);
  assert.deepEqual(page('$skip=9')['items'], []);
});
