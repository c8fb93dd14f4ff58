/** One request, from credentials to answer: who, may they come in now, and which endpoint is theirs. */
import type { HttpHandler, HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './access/accounts.ts';
import { auditLine, loginLine } from './access/audit.ts';
import type { Services } from './context.ts';
import { asksDryRun, noDryRun } from './tm/dry-run.ts';
import { isTagLike, tagLikeContent, uriNotRegistered } from './wire/errors.ts';
import { endpointAt } from './endpoints.ts';
import { guiAnswer } from './gui/pages.ts';
import { withSession } from './gui/session.ts';
import { openSession, sessionPath } from './gui/session-endpoint.ts';
import { createGate } from './server/gate.ts';
import { claimsOf } from './wire/origin.ts';
import { emptyAnswer, failedWith, withPlaces, workerFailure } from './wire/reply.ts';
import { decideEndpoint } from './access/roles.ts';
import { handleLogin, loginPath } from './shared/shared.ts';
import { forbidden, handleTm } from './tm/tm.ts';
import { expiredMessage, isLockedByAge } from './access/users-endpoint.ts';
import { isAllowed } from './server/web-settings.ts';

export function createService(services: Services): HttpHandler {
  const gate = createGate(() => maximumRequests(services), services.clock);
  return async (request) => {
    try {
      // The answer of a HEAD is that of a GET, of which the server keeps the body back.
      const method = request.method === 'HEAD' ? 'GET' : request.method;
      return await handle(services, gate, { ...request, method });
    } catch (error) {
      const stack = error instanceof Error ? error.stack : String(error);
      services.log.write('err', `iControl REST ${request.method} ${request.target} failed`, {
        error: stack,
      });
      return workerFailure(500, 'internal error', request.remoteAddress);
    }
  };
}

/** Of one user, at once. */
function maximumRequests(services: Services): number {
  return services.store.view().get('sys httpd', '')?.properties['max-clients'] ?? 10;
}

async function handle(
  services: Services,
  gate: ReturnType<typeof createGate>,
  request: HttpRequest,
): Promise<HttpResponse> {
  const question = request.target.indexOf('?');
  const whole = question < 0 ? request.target : request.target.slice(0, question);
  const query = question < 0 ? '' : request.target.slice(question + 1);
  // In this order: /\/+$/ would take quadratic time for thousands of slashes.
  const path = whole.replace(/\/{2,}/g, '/').replace(/\/$/, '');
  const from = request.remoteAddress;
  if (!request.isLocal && !isAllowed(services.web().allow, from)) {
    return workerFailure(403, `Forbidden: sys httpd does not allow ${from}`, from);
  }
  const page = guiAnswer(services.gui, request, path);
  if (page !== undefined) return page;
  if (!path.startsWith('/mgmt')) return workerFailure(404, uriNotRegistered(path).message, from);
  if (isTagLike(request.target)) return failedWith([tagLikeContent]);
  const logIn = request.method === 'POST' ? logIns[path] : undefined;
  if (logIn !== undefined) {
    // Not counted per user: nobody knows yet whether it is one.
    const answer = await gate.pass(`login ${from}`, () => logIn(services, request));
    return answer ?? busy(from);
  }
  const session = withSession(request);
  if ('refused' in session) return session.refused;
  return answerKnown(services, gate, session.request, path, query);
}

/** For programs, and for browsers. */
const logIns: Readonly<Record<string, typeof handleLogin>> = {
  [loginPath]: handleLogin,
  [sessionPath]: openSession,
};

/** Whoever it is, he has to be somebody. */
async function answerKnown(
  services: Services,
  gate: ReturnType<typeof createGate>,
  request: HttpRequest,
  path: string,
  query: string,
): Promise<HttpResponse> {
  const from = request.remoteAddress;
  const who = await services.accounts.authenticate(request);
  if (!who.ok) {
    const { failedUser } = who;
    if (failedUser !== undefined) {
      services.log.write('warning', loginLine(failedUser, from, 'failed'));
    }
    return unauthenticated(who.status, who.message, request);
  }
  const caller = { ...who.caller, ...claimsOf(request.headers, query) };
  if (isLockedByAge(services, request, caller, path)) {
    return workerFailure(401, expiredMessage, from);
  }
  const refused = refusedEarly(request, path);
  if (refused !== undefined) return refused;
  const answer = await gate.pass(caller.access.user, () =>
    dispatch(services, request, caller, path, query),
  );
  return answer === undefined ? busy(from) : withPlaces(request, answer);
}

function busy(from: string): HttpResponse {
  const message =
    'Too many requests of this user at once (sys httpd max-clients), and too many waiting; try again.';
  return { ...workerFailure(503, message, from), headers: { 'retry-after': '1' } };
}

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Methods that mean nothing here, and bodies that cannot be JSON. */
function refusedEarly(request: HttpRequest, path: string): HttpResponse | undefined {
  const { method, headers, remoteAddress } = request;
  if (!methods.includes(method)) {
    const allow = { allow: [...methods, 'HEAD', 'OPTIONS'].join(', ') };
    const answer =
      method === 'OPTIONS'
        ? emptyAnswer
        : workerFailure(405, `Method ${method} is not supported`, remoteAddress);
    return { ...answer, headers: allow };
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const isJson = type === undefined || type === '' || /^application\/(.*\+)?json$/.test(type);
  const isFile = endpointAt(path)?.takesBytes === true;
  if (method === 'GET' || isJson || isFile || request.bytes.length === 0) return undefined;
  const message = `Found invalid content-type. The content-type must be application/json. The received content-type is ${type}`;
  return failedWith([{ status: 415, apiError: 1, message }]);
}

function unauthenticated(status: number, message: string, request: HttpRequest): HttpResponse {
  const answer = workerFailure(status, message, request.remoteAddress);
  // A browser would ask for a password by itself, over our own page.
  const isPage = request.headers['x-evenkeel-client'] === 'gui';
  return request.headers['x-f5-auth-token'] === undefined && status === 401 && !isPage
    ? { ...answer, headers: { 'www-authenticate': 'Basic realm="Enterprise Manager"' } }
    : answer;
}

async function dispatch(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
  query: string,
): Promise<HttpResponse> {
  const endpoint = endpointAt(path);
  if (endpoint !== undefined) {
    const need = request.method === 'GET' ? endpoint.read : endpoint.write;
    const decision = decideEndpoint(caller.access, need);
    if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
    if (request.method !== 'GET' && asksDryRun(query) && endpoint.dryRun !== true) {
      return failedWith([noDryRun(`${request.method} ${path}`)]);
    }
    const answer = await endpoint.handle(services, request, caller, path);
    if (request.method !== 'GET') {
      const outcome = answer.status < 400 ? 'Command OK' : `${answer.status}`;
      const shown = endpoint.isPathSecret === true ? endpoint.path : path;
      services.log.write('notice', auditLine(caller, `${request.method} ${shown}`, outcome));
    }
    return answer;
  }
  if (path === '/mgmt/tm' || path.startsWith('/mgmt/tm/')) {
    return handleTm(services, request, caller, path, query);
  }
  return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
}
