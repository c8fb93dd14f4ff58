/** `/mgmt/tm/task/COMPONENT[/ID[/result]]`: any command of the catalogue, run in the background. */
import type { Outcome } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { malformedBody, operationNotSupported, uriNotRegistered } from '../wire/errors.ts';
import { kindOf, link } from '../wire/paths.ts';
import { answered, emptyAnswer, failedWith, workerFailure } from '../wire/reply.ts';
import { decideCommand, decideEndpoint } from '../access/roles.ts';
import { checkCommand, executeCommand, withoutSecrets } from '../tm/run-command.ts';
import type { Task } from './tasks.ts';
import { parseBodyText } from '../wire/body.ts';
import { forbidden } from '../tm/tm.ts';
import { tooManyTasks } from './worker-tasks.ts';
import { checkUtility, isUtility, runUtility, utilityNames } from '../util/util.ts';

export const taskBase = '/mgmt/tm/task';

export async function handleTask(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const { place, id, isResult } = partsOf(path.slice(taskBase.length));
  const isKnown = isUtility(place) || services.router.route(`/mgmt/tm${place}`) !== undefined;
  if (!isKnown) return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  const user = caller.access.user;
  if (id === undefined) {
    if (request.method === 'POST') return open(services, request, caller, place);
    if (request.method !== 'GET') return failedWith([operationNotSupported(place)]);
    const items = services.tasks.of(place, user).map((task) => taskJson(task));
    return answered({
      kind: kindOf(['task', ...place.split('/').filter(Boolean)], 'collectionstate'),
      selfLink: link(path),
      items,
    });
  }
  const task = services.tasks.find(place, id, user);
  if (task === undefined) return failedWith([{ status: 404, message: `Task not found: ${id}` }]);
  switch (request.method) {
    case 'GET':
      return answered(isResult ? { ...taskJson(task), ...task.result } : taskJson(task));
    case 'DELETE':
      // Clients give up the result first, and then the task.
      if (isResult) services.tasks.change(task, task.state, errorOf(task));
      else services.tasks.close(task);
      return emptyAnswer;
    case 'PUT':
    case 'PATCH':
      return start(services, request, caller, task);
    default:
      return failedWith([operationNotSupported(place)]);
  }
}

/** `GET /mgmt/tm/task`: the commands that can be run in the background. */
export function handleTaskPlaces(services: Services): HttpResponse {
  const places = services.components
    .filter(({ actions }) => actions !== undefined)
    .map(({ id }) => `${taskBase}/${id.replaceAll(' ', '/')}`);
  const all = [...places, ...utilityNames.map((name) => `${taskBase}/util/${name}`)];
  return answered({
    kind: kindOf(['task'], 'collectionstate'),
    selfLink: link(taskBase),
    items: all.toSorted().map((place) => ({ reference: { link: link(place) } })),
  });
}

/** "/sys/config/17/result" → place, id and whether the result is asked for. */
function partsOf(rest: string): { place: string; id: string | undefined; isResult: boolean } {
  const match = /^(.*?)(?:\/(\d{1,17})(\/result)?)?$/.exec(rest);
  return {
    place: match?.[1] ?? rest,
    id: match?.[2],
    isResult: match?.[3] !== undefined,
  };
}

function open(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  place: string,
): HttpResponse {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const shown = checked(services, request, caller, place, body);
  if ('status' in shown) return shown;
  const task = services.tasks.open(place, caller.access.user, shown.body, body);
  if (task === undefined) return tooManyTasks(request);
  return answered(taskJson(task));
}

type Checked = HttpResponse | { readonly body: JsonObject };

/** May the caller, and can it be done; the body as it may be repeated. */
function checked(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  place: string,
  body: JsonObject,
): Checked {
  return isUtility(place)
    ? checkedUtility(services, request, caller, body)
    : checkedCommand(services, request, caller, place, body);
}

function checkedUtility(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  body: JsonObject,
): Checked {
  const decision = decideEndpoint(caller.access, 'administrator');
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  const checked = checkUtility(body);
  return checked.ok ? { body } : failedWith(checked.faults);
}

function checkedCommand(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  place: string,
  body: JsonObject,
): Checked {
  const checked = checkCommand(services, place, body);
  if (!checked.ok) return failedWith(checked.faults);
  const { component, action, parameters } = checked.value;
  const decision = decideCommand(caller.access, component, parameters['name']);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  return { body: withoutSecrets(body, action.parameters) };
}

function start(services: Services, request: HttpRequest, caller: Caller, task: Task): HttpResponse {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  if (body['_taskState'] !== 'VALIDATING') {
    return failedWith([malformedBody('_taskState VALIDATING is expected')]);
  }
  // Roles may have changed since it was made.
  const allowed = checked(services, request, caller, task.path, task.request);
  if ('status' in allowed && task.state === 'STARTED') return allowed;
  const started =
    task.state === 'STARTED' ? services.tasks.run(task, () => work(services, caller, task)) : task;
  return answered({ ...taskJson(started), message: 'Task will execute asynchronously.' }, 202);
}

function work(
  services: Services,
  caller: Caller,
  { path, request }: Task,
): Promise<Outcome<JsonObject>> {
  return isUtility(path)
    ? runUtility(services, caller, path, request)
    : executeCommand(services, caller, path, request);
}

function errorOf({ result }: Task): JsonObject {
  const { errorMessage } = result;
  return errorMessage === undefined ? {} : { errorMessage };
}

function taskJson(task: Task): JsonObject {
  return {
    kind: kindOf(['task', ...task.path.split('/').filter(Boolean)], 'state'),
    _taskId: task.id,
    _taskState: task.state,
    ...task.shown,
    ...errorOf(task),
    selfLink: link(`${taskBase}${task.path}/${task.id}`),
  };
}
