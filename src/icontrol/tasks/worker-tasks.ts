/** Tasks of restjavad's workers, which have each their own place and words: listed, looked at, given up. */
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { host } from '../wire/paths.ts';
import { answered, emptyAnswer, workerFailure } from '../wire/reply.ts';
import type { Task } from './tasks.ts';

export interface Worker {
  /** Path of its tasks. */
  readonly base: string;
  /** Of a task, without its ending. */
  readonly kind: string;
  json(task: Task): JsonObject;
  /** POST: makes one. */
  open(services: Services, request: HttpRequest, caller: Caller): HttpResponse;
}

export function handleWorker(
  { base, kind, json, open }: Worker,
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  const id = path.slice(base.length + 1);
  const { user } = caller.access;
  if (id === '') {
    if (request.method === 'POST') return open(services, request, caller);
    const items = services.tasks.of(base, user).map(json);
    return answered({ items, kind: `${kind}collectionstate`, selfLink: `${host}${base}` });
  }
  const task = services.tasks.find(base, id, user);
  if (task === undefined) {
    return workerFailure(404, `Task not found: ${id}`, request.remoteAddress);
  }
  if (request.method !== 'DELETE') return answered(json(task));
  services.tasks.close(task);
  return emptyAnswer;
}

export function tooManyTasks(request: HttpRequest): HttpResponse {
  return workerFailure(503, 'Too many tasks are under way, try again.', request.remoteAddress);
}
