/**
 * `POST /mgmt/tm/util/bash`: there is no shell behind it. Clients use it for `tmsh …`, which runs here
 * as the user who asks; anything else is refused by name.
 */
import type { JsonObject } from '../config/text/json.ts';
import { Lexer, SyntaxProblem } from '../config/text/lexer.ts';
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import type { Services } from './context.ts';
import { malformedBody, operationNotSupported } from './errors.ts';
import { answered, failedWith } from './reply.ts';
import { isAdministrator } from './roles.ts';
import { forbidden, parseBodyText } from './tm.ts';

export const bashPath = '/mgmt/tm/util/bash';

export async function handleBash(
  services: Services,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  if (request.method !== 'POST') return failedWith([operationNotSupported('/util/bash')]);
  if (!isAdministrator(caller.access)) return forbidden(request, caller, bashPath);
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const command = bashCommand(body);
  if (typeof command !== 'string') return failedWith([{ status: 400, message: command.problem }]);
  const commands = tmshCommands(command);
  if (commands === undefined || services.runTmsh === undefined) {
    const message = `util bash runs tmsh only, and not: ${command}`;
    return failedWith([{ status: 400, message }]);
  }
  const result = await services.runTmsh(commands, caller.access.user);
  return answered({
    kind: 'tm:util:bash:runstate',
    ...body,
    // Absent without output: clients wait for the key to appear.
    ...(result.output === '' ? {} : { commandResult: result.output }),
  });
}

/** `-c "tmsh …"`: the shell's one argument. */
function bashCommand(body: JsonObject): string | { readonly problem: string } {
  const text = body['utilCmdArgs'];
  if (typeof text !== 'string') return { problem: 'one or more properties must be specified' };
  const quoted = /^\s*-c\s+'(.*)'\s*$/s.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  try {
    const lexer = new Lexer(text, 'file');
    if (lexer.expectWord() === '-c') return lexer.expectWord();
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return { problem: error.message };
  }
  return { problem: `util bash needs -c, and not: ${text}` };
}

/** `tmsh list ltm pool`, `tmsh -q -c "cd /; list"` → what tmsh is to run. */
function tmshCommands(command: string): string | undefined {
  const rest = /^\s*(?:\/usr\/bin\/)?tmsh\s+(.*)$/s.exec(command)?.[1]?.replace(/^(-[aq]\s+)+/, '');
  if (rest === undefined) return undefined;
  const inner = /^-c\s+(["'])(.*)\1\s*$/s.exec(rest)?.[2];
  return inner === undefined ? rest : inner.replace(/\\(["\\])/g, '$1');
}
