import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestDevice, startTestDevice } from '../icontrol/test-device.ts';
import { componentById, components } from '../catalogue/index.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { connectHttp } from '../platform/https-client.ts';
import type { TypedCommand } from './history.ts';
import { type Terminal, converse } from './converse.ts';
import { preferenceDefaults, preferenceOf } from './preference.ts';
import { createRest } from './rest.ts';
import { createShell } from './shell.ts';
import { scaled } from './show-values.ts';
import { runOn } from './test-shell.ts';

let device: TestDevice;
before(async () => {
  device = await startTestDevice();
});
after(() => device.close());

/** Types the lines; answers what was asked, what was paged and what was printed at once. */
async function type(lines: readonly string[], answer = 'y') {
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const rest = createRest(client, { kind: 'local', token, user: 'root' });
  const said = {
    prompts: [] as string[],
    asked: [] as string[],
    paged: [] as string[],
    printed: [] as string[],
  };
  const left = [...lines, 'quit'];
  const output: string[] = [];
  const terminal: Terminal = {
    askLine: ({ prompt }) => {
      said.prompts.push(prompt);
      return Promise.resolve({
        kind: 'lines',
        lines: [left.shift() ?? 'quit'],
        typed: '',
        isAnew: false,
      });
    },
    columns: () => 80,
    interruptible: (work) => work,
    page: (text) => Promise.resolve(void said.paged.push(text)),
    print: (text) => void said.printed.push(text),
  };
  const print = (text: string): void => void output.push(text);
  const shell = createShell({
    rest,
    components,
    component: componentById,
    print,
    printError: print,
    askWord: (question) => Promise.resolve((said.asked.push(question), answer)),
  });
  const takeOutput = (): string => output.splice(0).join('\n');
  const history: TypedCommand[] = [];
  await converse({ terminal, rest, shell, user: 'root', takeOutput, history, now: () => 0 });
  client.close();
  return { ...said, history: history.map(({ line }) => line) };
}

test('what somebody prefers counts from the next command on', async () => {
  await runOn(device, 'create ltm pool p1; create ltm pool p2; create ltm pool p3');
  const before = await type(['list ltm pool one-line']);
  assert.equal(before.paged.length, 1);
  const { paged, printed, asked, prompts, history } = await type(
    [
      'modify cli preference pager disabled display-threshold 2 history-size 3 prompt { user current-folder }',
      'list ltm pool one-line',
      'modify cli preference list-all-properties enabled display-threshold 0',
      'list ltm pool p1',
    ],
    'n',
  );
  assert.deepEqual(paged, []);
  assert.deepEqual(asked, ['Display all 3 items? (y/n) ']);
  assert.equal(printed.length, 1);
  assert.match(printed[0] ?? '', /load-balancing-mode round-robin/);
  assert.match(prompts[0] ?? '', /^root@\(\w+\)\(cfg-sync /);
  assert.equal(prompts[1], 'root@(/Common)(tmos)# ');
  assert.equal(history.length, 3);
  await runOn(
    device,
    'modify cli preference pager enabled list-all-properties disabled prompt none history-size 500',
  );
});

test('an open transaction shows in the prompt', async () => {
  const { prompts } = await type(['create cli transaction', 'delete cli transaction']);
  assert.deepEqual(
    prompts.map((prompt) => prompt.startsWith('[batch mode]')),
    [false, true, false],
  );
});

test('an alias is the beginning of a command', async () => {
  await runOn(device, 'create cli alias private pools command "list ltm pool"');
  const { output } = await runOn(device, 'pools p1 one-line');
  assert.equal(output, 'ltm pool p1 { }');
  assert.equal((await runOn(device, 'bash -c "echo hello"')).output, 'hello');
  const unknown = await runOn(device, 'nonsense');
  assert.match(
    unknown.errors,
    /^Syntax Error: "nonsense" unexpected argument\n {2}expected one of/,
  );
});

test('Tab offers aliases where a command begins, unless somebody prefers not', async () => {
  await runOn(device, 'create cli alias private nodes command "list ltm node"');
  const client = connectHttp({ kind: 'socket', path: device.paths.restSocket });
  const token = readTextIfPresent(device.paths.localToken) ?? '';
  const print = (): void => undefined;
  const shell = createShell({
    rest: createRest(client, { kind: 'local', token, user: 'root' }),
    components,
    component: componentById,
    print,
    printError: print,
  });
  try {
    const { choices } = await shell.complete('list ltm pool; no');
    assert.deepEqual(choices, [{ word: 'nodes', help: 'Alias: list ltm node' }]);
    assert.deepEqual(
      (await shell.complete('list ltm nod')).choices.map(({ word }) => word),
      ['node'],
    );
    shell.prefer({ ...preferenceDefaults, areAliasesShown: false });
    assert.deepEqual((await shell.complete('no')).choices, []);
  } finally {
    client.close();
  }
});

test('units of statistics', () => {
  const look = { folder: '/', isPlain: false, isRaw: false, isDetailed: false, width: 80 };
  assert.equal(scaled(1_234_567, look), '1.2M');
  assert.equal(scaled(1_234_567, { ...look, units: 'kil' }), '1234.6K');
  assert.equal(scaled(1_234_567, { ...look, units: 'default' }), '1.2M');
  assert.deepEqual(preferenceOf({}), preferenceDefaults);
});
