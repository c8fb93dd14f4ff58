/** `/mgmt/tm/shared/sys/backup`: archives by restjavad's task worker, which is `sys ucs` in other words. */
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { malformedBody } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith, workerFailure } from '../wire/reply.ts';
import { executeCommand } from '../tm/run-command.ts';
import type { Task } from '../tasks/tasks.ts';
import { parseBodyText } from '../wire/body.ts';
import { type Worker, tooManyTasks } from '../tasks/worker-tasks.ts';

const backupBase = '/mgmt/tm/shared/sys/backup';

const actionPattern =
  /^(BACKUP|RESTORE)(_WITH_NO_LICENSE)?(_WITH_NO_PRIVATE_KEYS)?(_WITH_ENCRYPTION)?$/;

function open(services: Services, request: HttpRequest, caller: Caller): HttpResponse {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const { action, file } = body;
  const from = request.remoteAddress;
  const command = typeof action === 'string' ? commandOf(action, body) : undefined;
  if (command === undefined) {
    return workerFailure(400, `action "${String(action)}" is not supported`, from);
  }
  if (typeof file !== 'string' || file === '') return workerFailure(400, 'file is missing', from);
  const { passphrase: _secret, ...shown } = body;
  const task = services.tasks.open(backupBase, caller.access.user, shown, command);
  if (task === undefined) return tooManyTasks(request);
  services.tasks.run(task, () => executeCommand(services, caller, '/sys/ucs', task.request));
  return answered({ ...taskJson(task), status: 'CREATED' }, 202);
}

/** "BACKUP_WITH_NO_PRIVATE_KEYS" → save with that option. */
function commandOf(action: string, body: JsonObject): JsonObject | undefined {
  const match = actionPattern.exec(action);
  if (match === null) return undefined;
  const [, verb, noLicense, noKeys, encryption] = match;
  const { passphrase = '' } = body;
  return {
    command: verb === 'BACKUP' ? 'save' : 'load',
    name: body['file'] ?? '',
    options: [
      ...(noLicense === undefined ? [] : [{ 'no-license': true }]),
      ...(noKeys === undefined || verb !== 'BACKUP' ? [] : [{ 'no-private-key': true }]),
      ...(encryption === undefined ? [] : [{ passphrase }]),
    ],
  };
}

const statuses = {
  STARTED: 'CREATED',
  VALIDATING: 'STARTED',
  COMPLETED: 'FINISHED',
  FAILED: 'FAILED',
} as const;

function taskJson(task: Task): JsonObject {
  const { errorMessage } = task.result;
  return {
    ...task.shown,
    id: String(task.id),
    status: statuses[task.state],
    ...(errorMessage === undefined ? {} : { errorMessage }),
    userReference: { link: `${host}/mgmt/shared/authz/users/${task.user}` },
    generation: 1,
    kind: `${backupWorker.kind}itemstate`,
    selfLink: `${host}${backupBase}/${task.id}`,
  };
}

export const backupWorker: Worker = {
  base: backupBase,
  kind: 'tm:shared:sys:backup:ucsbackuptask',
  json: taskJson,
  open,
};
