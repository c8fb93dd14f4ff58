/** `/mgmt/shared/…`: login, tokens, echo, device information (icontrol.md 2.1, 2.6). */
import { type Json, isJsonObject } from '../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import { type Caller, lockedMessage } from './accounts.ts';
import { loginLine } from './audit.ts';
import type { Services } from './context.ts';
import { malformedBody, uriNotRegistered } from './errors.ts';
import { host } from './paths.ts';
import { answered, failedWith, workerFailure } from './reply.ts';
import { isAdministrator } from './roles.ts';
import { sharedFact } from './shared-facts.ts';
import { parseBodyText } from './tm.ts';
import { type Token, maximumTimeoutSeconds, tokenJson } from './tokens.ts';
import { expiredMessage } from './users-endpoint.ts';

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
  const answer = await services.accounts.verify(username, password, from);
  if (answer === 'busy') return workerFailure(503, 'Too many logins at once, try again.', from);
  if (answer !== 'yes') {
    services.log.write(
      'warning',
      loginLine(username, from, answer === 'locked' ? 'locked' : 'failed'),
    );
    const { password: _secret, ...shown } = body;
    const message = answer === 'locked' ? lockedMessage : 'Authentication failed.';
    return workerFailure(401, message, from, {
      originalRequestBody: JSON.stringify(shown),
    });
  }
  if (services.passwordMemory.isExpired(username)) {
    return workerFailure(401, expiredMessage, from);
  }
  const token = services.tokens.issue(username, from);
  if (token === undefined) {
    const message = `Bad Request: user ${username} has reached maximum active login tokens`;
    return workerFailure(400, message, from);
  }
  services.log.write('notice', loginLine(username, from, 'Command OK'));
  return answered({
    username,
    loginReference: { link: `${host}/mgmt/cm/system/authn/providers/local/login` },
    loginProviderName: 'local',
    token: tokenJson(token),
    generation: 0,
    lastUpdateMicros: 0,
  });
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

/** A token for another one of the same user: `{"refreshToken": {"token": …}}`. */
export function handleExchange(
  services: Services,
  request: HttpRequest,
  caller: Caller,
): HttpResponse {
  const from = request.remoteAddress;
  const body = parseBodyText(request.body);
  const given = typeof body === 'string' ? undefined : body['refreshToken'];
  const value = isJsonObject(given) ? given['token'] : undefined;
  const token = typeof value === 'string' ? services.tokens.find(value) : undefined;
  if (token?.user !== caller.access.user) {
    return workerFailure(401, 'X-F5-Auth-Token does not exist.', from);
  }
  const fresh = services.tokens.issue(token.user, from);
  if (fresh === undefined) {
    const message = `Bad Request: user ${token.user} has reached maximum active login tokens`;
    return workerFailure(400, message, from);
  }
  return answered({ token: tokenJson(fresh), generation: 0, lastUpdateMicros: 0 });
}

export function handleTokens(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  const value = path.split('/')[5];
  const from = request.remoteAddress;
  const isAdmin = isAdministrator(caller.access);
  if (value === undefined) {
    if (request.method !== 'GET') {
      return workerFailure(405, 'Tokens are issued at /mgmt/shared/authn/login', from);
    }
    const tokens = services.tokens.of(isAdmin ? undefined : caller.access.user);
    return answered({
      items: tokens.map(tokenJson),
      generation: tokens.length,
      kind: 'shared:authz:tokens:authtokencollectionstate',
      selfLink: `${host}/mgmt/shared/authz/tokens`,
    });
  }
  const token = services.tokens.find(value);
  if (token === undefined) {
    return workerFailure(404, `Object not found: shared/authz/tokens/${value}`, from);
  }
  if (token.user !== caller.access.user && !isAdmin) {
    return workerFailure(400, 'A user may only see own tokens', from);
  }
  switch (request.method) {
    case 'GET':
      return answered(tokenJson(token));
    case 'DELETE':
      services.tokens.remove(value);
      return answered(tokenJson(token));
    case 'PATCH':
      return extendToken(services, request, token);
    default:
      return workerFailure(405, `${request.method} is not supported on tokens`, from);
  }
}

function extendToken(services: Services, request: HttpRequest, token: Token): HttpResponse {
  const body = parseBodyText(request.body);
  const seconds = typeof body === 'string' ? undefined : numberOf(body['timeout']);
  const from = request.remoteAddress;
  if (seconds === undefined || seconds < 1) {
    return workerFailure(400, 'timeout has to be a number of seconds', from);
  }
  if (!services.tokens.extend(token, seconds)) {
    const message = `Auth-token absolute timeout (${maximumTimeoutSeconds} seconds) exceeded`;
    return workerFailure(406, message, from);
  }
  return answered(tokenJson(token));
}

function numberOf(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
