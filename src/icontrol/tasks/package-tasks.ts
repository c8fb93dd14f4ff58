/**
 * `/mgmt/shared/iapp/package-management-tasks`: iControl LX packages. Clients ask which are installed
 * before anything else; there are none, and none can be installed, which the task says as BIG-IP would.
 */
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { malformedBody } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import type { Task } from './tasks.ts';
import { parseBodyText } from '../wire/body.ts';
import { type Worker, tooManyTasks } from './worker-tasks.ts';

const packageTasks = '/mgmt/shared/iapp/package-management-tasks';

function open(services: Services, request: HttpRequest, caller: Caller): HttpResponse {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const { operation } = body;
  if (operation !== 'QUERY' && operation !== 'INSTALL' && operation !== 'UNINSTALL') {
    const message = 'operation has to be QUERY, INSTALL or UNINSTALL';
    return workerFailure(400, message, request.remoteAddress);
  }
  const task = services.tasks.open(packageTasks, caller.access.user, body);
  if (task === undefined) return tooManyTasks(request);
  const isQuery = operation === 'QUERY';
  services.tasks.change(
    task,
    isQuery ? 'COMPLETED' : 'FAILED',
    isQuery
      ? { queryResponse: [] }
      : { errorMessage: 'iControl LX packages are not supported on this device' },
  );
  return answered({ ...taskJson(task), status: 'CREATED' }, 202);
}

function taskJson(task: Task): JsonObject {
  return {
    id: String(task.id),
    ...task.shown,
    status: task.state === 'COMPLETED' ? 'FINISHED' : task.state,
    ...task.result,
    kind: `${packageWorker.kind}state`,
    selfLink: `${host}${packageTasks}/${task.id}`,
  };
}

export const packageWorker: Worker = {
  base: packageTasks,
  kind: 'shared:iapp:package-management-tasks:iapppackagemanagementtask',
  json: taskJson,
  open,
};
