/** `/mgmt/shared/…`: login, tokens, echo, device information (icontrol.md 2.1, 2.6). */
import { type JsonObject, isJsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { type Caller, lockedMessage } from '../access/accounts.ts';
import { loginLine } from '../access/audit.ts';
import type { Services } from '../context.ts';
import { malformedBody, uriNotRegistered } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import { sharedFact } from './shared-facts.ts';
import { parseBodyText } from '../wire/body.ts';
import { noTokenLeft } from '../access/token-endpoint.ts';
import { providerOf, tokenJson } from '../access/tokens.ts';
import { expiredMessage } from '../access/users-endpoint.ts';

export const loginPath = '/mgmt/shared/authn/login';

/** The one endpoint that needs no credentials: it is given them. */
export async function handleLogin(services: Services, request: HttpRequest): Promise<HttpResponse> {
  const from = request.remoteAddress;
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const { username, password } = body;
  if (typeof username !== 'string' || typeof password !== 'string') {
    return workerFailure(400, 'username and password must not be null in http body', from);
  }
  if (!isOwnProvider(body)) return workerFailure(401, 'Authentication failed.', from);
  const answer = await services.accounts.verify(username, password, from);
  if (answer === 'busy') return workerFailure(503, 'Too many logins at once, try again.', from);
  if (answer !== 'yes') {
    // Not each attempt while locked: whoever has no account must not fill the audit log.
    if (answer === 'no') services.log.write('warning', loginLine(username, from, 'failed'));
    const { password: _secret, ...shown } = body;
    const message = answer === 'locked' ? lockedMessage : 'Authentication failed.';
    return workerFailure(401, message, from, {
      originalRequestBody: JSON.stringify(shown),
    });
  }
  if (services.passwordMemory.isExpired(username)) {
    return workerFailure(401, expiredMessage, from);
  }
  const partitionAccess = services.accounts.remoteAccess(username);
  const token = services.tokens.issue(username, from, { partitionAccess });
  if (token === undefined) return noTokenLeft(username, from);
  services.log.write('notice', loginLine(username, from, 'Command OK'));
  const provider = providerOf(partitionAccess);
  return answered({
    username,
    loginReference: { link: `${host}/mgmt/cm/system/authn/providers/${provider}/login` },
    loginProviderName: provider,
    token: tokenJson(token),
    generation: 0,
    lastUpdateMicros: 0,
  });
}

/** `loginProviderName`, or `loginReference` with its link: `auth source` says who judges, under either name. */
function isOwnProvider(body: JsonObject): boolean {
  const { loginProviderName: name, loginReference: reference } = body;
  const link = isJsonObject(reference) ? reference['link'] : undefined;
  const linked = /\/authn\/providers\/([^/]+)(?:\/[^/]+)?\/login$/.exec(String(link ?? ''))?.[1];
  const given =
    typeof name === 'string' && name !== '' ? name : link === undefined ? 'tmos' : linked;
  return given === 'tmos' || given === 'local';
}

/** What can only be read. */
export function handleFact(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  const fact = sharedFact(path);
  if (fact === undefined) {
    return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
  if (request.method === 'GET') return answered(fact(services, caller.access));
  const message = `${request.method} is not supported on ${path}`;
  return workerFailure(405, message, request.remoteAddress);
}
