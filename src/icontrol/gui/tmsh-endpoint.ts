/** `POST /mgmt/shared/evenkeel/tmsh {"commands": …}`: the device's own shell, with the caller's role. */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { parseBodyText } from '../wire/body.ts';
import { malformedBody, operationNotSupported } from '../wire/errors.ts';
import { answered, failedWith } from '../wire/reply.ts';

export const tmshPath = '/mgmt/shared/evenkeel/tmsh';

const longestCommands = 1024 * 1024;

export async function handleTmsh(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  if (request.method !== 'POST') return failedWith([operationNotSupported(path)]);
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const { commands } = body;
  if (typeof commands !== 'string' || commands.length > longestCommands) {
    return failedWith([{ status: 400, message: 'commands is a text: "list ltm pool"' }]);
  }
  if (services.runTmsh === undefined) {
    return failedWith([{ status: 503, message: 'tmsh is not here' }]);
  }
  const { status, output } = await services.runTmsh(commands, caller.access.user);
  return answered({ kind: 'evenkeel:tmsh', status, output });
}
