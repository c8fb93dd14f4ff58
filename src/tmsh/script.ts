/** `run cli script`: the script runs in an interpreter of its own, beside the shell, and asks it line by line. */
import { join } from 'node:path';
import { componentPath, encodeName } from '../config/text/urls.ts';
import { holdDialogue } from '../platform/dialogue.ts';
import { Refusal, type Session, ask } from './session.ts';
import { readBlocks, tclList, tclObject } from './tcl-list.ts';

/** Bounded by the kernel, too: an interpreter counts no turns of an empty loop. */
const program = 'prlimit';
const bounds = ['--cpu=60', '--as=1073741824', 'tclsh'];
const interpreter = join(import.meta.dirname, 'run-script.tcl');
const timeoutMilliseconds = 10 * 60 * 1000;
/** Included by each other, and what they print. */
const maximumIncludes = 100;
const maximumOutput = 16 * 1024 * 1024;

interface Running {
  readonly session: Session;
  readonly name: string;
  readonly args: readonly string[];
  /** Runs one command of the shell in the session that it is given. */
  readonly run: (session: Session, command: string) => Promise<void>;
  /** What was printed of a line that is not complete. */
  line: string;
  printed: number;
  includes: number;
  /** `tmsh::stateless enabled`: what is there already, or not there any more, is no error. */
  isStateless: boolean;
  failure: string | undefined;
}

/** Throws Refusal when the script fails, or is none. */
export async function runScript(
  session: Session,
  name: string,
  args: readonly string[],
  run: Running['run'],
): Promise<void> {
  const running: Running = {
    // Where a script goes to is nobody's place but its own.
    session: { ...session },
    name,
    args,
    run,
    line: '',
    printed: 0,
    includes: 0,
    isStateless: false,
    failure: undefined,
  };
  await sourceOf(running, name);
  const answer = (line: string): Promise<string> => answered(running, line);
  const how = await holdDialogue({
    program,
    args: [...bounds, interpreter],
    answer,
    timeoutMilliseconds,
  });
  if (running.line !== '') session.print(running.line);
  await leaveTransaction(running, session);
  const failure = running.failure ?? (how === '' ? undefined : how);
  if (failure !== undefined) throw new Refusal(`script ${name} failed: ${failure}`);
}

/** One that the script began and did not end would hold what it was asked for. */
async function leaveTransaction({ session }: Running, before: Session): Promise<void> {
  const { transaction } = session;
  if (transaction === undefined || transaction === before.transaction) return;
  await session.rest.request('DELETE', `/mgmt/tm/transaction/${transaction}`);
}

async function answered(running: Running, line: string): Promise<string> {
  const [kind = '', ...packed] = line.split(' ');
  try {
    return `ok ${pack(await carryOut(running, kind, packed.map(unpack)))}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `error ${pack(error.message)}`;
  }
}

async function carryOut(running: Running, kind: string, words: readonly string[]): Promise<string> {
  const text = words.join(' ');
  switch (kind) {
    case 'name':
      return running.name;
    case 'arguments':
      return tclList(running.args);
    case 'script':
      return sourceOf(running, text);
    case 'write':
    case 'log':
      write(running, kind === 'log' ? `${words.at(-1) ?? ''}\n` : text);
      return '';
    case 'stateless':
      running.isStateless = text === 'enabled';
      return '';
    case 'version':
      return (/Version\s+(\S+)/.exec(await captured(running, 'show sys version')) ?? [])[1] ?? '';
    case 'config':
      return objects(await captured(running, `list ${text}`), words);
    case 'status':
      return objects(await captured(running, `show ${text} field-fmt`), words);
    case 'command':
      return carryOutCommand(running, text);
    case 'exit':
      if (text !== '0') running.failure = `exit ${text}`;
      return '';
    default:
      running.failure = text;
      return '';
  }
}

async function carryOutCommand(running: Running, text: string): Promise<string> {
  try {
    return await captured(running, text);
  } catch (error) {
    if (!(error instanceof Refusal) || !running.isStateless) throw error;
    if (text.startsWith('create ') && error.message.startsWith('01020066:')) {
      return captured(running, text.replace(/^create/, 'modify'));
    }
    if (text.startsWith('delete ') && error.message.startsWith('01020036:')) return '';
    throw error;
  }
}

async function captured(running: Running, command: string): Promise<string> {
  const lines: string[] = [];
  const { session } = running;
  const quiet: Session = { ...session, print: (text) => lines.push(text) };
  await running.run(quiet, command);
  // A folder or a transaction that the command chose stays chosen.
  const { folder, module, transaction } = quiet;
  Object.assign(session, { folder, module, transaction });
  return lines.join('\n');
}

/** Names of the words behind the component stand last in each head. */
function objects(text: string, words: readonly string[]): string {
  return tclList(
    readBlocks(text).map(({ head, fields }) => {
      const parts = head.split(' ');
      const count = parts.findIndex((part, index) => part !== words[index]?.replace(/^\//, ''));
      const depth = count < 1 ? Math.max(1, parts.length - 1) : count;
      return tclObject(parts.slice(0, depth).join(' '), parts.slice(depth).join(' '), fields);
    }),
  );
}

function write(running: Running, text: string): void {
  running.printed += text.length;
  if (running.printed > maximumOutput) throw new Refusal('the script prints too much');
  const lines = `${running.line}${text}`.split('\n');
  running.line = lines.pop() ?? '';
  if (lines.length > 0) running.session.print(lines.join('\n'));
}

async function sourceOf(running: Running, name: string): Promise<string> {
  running.includes += 1;
  if (running.includes > maximumIncludes) throw new Refusal('scripts include each other too often');
  const full = name.startsWith('/') ? name : `${running.session.folder}/${name}`;
  const path = `${componentPath('cli script')}/${encodeName(full)}`;
  const { json } = await ask(running.session, 'GET', path);
  return String(json['apiAnonymous'] ?? '');
}

function pack(text: string): string {
  return text === '' ? '-' : Buffer.from(text, 'utf8').toString('base64');
}

function unpack(word: string): string {
  return word === '-' ? '' : Buffer.from(word, 'base64').toString('utf8');
}
