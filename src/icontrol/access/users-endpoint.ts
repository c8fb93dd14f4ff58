/** `/mgmt/shared/authz/users/NAME`: where a user with an expired password gives a new one. */
import type { Operation } from '../../config/types.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import type { Services } from '../context.ts';
import { malformedBody } from '../wire/errors.ts';
import { decodeSegment } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import { isAdministrator } from './roles.ts';
import { userJson } from '../shared/shared-facts.ts';
import { parseBodyText } from '../wire/body.ts';
import { commitOperations } from '../tm/commit.ts';
import { forbidden } from '../tm/tm.ts';

export const usersPath = '/mgmt/shared/authz/users';
export const expiredMessage = `Password expired. Update password via ${usersPath}`;

/** With an expired password a user may give a new one, and nothing else. Tokens end by themselves. */
export function isLockedByAge(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): boolean {
  const { user } = caller.access;
  if (caller.token !== undefined || request.isLocal) return false;
  if (!services.passwordMemory.isExpired(user)) return false;
  return userAt(path) !== user || request.method !== 'PATCH';
}

/** Undefined elsewhere. */
function userAt(path: string): string | undefined {
  return path.startsWith(`${usersPath}/`)
    ? decodeSegment(path.slice(usersPath.length + 1))
    : undefined;
}

/** PATCH `{"oldPassword": …, "password": …}`: one's own; an administrator anybody's. */
export async function handleUser(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const from = request.remoteAddress;
  const name = userAt(path) ?? '';
  const isOwn = name === caller.access.user;
  if (!isOwn && !isAdministrator(caller.access)) {
    return forbidden(services, request, caller, 'Only an administrator may see other users');
  }
  const found = userJson(services, name);
  if (found === undefined) return workerFailure(404, `Object not found: ${path}`, from);
  if (request.method === 'GET') return answered(found);
  if (request.method !== 'PATCH') {
    return workerFailure(405, `${request.method} is not supported on ${path}`, from);
  }
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const { oldPassword, password } = body;
  if (typeof oldPassword !== 'string' || typeof password !== 'string') {
    return workerFailure(400, 'oldPassword and password must not be null in http body', from);
  }
  if ((await services.accounts.verify(name, oldPassword, from)) !== 'yes') {
    return workerFailure(401, 'Authentication failed.', from);
  }
  const operation: Operation = {
    kind: 'modify',
    component: 'auth user',
    name,
    properties: { password },
  };
  const outcome = await commitOperations(services, caller, [operation], []);
  return outcome.ok ? answered(found) : failedWith(outcome.faults);
}
