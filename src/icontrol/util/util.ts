/**
 * `POST /mgmt/tm/util/…`: commands of BIG-IP's shell that scripts use. There is no shell behind any of
 * them: `bash` runs tmsh as the user who asks, sees the files of clients and answers a closed list of questions
 * about the device, with pipes to a few filters; all other commands are refused by name.
 */
import { parseAddress } from '../../base/address.ts';
import type { Outcome } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import { Lexer, SyntaxProblem } from '../../config/text/lexer.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { listFiles, moveFile, removeFile, sizeOfFile } from '../../platform/file-chunks.ts';
import { run } from '../../platform/process.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { filePath, folderPath } from '../files/device-files.ts';
import { malformedBody, operationNotSupported, uriNotRegistered } from '../wire/errors.ts';
import { kindOf, link } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import { shellAnswer } from './shell-answers.ts';
import { type Stage, parseShellLine } from './shell-line.ts';
import { parseBodyText } from '../wire/body.ts';

export const utilBase = '/mgmt/tm/util';

/** Output, in which a tool's own complaint is an output as well; a fault when it is not run at all. */
type Utility = (services: Services, words: string, caller: Caller) => Promise<Outcome<string>>;

const utilities: Readonly<Record<string, Utility>> = {
  bash,
  dig,
  ping,
  'unix-ls': unixList,
  'unix-mv': unixMove,
  'unix-rm': unixRemove,
};

export const utilityNames: readonly string[] = Object.keys(utilities);

