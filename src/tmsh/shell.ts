/**
 * Runs commands: each becomes REST requests, and what these answer is printed as tmsh would. What few commands need is
 * loaded by them: a shell should start in no time.
 */
import { Lexer, SyntaxProblem } from '../config/text/lexer.ts';
import { componentPath } from '../config/text/urls.ts';
import type { Choice, Completion } from './complete.ts';
import { filtered } from './filter.ts';
import { readAtHome } from './homes.ts';
import { relativeName } from './names.ts';
import { type Command, type FilteredCommand, readCommand } from './parse-command.ts';
import { type Preference, preferenceDefaults } from './preference.ts';
import { aliasChoices, withoutAlias } from './own-aliases.ts';
import { sendOwnFiles } from './own-files.ts';
import { list, show } from './read-commands.ts';
import {
  Refusal,
  type Session,
  type ShellOptions,
  ask,
  askChange,
  columnsOf,
  contextOf,
  itemsOf,
} from './session.ts';
import { change, submit } from './write-commands.ts';

export interface Shell {
  /**
   * Runs every command of the text. With `stopAtError` the first failure ends it (`-c`), without, the
   * rest is tried (standard input). Resolves to the exit status.
   */
  run(text: string, stopAtError: boolean): Promise<number>;
  folder(): string;
  /** "" at the top, "ltm" or "ltm pool" in a mode. */
  module(): string;
  hasQuit(): boolean;
  /** A transaction is open: commands wait for its end. */
  isInTransaction(): boolean;
  /** From the next command on. */
  prefer(preference: Preference): void;
  /** What may stand next, names of objects included; nothing of them when the device does not answer. */
  complete(text: string): Promise<Completion>;
}

export function createShell(options: ShellOptions): Shell {
  const session: Session = {
    ...options,
    folder: '/Common',
    module: '',
    transaction: undefined,
    preference: preferenceDefaults,
    hasQuit: false,
  };
  return {
    folder: () => session.folder,
    module: () => session.module,
    hasQuit: () => session.hasQuit,
    isInTransaction: () => session.transaction !== undefined,
    prefer: (preference) => void (session.preference = preference),
    complete: (text) => completed(session, text),
    async run(text, stopAtError) {
      let status = 0;
      let lexer = new Lexer(text, 'command');
      while (!session.hasQuit) {
        // Undefined where not even a first word can be read: nothing behind it is a command.
        let start: number | undefined;
        try {
          lexer = await withoutAlias(session, lexer);
          const begin = lexer.offset();
          start = begin;
          const command = await readAtHome(session, contextOf(session), (context) => {
            lexer = new Lexer(lexer.text, 'command', begin);
            return readCommand(lexer, context);
          });
          if (command === undefined) break;
          await executeFiltered(session, command);
        } catch (error) {
          if (!(error instanceof Refusal) && !(error instanceof SyntaxProblem)) throw error;
          options.printError(told(error, stopAtError ? undefined : lexer, text));
          // All faults, as far as there are more: a merge names its conflicts so.
          if (error instanceof Refusal) for (const other of error.others) options.printError(other);
          status = 1;
          if (stopAtError) break;
          if (error instanceof SyntaxProblem) {
            const next = start === undefined ? undefined : afterCommand(lexer.text, start);
            if (next === undefined) break;
            lexer = next;
          }
        }
      }
      return status;
    },
  };
}

/** More names than that help nobody who presses Tab. */
const maximumChoices = 500;

async function completed(session: Session, text: string): Promise<Completion> {
  const { completionOf } = await import('./complete.ts');
  const completion = completionOf(text, contextOf(session));
  const names: Choice[] = [];
  for (const id of completion.objectsOf) {
    const component = session.component(id);
    if (component === undefined || component.naming.kind === 'singleton') continue;
    const path = `${componentPath(id)}?$select=fullPath`;
    const { json } = await session.rest.request('GET', path);
    for (const item of itemsOf(json)) {
      const word = relativeName(String(item['fullPath'] ?? ''), session.folder);
      names.push({ word, help: component.noun, group: 'Items' });
    }
  }
  const aliases = completion.isBeginning === true ? await aliasChoices(session) : [];
  const fitting = [...aliases, ...completion.choices, ...names].filter(({ word }) =>
    word.startsWith(completion.partial),
  );
  const unique = new Map(fitting.map((choice) => [choice.word, choice]));
  const choices = [...unique.values()].slice(0, maximumChoices);
  return { ...completion, choices };
}

/** Of a text with many commands the place, too, in BIG-IP's form for files. */
function told(error: Refusal | SyntaxProblem, lexer: Lexer | undefined, text: string): string {
  const isPlaced = error instanceof SyntaxProblem && lexer?.text === text && text.includes('\n');
  if (!isPlaced) return error.message;
  const what = error.message.replace(/^Syntax Error: ?/, '');
  return `Syntax Error:(stdin at line: ${error.line} column: ${error.column}) ${what}`;
}

/** Undefined where a quote or a brace stays open: nobody knows what else is meant as a command then. */
function afterCommand(text: string, start: number): Lexer | undefined {
  try {
    const lexer = new Lexer(text, 'command', start);
    lexer.restOfCommand();
    return lexer;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return undefined;
  }
}

