/** The shell as somebody at a terminal has it: Tab, `?`, pager, Ctrl-C, a device that goes away and comes back. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createAppliedTracker } from '../../src/config/applied.ts';
import { createStateRegistry } from '../../src/config/runtime-state.ts';
import { startIcontrol } from '../../src/icontrol/start.ts';
import { type TestDevice, startTestDevice } from '../../src/icontrol/test-device.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { TestTerminal, hasTerminals } from './shell/terminal.ts';

const skip = hasTerminals ? false : 'python3 with its module pty is not here';
const prompt = /\(tmos[\w.-]*\)# /;

let device: TestDevice;
let home: string;
/** One for all tests that leave it as they found it: a shell takes seconds to start on a busy machine. */
let shared: TestTerminal;
before(async () => {
  if (skip !== false) return;
  device = await startTestDevice();
  home = mkdtempSync(join(tmpdir(), 'evenkeel-home-'));
  shared = await opened(device);
});
after(async () => {
  if (skip !== false) return;
  shared.close();
  await device.close();
  rmSync(home, { recursive: true, force: true });
});

async function opened({ paths: { root } }: TestDevice): Promise<TestTerminal> {
  const cli = join(import.meta.dirname, '../../src/cmd/cli.ts');
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    cli,
    'tmsh',
    '--config',
    root,
  ];
  const terminal = new TestTerminal(command, { ...process.env, HOME: home });
  try {
    await terminal.sees(prompt);
  } catch (error) {
    terminal.close();
    throw error;
  }
  return terminal;
}

function test_(name: string, work: (terminal: TestTerminal) => Promise<void>): void {
  test(name, { skip }, () => work(shared));
}

/** Whatever was shown before, the shell waits for a command now. */
async function idle(terminal: TestTerminal): Promise<void> {
  terminal.line('pwd');
  await terminal.sees(/^\/Common\r$/m);
}

test_('Tab completes, ? explains, and the bell rings where nothing fits', async (terminal) => {
  terminal.type('cre\t');
  await terminal.sees(/create /);
  terminal.type('ltm poo\t');
  await terminal.sees(/pool /);
  terminal.type('web ?');
  await terminal.sees(/load-balancing-mode/);
  terminal.type('\u0015list ltm nothingthere\t');
  await terminal.sees(new RegExp(String.fromCharCode(7)));
  terminal.type('\u0015');
  await idle(terminal);
});

test_('Tab shows what may stand next by kind', async (terminal) => {
  terminal.type('show net \t');
  await terminal.sees(/Options:[\s\S]*Modules:[\s\S]*Components:[\s\S]*arp[\s\S]*# show net /);
  terminal.type('\u0015');
  await idle(terminal);
});

test_('keys of vi, the history with its times, and a command said again', async (terminal) => {
  terminal.line('modify cli preference keymap vi history-date-time enabled');
  await idle(terminal);
  await terminal.sees(prompt);
  terminal.type('list ltm pul\u001bhroA one-line');
  await terminal.sees(/one-line/);
  terminal.type('\u001b');
  terminal.type('0cwshow\u001bA\u0015show cli history\r');
  const history = await terminal.sees(/ {2}show cli history\r/);
  assert.match(history, /\d+ {2}20\d\d-\d\d-\d\d \d\d:\d\d:\d\d {2}modify cli preference/);
  await terminal.sees(prompt);
  terminal.line('!modi keymap default history-date-time disabled');
  await terminal.sees(/enabled keymap default history-date-time disabled/);
  await terminal.sees(prompt);
  await idle(terminal);
});

test_('what is longer than the screen comes page by page, also when resized', async (terminal) => {
  terminal.resize(10, 100);
  terminal.line('list ltm profile http http all-properties');
  const first = await terminal.sees(/---\(less \d+%\)---/);
  terminal.resize(20, 100);
  terminal.type(' ');
  const second = await terminal.sees(/---\(less \d+%\)---/);
  terminal.type('\r');
  const third = await terminal.sees(/---\(less \d+%\)---/);
  terminal.type('q');
  await terminal.sees(prompt);
  await idle(terminal);
  const lines = (text: string): number => text.split('\r\n').length;
  assert.ok(lines(second) > lines(third), 'a blank is a page, Enter a line');
  assert.ok(lines(first) > lines(third));
});

test_('Ctrl-C leaves a line, a block and a text, never the shell', async (terminal) => {
  terminal.type('create ltm pool never\u0003');
  await idle(terminal);
  terminal.line('create ltm pool never {');
  await terminal.sees(/> /);
  terminal.type('\u0003');
  await idle(terminal);
  terminal.line('load sys config merge from-terminal');
  await terminal.sees(/CTRL-C to cancel/);
  terminal.type('ltm pool never { }\r\u0003');
  await terminal.sees(prompt);
  await idle(terminal);
  assert.equal((await device.ask('GET', '/mgmt/tm/ltm/pool/~Common~never')).status, 404);
});

test_('long lines and pasted blocks arrive whole', async (terminal) => {
  terminal.line(`create ltm pool long description ${'x'.repeat(3000)}`);
  await idle(terminal);
  const { json } = await device.ask('GET', '/mgmt/tm/ltm/pool/~Common~long');
  assert.equal(String(json['description']).length, 3000);
  const block = 'create ltm pool pasted {\r    description "two words"\r    monitor http\r}\r';
  terminal.type(`${block}list ltm pool pasted one-line\r`);
  await terminal.sees(/ltm pool pasted \{ description "two words" monitor http \}/);
});

test(
  'killed in the middle, nothing is half done, and what was typed is nowhere',
  { skip },
  async () => {
    const terminal = await opened(device);
    try {
      terminal.line('create cli transaction');
      await terminal.sees(/\[batch mode\]/);
      terminal.line('create ltm pool half');
      await terminal.sees(/\[batch mode\]/);
      terminal.signal(9);
      assert.equal(await terminal.ended(), 137);
    } finally {
      terminal.close();
    }
    assert.equal((await device.ask('GET', '/mgmt/tm/ltm/pool/~Common~half')).status, 404);
  },
);

test('a device that goes away is told of, and comes back to the same shell', { skip }, async () => {
  // Its own: whoever holds connections to a device would keep it from going.
  const leaving = await startTestDevice();
  const terminal = await opened(leaving);
  try {
    await leaving.icontrol.close();
    terminal.line('list ltm pool');
    await terminal.sees(/the device does not answer/);
    await terminal.sees(/INOPERATIVE[\s\S]*# /);
    const again = await startIcontrol({
      store: leaving.store,
      state: createStateRegistry(),
      applied: createAppliedTracker(systemClock),
      clock: systemClock,
      paths: leaving.paths,
      random: systemRandom,
      listen: [],
      log: { write: () => undefined },
    });
    terminal.line('create ltm pool afterwards');
    await idle(terminal);
    terminal.line('list ltm pool afterwards one-line');
    await terminal.sees(/ltm pool afterwards \{ \}/);
    await terminal.sees(prompt);
    terminal.type('\u0004');
    assert.equal(await terminal.ended(), 0, 'the status of the last command');
    assert.match(readFileSync(join(home, '.evenkeel_tmsh_history'), 'utf8'), /^#\d+ pwd$/m);
    await again.close();
  } finally {
    terminal.close();
    leaving.store.close();
    rmSync(leaving.paths.root, { recursive: true, force: true });
  }
});
