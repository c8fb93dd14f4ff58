/** `/mgmt/shared/authz/tokens` and the exchange of tokens (icontrol.md 2.1). */
import { type Json, type JsonObject, isJsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import type { Services } from '../context.ts';
import { malformedBody } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import { isAdministrator } from './roles.ts';
import { parseBodyText } from '../wire/body.ts';
import { type Token, maximumTimeoutSeconds, tokenJson } from './tokens.ts';

/** All that this device holds are other users'. */
export function noTokenLeft(user: string, from: string): HttpResponse {
  const message = `Bad Request: user ${user} has reached maximum active login tokens`;
  return workerFailure(400, message, from);
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
  const fresh = services.tokens.issue(token.user, from, {
    partitionAccess: token.partitionAccess,
  });
  if (fresh === undefined) return noTokenLeft(token.user, from);
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
  const own = services.tokens.of(isAdmin ? undefined : caller.access.user);
  if (value === undefined) return handleCollection(services, request, isAdmin, own);
  const token = services.tokens.named(value);
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
      services.tokens.remove(token);
      return answered(tokenJson(token));
    case 'PATCH':
    case 'PUT':
      return extendToken(services, request, token);
    default:
      return workerFailure(405, `${request.method} is not supported on tokens`, from);
  }
}

function handleCollection(
  services: Services,
  request: HttpRequest,
  isAdmin: boolean,
  own: readonly Token[],
): HttpResponse {
  const from = request.remoteAddress;
  const shown = {
    items: own.map(tokenJson),
    generation: own.length,
    kind: 'shared:authz:tokens:authtokencollectionstate',
    selfLink: `${host}/mgmt/shared/authz/tokens`,
  };
  switch (request.method) {
    case 'GET':
      return answered(shown);
    case 'DELETE':
      for (const token of own) services.tokens.remove(token);
      return answered(shown);
    case 'POST':
      return isAdmin
        ? issueFor(services, request)
        : workerFailure(401, 'Tokens are issued at /mgmt/shared/authn/login', from);
    default:
      return workerFailure(405, `${request.method} is not supported on tokens`, from);
  }
}

/** An administrator's own choice of a token has to be as hard to guess as one of ours. */
const tokenPattern = /^[A-Za-z0-9]{26,64}$/;

/** `{"token": …, "user": {"link": …}}`: an administrator makes one for somebody, from the same address. */
function issueFor(services: Services, request: HttpRequest): HttpResponse {
  const from = request.remoteAddress;
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const user = userOf(body);
  if (user === undefined || services.store.view().stored('auth user', user) === undefined) {
    return workerFailure(400, 'user has to link to a user of this device', from);
  }
  const value = body['token'];
  const isChosen = typeof value === 'string';
  if (isChosen && (!tokenPattern.test(value) || services.tokens.named(value) !== undefined)) {
    return workerFailure(400, 'token has to be 26 letters and digits or more, and new', from);
  }
  const token = services.tokens.issue(user, from, { value: isChosen ? value : undefined });
  return token === undefined ? noTokenLeft(user, from) : answered(tokenJson(token));
}

function userOf(body: JsonObject): string | undefined {
  const { user, userName } = body;
  const link = isJsonObject(user) ? user['link'] : undefined;
  if (typeof link === 'string') return link.slice(link.lastIndexOf('/') + 1);
  return typeof userName === 'string' ? userName : undefined;
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