async function executeFiltered(
  session: Session,
  { command, filters }: FilteredCommand,
): Promise<void> {
  if (filters.length === 0) return execute(session, command);
  const lines: string[] = [];
  const quiet: Session = { ...session, print: (text) => lines.push(text) };
  await execute(quiet, command);
  const kept = filters.reduce<readonly string[]>(
    (text, filter) => filtered(text.join('\n'), filter),
    lines,
  );
  for (const line of kept) session.print(line);
}

/** The commands of a text, up to the first that fails. Throws Refusal. */
async function runAll(session: Session, text: string): Promise<void> {
  let lexer = new Lexer(text, 'command');
  try {
    for (;;) {
      lexer = await withoutAlias(session, lexer);
      const command = readCommand(lexer, contextOf(session));
      if (command === undefined) return;
      await executeFiltered(session, command);
    }
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw new Refusal(error.message, [], { cause: error });
  }
}

/** All of them, or none. */
async function runTogether(session: Session, text: string): Promise<void> {
  if (session.transaction !== undefined) return runAll(session, text);
  await transact(session, 'create');
  try {
    await runAll(session, text);
  } catch (error) {
    await transact(session, 'delete');
    throw error;
  }
  await transact(session, 'submit');
}

async function useProgram(
  session: Session,
  { name, text }: Extract<Command, { readonly verb: 'util' }>,
): Promise<void> {
  const body = { command: 'run', ...(text !== '' && { utilCmdArgs: text }) };
  const { json } = await ask(session, 'POST', `/mgmt/tm/util/${name}`, body);
  const result = json['commandResult'];
  if (typeof result === 'string' && result !== '') session.print(result.trimEnd());
}

async function execute(session: Session, command: Command): Promise<void> {
  switch (command.verb) {
    case 'create':
    case 'modify':
    case 'delete':
      return change(session, command);
    case 'list':
      return list(session, command);
    case 'show':
      return show(session, command);
    case 'action':
      return act(session, command);
    case 'load-text': {
      if (session.readText === undefined) {
        throw new Refusal('from-terminal: there is no terminal to read from');
      }
      const text = await session.readText();
      if (text === undefined) return;
      return (await import('./load.ts')).loadText(session, text, command);
    }
    case 'util':
      return useProgram(session, command);
    case 'script':
      return (await import('./script.ts')).runScript(session, command.name, command.args, runAll);
    case 'edit':
      return (await import('./edit.ts')).edit(session, command.read, runTogether);
    case 'transaction':
      return transact(session, command.step);
    case 'cd':
      session.folder = command.folder;
      return;
    case 'pwd':
      session.print(session.folder);
      return;
    case 'enter':
      session.module = command.module;
      return;
    case 'leave':
      session.module = session.module.split(' ').slice(0, -1).join(' ');
      return;
    case 'help': {
      const { helpText } = await import('./help.ts');
      session.print(helpText(command.path, session.components, columnsOf(session)));
      return;
    }
    case 'quit':
      session.hasQuit = true;
      return;
  }
}

async function act(
  session: Session,
  command: Extract<Command, { readonly verb: 'action' }>,
): Promise<void> {
  const { component } = command;
  const sent = await sendOwnFiles(session, command.command, component.id, command.text);
  try {
    const naming = { ...session, print: (text: string) => session.print(sent.named(text)) };
    await order(naming, { ...command, text: sent.text });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const others = error.others.map(sent.named);
    throw new Refusal(sent.named(error.message), others, { cause: error });
  } finally {
    await sent.remove();
  }
}

async function order(
  session: Session,
  { command, component, text }: Extract<Command, { readonly verb: 'action' }>,
): Promise<void> {
  if (command === 'load') {
    const rest = text === '' ? {} : { utilCmdArgs: text };
    const { load } = await import('./load.ts');
    return load(session, component.id, { command: 'load', ...rest });
  }
  const password = text === 'prompt-for-password' ? await newPassword(session) : undefined;
  const { json } = await askChange(session, 'POST', componentPath(component.id), {
    command,
    ...(text === '' ? {} : { utilCmdArgs: text }),
    ...(password === undefined ? {} : { password }),
  });
  const result = json['commandResult'];
  if (typeof result === 'string' && result !== '') session.print(result.trimEnd());
}

/** Asked for twice, as BIG-IP does; undefined where there is nobody to ask. */
async function newPassword(session: Session): Promise<string | undefined> {
  if (session.readSecret === undefined) return undefined;
  const first = await session.readSecret('enter password: ');
  const second = await session.readSecret('password again: ');
  if (first === '') throw new Refusal('The password must not be empty.');
  if (first !== second) throw new Refusal('The passwords differ.');
  return first;
}

async function transact(
  session: Session,
  step: 'create' | 'submit' | 'delete' | 'list',
): Promise<void> {
  const base = '/mgmt/tm/transaction';
  if (step === 'create') {
    const { json } = await ask(session, 'POST', base, {});
    session.transaction = String(json['transId']);
    return;
  }
  const { transaction } = session;
  if (transaction === undefined) throw new Refusal('Syntax Error: there is no transaction open');
  if (step === 'list') {
    const { json } = await ask(session, 'GET', `${base}/${transaction}/commands`);
    for (const item of itemsOf(json)) {
      session.print(
        `${String(item['evalOrder'])}: ${String(item['method'])} ${String(item['uri'])}`,
      );
    }
    return;
  }
  session.transaction = undefined;
  if (step === 'delete') await ask(session, 'DELETE', `${base}/${transaction}`);
  else await submit(session, transaction);
}
