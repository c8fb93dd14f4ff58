import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { componentById, components } from '../catalogue/index.ts';
import { Lexer, SyntaxProblem } from '../config/text/lexer.ts';
import type { TypedCommand } from './history.ts';
import { completionOf } from './complete.ts';
import { explanation } from './choices-text.ts';
import { type Terminal, converse, isOpen } from './converse.ts';
import { readCommand } from './parse-command.ts';
import type { CommandContext } from './paths.ts';
import type { Shell } from './shell.ts';

function contextIn(module: string): CommandContext {
  return { folder: '/Common', module, components, component: componentById };
}

/** The words on offer that begin as the text ends, and whose objects. */
function offered(text: string, module = ''): { words: string[]; objects: readonly string[] } {
  const { partial, choices, objectsOf } = completionOf(text, contextIn(module));
  const words = choices.map(({ word }) => word).filter((word) => word.startsWith(partial));
  return { words, objects: objectsOf };
}

test('verbs, modules, components, names, properties and values are offered where they may stand', () => {
  assert.deepEqual(offered('mod').words, ['modify']);
  assert.deepEqual(offered('list ltm nod').words, ['node']);
  assert.deepEqual(offered('list ltm pool ').objects, ['ltm pool']);
  assert.deepEqual(offered('list w', 'ltm pool').objects, ['ltm pool']);
  assert.deepEqual(offered('create ltm pool ').objects, []);
  assert.deepEqual(offered('modify ltm pool web slow').words, ['slow-ramp-time']);
  assert.deepEqual(
    offered('modify ltm pool web monitor ').objects.includes('ltm monitor http'),
    true,
  );
  assert.deepEqual(offered('modify ltm pool web load-balancing-mode round').words, ['round-robin']);
  assert.deepEqual(offered('modify ltm pool web members mod').words, ['modify']);
  const inMember = 'modify ltm pool web members modify { 10.0.0.1:80 { prio';
  assert.deepEqual(offered(inMember).words, ['priority-group']);
  assert.deepEqual(offered(`${inMember}rity-group 1 } } descr`).words, ['description']);
  assert.deepEqual(offered('create ltm virtual v profiles add { ').objects.length > 3, true);
  assert.deepEqual(offered('list ltm pool web one').words, ['one-line']);
  assert.deepEqual(offered('show ltm pool web mem').words, ['members']);
  assert.deepEqual(offered('show ltm pool web | gr').words, []);
  assert.deepEqual(offered('create ltm pool a; del').words, ['delete']);
  assert.deepEqual(offered('run sys failover stand').words, ['standby']);
  assert.equal(
    completionOf('modify ltm pool web slow-ramp-time ', contextIn('')).hint,
    '[0..4294967295]',
  );
});

test('? explains each choice', () => {
  const text = explanation(
    completionOf('modify ltm pool web load-balancing-mo', contextIn('')),
    200,
  );
  assert.match(text, /^ {2}load-balancing-mode +How a member is chosen\.$/m);
  assert.equal(explanation({ partial: '', choices: [], objectsOf: [] }, 80), '  <Enter>');
});

const pieces = `list modify ltm pool web members add { } " \\ ; | grep -v min of and @( [ * / .. help run ' #`;

const fragments = fc.oneof(
  fc.constantFrom('\n', ...pieces.split(' ')),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

test('whatever is typed gives a command, a syntax error, and choices', () => {
  fc.assert(
    fc.property(fc.array(fragments, { maxLength: 14 }), (parts) => {
      const text = parts.join(' ');
      completionOf(text, contextIn(''));
      const lexer = new Lexer(text, 'command');
      try {
        // Every command takes at least a character.
        for (let count = 0; count <= text.length; count += 1) {
          if (readCommand(lexer, contextIn('ltm')) === undefined) return;
        }
        assert.fail('does not come to an end');
      } catch (error) {
        if (!(error instanceof SyntaxProblem)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
});

test('a conversation collects open lines, forgets passwords, and survives Ctrl-C', async () => {
  const typed = [
    { kind: 'lines', lines: ['create ltm pool a {'], typed: '', isAnew: false },
    { kind: 'cancelled' },
    {
      kind: 'lines',
      lines: ['create ltm pool b {', '  monitor http', '}', 'slow'],
      typed: 'li',
      isAnew: false,
    },
    { kind: 'lines', lines: ['modify auth user x password y', 'quit'], typed: '', isAnew: false },
  ] as const;
  const ran: string[] = [];
  const pages: string[] = [];
  const prompts: string[] = [];
  let turn = 0;
  const terminal: Terminal = {
    askLine: ({ prompt, typed: ahead }) => {
      prompts.push(`${prompt}${ahead}`);
      return Promise.resolve(typed[turn++] ?? { kind: 'ended' });
    },
    columns: () => 80,
    interruptible: (work) => (ran.at(-1) === 'slow' ? Promise.resolve('interrupted') : work),
    page: (text) => Promise.resolve(void pages.push(text)),
    print: (text) => void pages.push(`unpaged ${text}`),
  };
  const shell: Shell = {
    run: (text) => Promise.resolve(ran.push(text)).then(() => 0),
    folder: () => '/Common',
    module: () => 'ltm',
    hasQuit: () => ran.at(-1) === 'quit',
    isInTransaction: () => false,
    prefer: () => undefined,
    complete: () => Promise.resolve({ partial: '', choices: [], objectsOf: [] }),
  };
  const history: TypedCommand[] = [];
  const answer = { isOk: true, status: 200, json: { hostname: 'a.example.net' }, message: '' };
  const rest = { request: () => Promise.resolve(answer) };
  const takeOutput = (): string => `ran ${ran.length}`;
  const status = await converse({
    terminal,
    rest,
    shell,
    user: 'root',
    takeOutput,
    history,
    now: () => 0,
  });
  assert.equal(status, 0);
  assert.deepEqual(ran, [
    'create ltm pool b {\n  monitor http\n}',
    'slow',
    'modify auth user x password y',
    'quit',
  ]);
  assert.deepEqual(pages, ['ran 1', 'ran 3', 'ran 4']);
  const prompt = 'root@(a)(cfg-sync Standalone)(INOPERATIVE)(/Common)(tmos.ltm)# ';
  assert.deepEqual(prompts, [prompt, '> ', prompt, `${prompt}li`]);
  assert.deepEqual(
    history.slice(0, 2).map(({ line }) => line),
    ['quit', 'slow'],
  );
});

test('open braces and quotes wait for more', () => {
  assert.deepEqual(['a {', 'a "b', 'a { }', 'a "{"', 'a \\{'].map(isOpen), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
