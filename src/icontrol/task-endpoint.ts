/** `/mgmt/tm/task/COMPONENT[/ID[/result]]`: any command of the catalogue, run in the background. */
import type { JsonObject } from '../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import type { Services } from './context.ts';
import { malformedBody, operationNotSupported, uriNotRegistered } from './errors.ts';
import { kindOf, link } from './paths.ts';
import { answered, emptyAnswer, failedWith, workerFailure } from './reply.ts';
import { checkCommand, executeCommand } from './run-command.ts';
import type { Task } from './tasks.ts';
import { decideCommand } from './roles.ts';
import { forbidden, parseBodyText } from './tm.ts';

export const taskBase = '/mgmt/tm/task';

export async function handleTask(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const { place, id, isResult } = partsOf(path.slice(taskBase.length));
  const target = services.router.route(`/mgmt/tm${place}`);
  if (target === undefined) {
    return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
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
      services.tasks.close(task);
      return emptyAnswer;
    case 'PUT':
    case 'PATCH':
      return start(services, request, caller, task);
    default:
      return failedWith([operationNotSupported(place)]);
  }
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
  const checked = checkCommand(services, place, body);
  if (!checked.ok) return failedWith(checked.faults);
  const { component, parameters } = checked.value;
  const decision = decideCommand(caller.access, component, parameters['name']);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  const task = services.tasks.open(place, caller.access.user, body);
  if (task !== undefined) return answered(taskJson(task));
  return workerFailure(503, 'Too many tasks are under way, try again.', request.remoteAddress);
}

function start(services: Services, request: HttpRequest, caller: Caller, task: Task): HttpResponse {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  if (body['_taskState'] !== 'VALIDATING') {
    return failedWith([malformedBody('_taskState VALIDATING is expected')]);
  }
  if (task.state === 'STARTED') {
    task.state = 'VALIDATING';
    void work(services, caller, task);
  }
  return answered({ ...taskJson(task), message: 'Task will execute asynchronously.' }, 202);
}

async function work(services: Services, caller: Caller, task: Task): Promise<void> {
  try {
    const outcome = await executeCommand(services, caller, task.path, task.body);
    if (outcome.ok) {
      task.result = outcome.value;
      task.state = 'COMPLETED';
      return;
    }
    task.result = { errorMessage: outcome.faults[0]?.message ?? 'failed' };
  } catch (error) {
    services.log.write('err', `task ${task.path} failed`, { error: String(error) });
    task.result = { errorMessage: 'internal error' };
  }
  task.state = 'FAILED';
}

function taskJson(task: Task): JsonObject {
  const { password: _secret, ...body } = task.body;
  const { errorMessage } = task.result;
  return {
    kind: kindOf(['task', ...task.path.split('/').filter(Boolean)], 'state'),
    _taskId: task.id,
    _taskState: task.state,
    ...body,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    selfLink: link(`${taskBase}${task.path}/${task.id}`),
  };
}
