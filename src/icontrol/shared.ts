/** `/mgmt/shared/…`: login, tokens, echo, device information (icontrol.md 2.1, 2.6). */
import type { Properties } from '../catalogue/types.ts';
import type { Json, JsonObject } from '../config/text/json.ts';
import { bigipVersion } from '../catalogue/version.ts';
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import type { Services } from './context.ts';
import { malformedBody, uriNotRegistered } from './errors.ts';
import { host } from './paths.ts';
import { answered, failedWith, workerFailure } from './reply.ts';
import { isAdministrator } from './roles.ts';
import { parseBodyText } from './tm.ts';
import { type Token, maximumTimeoutSeconds, tokenJson } from './tokens.ts';

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
  const answer = await services.accounts.verify(username, password);
  if (answer === 'busy') return workerFailure(503, 'Too many logins at once, try again.', from);
  if (answer === 'no') {
    services.log.write('warning', `01070417:5: AUDIT - login of ${username} from ${from} failed`);
    const { password: _secret, ...shown } = body;
    return workerFailure(401, 'Authentication failed.', from, {
      originalRequestBody: JSON.stringify(shown),
    });
  }
  const token = services.tokens.issue(username, from);
  if (token === undefined) {
    const message = `Bad Request: user ${username} has reached maximum active login tokens`;
    return workerFailure(400, message, from);
  }
  return answered({
    username,
    loginReference: { link: `${host}/mgmt/cm/system/authn/providers/local/login` },
    loginProviderName: 'local',
    token: tokenJson(token),
    generation: 0,
    lastUpdateMicros: 0,
  });
}

export function handleShared(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  const words = path.slice('/mgmt/shared'.length).split('/').filter(Boolean);
  if (words[0] === 'authz' && words[1] === 'tokens' && words.length <= 3) {
    return handleTokens(services, request, caller, words[2]);
  }
  switch (words.join('/')) {
    case 'echo':
      return answered({
        stage: 'STARTED',
        kind: 'shared:echo:echoworkerstate',
        selfLink: `${host}/mgmt/shared/echo`,
      });
    case 'identified-devices/config/device-info':
      return answered(deviceInfo(services));
    default:
      return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
}

function handleTokens(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  value: string | undefined,
): HttpResponse {
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

/** Facts of this device from its own `cm device`; what hardware would say is left out. */
function deviceInfo(services: Services): JsonObject {
  const view = services.store.view();
  const hostname = view.get('sys global-settings', '')?.properties['hostname'] ?? '';
  const self = view.list('cm device').find(({ properties }) => properties['hostname'] === hostname);
  const properties: Properties = self?.properties ?? {};
  const text = (name: string, preset: string): string => String(properties[name] ?? preset);
  return {
    hostname,
    machineId: text('base-mac', hostname),
    mcpDeviceName: self?.name ?? `/Common/${hostname}`,
    managementAddress: text('management-ip', ''),
    address: text('management-ip', ''),
    baseMac: text('base-mac', ''),
    platform: text('platform-id', 'Z100'),
    product: 'BIG-IP',
    version: bigipVersion,
    build: text('build', '0.0.1'),
    edition: text('edition', 'Final'),
    isClustered: false,
    isVirtual: true,
    generation: 0,
    lastUpdateMicros: 0,
    kind: 'shared:resolver:device-groups:deviceinfostate',
    selfLink: `${host}/mgmt/shared/identified-devices/config/device-info`,
  };
}
