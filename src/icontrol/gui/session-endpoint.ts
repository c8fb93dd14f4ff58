/** `/mgmt/shared/evenkeel/session`: a browser's log in (POST), who it is (GET), still there (PATCH), log out (DELETE). */
import { type Json, type JsonObject, isJsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import { accessOf } from '../access/roles.ts';
import type { Token } from '../access/tokens.ts';
import type { Services } from '../context.ts';
import { handleLogin } from '../shared/shared.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { answered, failedWith } from '../wire/reply.ts';
import { endedCookie, sessionCookie, wordOf } from './session.ts';

export const sessionPath = '/mgmt/shared/evenkeel/session';

/** The same log in as any client's, with the same slowing down; the token goes into the cookie only. */
export async function openSession(services: Services, request: HttpRequest): Promise<HttpResponse> {
  const answer = await handleLogin(services, request);
  if (answer.status !== 200 || typeof answer.body !== 'string') return answer;
  // Our own words.
  const { token: shown } = JSON.parse(answer.body) as { readonly token: Json };
  const value = isJsonObject(shown) ? String(shown['token']) : '';
  const token = services.tokens.find(value);
  if (token === undefined) return answer;
  return {
    ...answered(sessionJson(services, token)),
    headers: { 'set-cookie': sessionCookie(value) },
  };
}

export function handleSession(
  services: Services,
  request: HttpRequest,
  caller: Caller,
): HttpResponse {
  const { token } = caller;
  if (token === undefined) {
    return failedWith([{ status: 400, message: 'these credentials are no session of a browser' }]);
  }
  switch (request.method) {
    case 'GET':
      return answered(sessionJson(services, token));
    case 'PATCH':
      services.tokens.extend(token, token.timeoutSeconds);
      return answered(sessionJson(services, token));
    case 'DELETE':
      services.tokens.remove(token);
      return { ...answered({}), headers: { 'set-cookie': endedCookie } };
    default:
      return failedWith([operationNotSupported(sessionPath)]);
  }
}

function sessionJson(services: Services, token: Token): JsonObject {
  const left = token.expires - services.clock.monotonicMilliseconds();
  const user = services.store.view().get('auth user', token.user);
  const access = user === undefined ? undefined : accessOf(token.user, user.properties);
  return {
    kind: 'evenkeel:session',
    /** Whose session: at the same address another device may answer the next time. */
    device: services.store.view().deviceName,
    user: token.user,
    roles: [...(access?.roles ?? [])].map(([partition, role]) => ({ partition, role })),
    csrf: wordOf(token.value),
    /** Without a PATCH it ends after so long. */
    timeoutSeconds: token.timeoutSeconds,
    leftSeconds: Math.max(0, Math.round(left / 1000)),
  };
}
