import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DetourBook, detourCommands, detourTable } from './detours.ts';
import { examplePlan } from './example-plan.ts';

const by = (id: string, address: string, through: string): ReturnType<typeof examplePlan> =>
  examplePlan('tcp', address, 80, { id, through });

test('one for each way and destination, as long as somebody uses it', () => {
  const book = new DetourBook();
  const [one, two, same] = [
    by('1', '192.0.2.1', '10.0.0.1'),
    by('2', '192.0.2.1', '10.0.0.2'),
    by('3', '192.0.2.1', '10.0.0.1'),
  ];
  book.replace([one, two, same, examplePlan('tcp', '10.0.0.9', 80, { id: '4' })]);
  assert.equal(book.all().length, 2);
  assert.equal(book.of(one), book.of(same));
  assert.notEqual(book.of(one)?.standIn.text, book.of(two)?.standIn.text);
  const held = book.of(one);
  book.change([], ['1', '2']);
  assert.deepEqual(book.all(), [held], 'the other still uses it');
  book.change([by('3', '192.0.2.2', '10.0.0.1')], []);
  assert.equal(book.of(same), undefined);
  assert.equal(book.all()[0]?.destination.text, '192.0.2.2');
  book.replace([]);
  assert.deepEqual(book.all(), []);
});

test('families do not mix, and there are not more than tables', () => {
  const book = new DetourBook();
  book.replace([by('1', '2001:db8::1', '10.0.0.1')]);
  assert.deepEqual(book.all(), []);
  book.replace(
    Array.from({ length: 300 }, (_, at) => by(`${at}`, `192.0.2.${at % 256}`, `10.0.${at >> 8}.1`)),
  );
  const all = book.all();
  assert.equal(all.length, 256);
  assert.equal(new Set(all.map(({ standIn }) => standIn.text)).size, 256);
});

test('what the kernel is told', () => {
  const book = new DetourBook();
  book.replace([by('1', '192.0.2.1', '10.0.0.1'), by('2', '2001:db8::1', '2001:db8:1::1')]);
  const text = detourTable(book.all());
  assert.match(text, /map marks4 .* 240\.69\.0\.1 : 1291845633 /);
  assert.match(text, /map places6 .* 100::1:0:0:45:2 : 2001:db8::1 /);
  const [first] = book.all();
  assert.ok(first);
  assert.deepEqual(
    detourCommands(first).add.map((words) => words.join(' ')),
    [
      '-4 route replace default via 10.0.0.1 table 1291845633',
      '-4 rule add pref 4346 to 240.69.0.1 lookup 1291845633',
      '-4 rule add pref 4346 fwmark 1291845633 lookup 1291845633',
    ],
  );
  assert.doesNotMatch(detourTable([]), /chain/);
});