export async function handleUtil(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const name = path.slice(utilBase.length + 1);
  const utility = Object.hasOwn(utilities, name) ? utilities[name] : undefined;
  if (utility === undefined) {
    return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
  if (request.method !== 'POST') return failedWith([operationNotSupported(`/util/${name}`)]);
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const outcome = await runUtility(services, caller, `/util/${name}`, body);
  return outcome.ok ? answered(outcome.value) : failedWith(outcome.faults);
}

/** `GET /mgmt/tm/util`: what there is, as any collection of collections. */
export function handleUtilities(): HttpResponse {
  return answered({
    kind: kindOf(['util'], 'collectionstate'),
    selfLink: link(utilBase),
    items: utilityNames.toSorted().map((name) => ({
      reference: { link: link(`${utilBase}/${name}`) },
    })),
  });
}

/** `place` is the path below /mgmt/tm: "/util/bash". */
export function isUtility(place: string): boolean {
  return place.startsWith('/util/') && Object.hasOwn(utilities, place.slice('/util/'.length));
}

/** The words of the command. */
export function checkUtility(body: JsonObject): Outcome<string> {
  const text = body['utilCmdArgs'] ?? '';
  return body['command'] === 'run' && typeof text === 'string'
    ? { ok: true, value: text }
    : refused('one or more properties must be specified');
}

/** The answer's body. */
export async function runUtility(
  services: Services,
  caller: Caller,
  place: string,
  body: JsonObject,
): Promise<Outcome<JsonObject>> {
  const name = place.slice('/util/'.length);
  const utility = Object.hasOwn(utilities, name) ? utilities[name] : undefined;
  const text = checkUtility(body);
  if (!text.ok) return text;
  const outcome = await utility?.(services, text.value, caller);
  if (outcome === undefined) return refused(`util ${name} is not known`);
  return outcome.ok ? { ok: true, value: echoOf(name, body, outcome.value) } : outcome;
}

function echoOf(name: string, body: JsonObject, output: string): JsonObject {
  return {
    kind: `tm:util:${name}:runstate`,
    ...body,
    // Absent without output: clients wait for the key to appear.
    ...(output === '' ? {} : { commandResult: output.endsWith('\n') ? output : `${output}\n` }),
  };
}

function refused(message: string): Outcome<never> {
  return { ok: false, faults: [{ status: 400, message }] };
}

async function bash(services: Services, text: string, caller: Caller): Promise<Outcome<string>> {
  const command = bashCommand(text);
  if (typeof command !== 'string') return refused(command.problem);
  const pipes = parseShellLine(command);
  if (!pipes.ok) return pipes;
  let printed = '';
  for (const pipe of pipes.value) {
    let input: string | undefined;
    for (const stage of pipe) {
      const answer = await bashStage(services, stage, input, caller);
      if (!answer.ok) return answer;
      input = answer.value;
    }
    printed += input ?? '';
  }
  return { ok: true, value: printed };
}

/** One command: tmsh as the user who asks, files of clients, or one of the closed list. */
async function bashStage(
  services: Services,
  stage: Stage,
  input: string | undefined,
  caller: Caller,
): Promise<Outcome<string>> {
  if (input === undefined) {
    const [, program = '', rest = ''] =
      /^(?:(?:\/usr)?\/s?bin\/)?(\S+)\s*(.*)$/s.exec(stage.text) ?? [];
    const commands = program === 'tmsh' ? tmshCommands(rest) : undefined;
    if (commands !== undefined && services.runTmsh !== undefined) {
      const { output } = await services.runTmsh(commands, caller.access.user);
      return { ok: true, value: output };
    }
    const files = Object.hasOwn(onFiles, program) ? onFiles[program] : undefined;
    if (files !== undefined) {
      const paths = stage.words.slice(1).filter((word) => !word.startsWith('-'));
      const strange = paths.find((path) => filePath(services.files, path) === undefined);
      if (program !== 'ls' && strange !== undefined) {
        return refused(`util bash changes files of clients only, and not: ${strange}`);
      }
      const listed = await files(services, stage.words.slice(1).join(' '), caller);
      return listed.ok && listed.value !== '' ? { ok: true, value: `${listed.value}\n` } : listed;
    }
  }
  return shellAnswer(services, stage, input);
}

const onFiles: Readonly<Record<string, Utility>> = { ls: unixList, mv: unixMove, rm: unixRemove };

/** `-c "tmsh …"`: the shell's one argument. */
function bashCommand(text: string): string | { readonly problem: string } {
  const quoted = /^\s*-c\s+'(.*)'\s*$/s.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  if (/^\s*-c\s+'/.test(text)) return { problem: 'quotes are not balanced' };
  try {
    const lexer = new Lexer(text, 'file');
    if (lexer.expectWord() === '-c') return lexer.expectWord();
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    const isOpen = (text.match(/(?<!\\)"/g) ?? []).length % 2 === 1;
    return { problem: isOpen ? 'quotes are not balanced' : error.message };
  }
  return { problem: `util bash needs -c, and not: ${text}` };
}

/** `list ltm pool`, `-q -c "cd /; list"` → what tmsh is to run. */
function tmshCommands(words: string): string {
  const rest = words.replace(/^(-[aq]\s+)+/, '');
  if (rest === '-v') return 'show sys version';
  const inner = /^-c\s+(["'])(.*)\1\s*$/s.exec(rest)?.[2];
  return inner === undefined ? rest : inner.replace(/\\(["\\])/g, '$1');
}

/** Words that name servers, names, types and `+options`; none that read files or keys. */
async function dig(_services: Services, text: string): Promise<Outcome<string>> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const isPlain = words.every((word) => /^(?:[@+]?[\w.:%=/-]*[\w.]|-[46]|-x|-t|-p)$/.test(word));
  if (!isPlain || words.some((word) => /^-[^46xtp]/.test(word)) || words.length > 20) {
    return refused(`util dig takes servers, names, types and +options, not: ${text}`);
  }
  const quick = ['+time=2', '+tries=1'];
  const result = await run('dig', [...quick, ...words], { timeoutMilliseconds: 30_000 });
  return { ok: true, value: `${result.stdout}${result.stderr}` };
}

const maximumPings = 10;

/** `198.18.1.1 -c 3`: one address, how often, and nothing else. */
async function ping(_services: Services, text: string): Promise<Outcome<string>> {
  const count = /(?:^|\s)-c\s*(\d{1,3})(?=\s|$)/.exec(text);
  const rest = text.replace(count?.[0] ?? '', ' ').trim();
  const isName = /^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/i.test(rest);
  if (parseAddress(rest) === undefined && !isName)
    return refused(`util ping takes an address and -c, not: ${text}`);
  const times = Math.min(Number(count?.[1] ?? 1), maximumPings);
  const args = ['-n', '-c', String(times), '-i', '0.3', '-W', '2', '--', rest];
  const result = await run('ping', args, { timeoutMilliseconds: 30_000 });
  return { ok: true, value: `${result.stdout}${result.stderr}` };
}

async function unixList(services: Services, text: string): Promise<Outcome<string>> {
  const words = text.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  const lines: string[] = [];
  for (const word of words) {
    const folder = folderPath(services.files, word);
    const file = filePath(services.files, word);
    if (folder !== undefined) lines.push(...(await listFiles(folder)));
    else if (file !== undefined && (await sizeOfFile(file)) !== undefined) lines.push(word);
    else lines.push(missing('ls', 'access', word));
  }
  return { ok: true, value: lines.join('\n') };
}

async function unixMove(services: Services, text: string): Promise<Outcome<string>> {
  const words = text.split(/\s+/).filter((word) => word !== '' && !word.startsWith('-'));
  const [from = '', to = ''] = words;
  if (words.length !== 2) return refused(`util unix-mv takes two paths, not: ${text}`);
  const source = filePath(services.files, from);
  if (source === undefined || (await sizeOfFile(source)) === undefined) {
    return { ok: true, value: missing('mv', 'stat', from) };
  }
  const leaf = from.slice(from.lastIndexOf('/') + 1);
  const isFolder = folderPath(services.files, to) !== undefined;
  const target = filePath(services.files, isFolder ? `${to}/${leaf}` : to);
  if (target === undefined) return { ok: true, value: missing('mv', 'move to', to) };
  await moveFile(source, target);
  return { ok: true, value: '' };
}

async function unixRemove(services: Services, text: string): Promise<Outcome<string>> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const isForced = words.some((word) => /^-r?f/.test(word));
  const lines: string[] = [];
  for (const word of words.filter((one) => !one.startsWith('-'))) {
    const file = filePath(services.files, word);
    if (file !== undefined && (await sizeOfFile(file)) !== undefined) await removeFile(file);
    else if (!isForced) lines.push(missing('rm', 'remove', word));
  }
  return { ok: true, value: lines.join('\n') };
}

/** Clients know a tool's complaint by its first word. */
function missing(tool: string, verb: string, path: string): string {
  return `/bin/${tool}: cannot ${verb} ${path}: No such file or directory`;
}
