/** `/mgmt/tm/…`: reads, writes and commands on whatever the catalogue has. */
import type { JsonObject } from '../../config/text/json.ts';
import type { Fault } from '../../base/fault.ts';
import type { Component } from '../../catalogue/types.ts';
import type { Commit, Expectation, Operation } from '../../config/types.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import { auditLine, refusedText } from '../access/audit.ts';
import { parseBodyText } from '../wire/body.ts';
import { commitOperations, previewOperations, readView } from './commit.ts';
import type { Services } from '../context.ts';
import { malformedBody, operationNotSupported, uriNotRegistered } from '../wire/errors.ts';
import { dryRunJson, dryRunOfQueued } from './dry-run.ts';
import { expectationOf, generationTag } from '../wire/origin.ts';
import { type Write, type WriteMethod, isPublish, writeOf } from '../wire/operations.ts';
import { type Query, parseQuery } from '../wire/query.ts';
import { answered, emptyAnswer, failedWith, workerFailure } from '../wire/reply.ts';
import { read } from './read.ts';
import { deleteRecords, type Records, recordsOf, showRecords } from './records.ts';
import { refusalOf } from '../access/refusals.ts';
import { decideCommand, decideEndpoint, decideRead } from '../access/roles.ts';
import { checkCommand, commandedAt, executeCommand, tryCommand } from './run-command.ts';
import type { Target } from '../wire/route.ts';
import { storedHeader, storedOnly } from '../wire/stored-only.ts';
import { transactionView } from './transaction-view.ts';
import { commandJson, missingTransaction } from './transactions.ts';

export async function handleTm(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
  queryText: string,
): Promise<HttpResponse> {
  const target = services.router.route(path);
  if (target === undefined) {
    const { message } = uriNotRegistered(path);
    return workerFailure(404, message, request.remoteAddress);
  }
  const query = parseQuery(queryText);
  if (!query.ok) return failedWith(query.faults);
  switch (request.method) {
    case 'GET':
      return readFor(services, request, caller, target, query.value);
    case 'POST':
    case 'PATCH':
    case 'PUT':
    case 'DELETE':
      return change(services, request, request.method, caller, path, target, query.value);
    default:
      return failedWith([operationNotSupported(path)]);
  }
}

/**
 * BIG-IP's answer where a role has no access to a whole resource (icontrol.md 2.2): 401. Attempts to change
 * something are in the audit log; what only was read is not.
 */
export function forbidden(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  reason: string,
): HttpResponse {
  const [whole = ''] = request.target.split('?');
  const path = whole.replace(/\/{2,}/g, '/').replace(/\/+$/, '');
  if (request.method !== 'GET') {
    const what = `${request.method} ${path}`;
    services.log.write('warning', auditLine(caller, what, `Authorization failed: ${reason}`));
  }
  const from = request.remoteAddress;
  const message =
    `Authorization failed: user=https://localhost/mgmt/shared/authz/users/${caller.access.user} ` +
    `resource=${path} verb=${request.method} uri:http://localhost:8100${path} ` +
    `referrer:${from} sender:${from}`;
  return workerFailure(401, message, from);
}

async function readFor(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  target: Target,
  query: Query,
): Promise<HttpResponse> {
  const component = componentOf(target);
  const decision =
    component === undefined
      ? decideEndpoint(caller.access, 'reader')
      : decideRead(caller.access, component);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  const records = recordsOf(services, target);
  if (records !== undefined) return showRecords(records, query);
  const coordination = request.headers['x-f5-rest-coordination-id'];
  if (coordination === undefined) {
    return tagged(services, target, read(services, readView(services, caller), target, query));
  }
  const transaction = services.transactions.find(coordination.trim(), caller.access.user);
  if (transaction === undefined) return failedWith([missingTransaction]);
  return read(services, await transactionView(services, caller, transaction), target, query);
}

function componentOf(target: Target): Component | undefined {
  if (target.kind === 'organizing') return undefined;
  return target.kind === 'stats' ? target.of.component : target.component;
}

async function change(
  services: Services,
  request: HttpRequest,
  method: WriteMethod,
  caller: Caller,
  path: string,
  target: Target,
  query: Query,
): Promise<HttpResponse> {
  const records = method === 'DELETE' ? recordsOf(services, target) : undefined;
  if (records !== undefined) return removeRecords(services, request, caller, records, query);
  const parsed = parseBodyText(request.body);
  if (typeof parsed === 'string') {
    return refusedWrite(services, request, caller, [malformedBody(parsed)]);
  }
  const body = method === 'POST' ? asCommand(target, parsed) : parsed;
  const coordination = request.headers['x-f5-rest-coordination-id'];
  const isCommand = method === 'POST' && typeof body['command'] === 'string';
  if (isCommand && (coordination === undefined || !isPublish(target, body))) {
    if (coordination !== undefined) return failedWith([commandInTransaction(body['command'])]);
    return runCommand(services, request, caller, path, body, query);
  }
  if (method === 'DELETE' && isCommandToDelete(target) && coordination === undefined) {
    const collection = path.slice(0, path.lastIndexOf('/'));
    return runCommand(services, request, caller, collection, { command: 'delete' }, query);
  }
  if (coordination !== undefined) {
    if (query.isDryRun) return failedWith([dryRunOfQueued]);
    return queue(services, request, method, caller, coordination, target, body, query.options);
  }
  const write = writeOf(method, target, body, {
    view: readView(services, caller),
    folder: '/Common',
    component: (id) => services.component(id),
    isTransaction: false,
    options: query.options,
  });
  if (!write.ok) return refusedWrite(services, request, caller, write.faults);
  const refused = refusalOf(services, caller, write.value.operations);
  if (refused !== undefined) return failedWith([refused]);
  const expects = expectationOf(request.headers['if-match'], target);
  return commitWrite(services, caller, write.value, expects, query);
}

async function removeRecords(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  { book, component }: Records,
  query: Query,
): Promise<HttpResponse> {
  const decision = decideCommand(caller.access, component, undefined);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  // What would be deleted.
  if (query.isDryRun) return showRecords({ book, component }, query);
  const answer = await deleteRecords(book, query);
  const what = `DELETE ${component.id} ${query.options ?? ''}`.trimEnd();
  services.log.write('notice', auditLine(caller, what, answer.status === 200 ? 'done' : 'refused'));
  return answer;
}

/** A POST that makes an object of these kinds is the command that makes it (sys crypto key). */
function asCommand(target: Target, body: JsonObject): JsonObject {
  return target.kind === 'collection' &&
    target.component.shows !== undefined &&
    body['command'] === undefined
    ? { ...body, command: 'create' }
    : body;
}

/** Deleting it is more than a change of the configuration (cm trust-domain Root: this device leaves it). */
function isCommandToDelete(target: Target): boolean {
  if (target.kind !== 'object') return false;
  const { actions = [], stock = [] } = target.component;
  const isStock = stock.some(({ name }) => name === target.name);
  return isStock && actions.some(({ command }) => command === 'delete');
}

/** Not understood, so that it never was an operation; whoever tries is in the audit log all the same. */
function refusedWrite(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  faults: readonly Fault[],
): HttpResponse {
  const [path = ''] = request.target.split('?');
  const line = auditLine(caller, `${request.method} ${path}`, refusedText(faults));
  services.log.write('notice', line);
  return failedWith(faults);
}

async function commitWrite(
  services: Services,
  caller: Caller,
  write: Write,
  expected: Expectation | undefined,
  query: Query,
): Promise<HttpResponse> {
  const expects = expected === undefined ? [] : [expected];
  const { operations, result } = write;
  if (query.isDryRun) {
    const preview = await previewOperations(services, caller, operations, expects);
    return preview.ok ? answered(await dryRunJson(services, preview)) : failedWith(preview.faults);
  }
  const outcome = await commitOperations(services, caller, operations, expects);
  if (!outcome.ok) return failedWith(outcome.faults);
  if (result === undefined) return emptyAnswer;
  const shown = asCommitted(result, outcome.commit);
  const answer = read(services, readView(services, caller), shown, query);
  return tagged(services, shown, withStored(services, operations, outcome.commit, answer));
}

/** Says which of what was set is only kept: in a header, so that bodies stay BIG-IP's. */
function withStored(
  services: Services,
  operations: readonly Operation[],
  commit: Commit | undefined,
  response: HttpResponse,
): HttpResponse {
  const changes = commit?.changes ?? [];
  const names = storedOnly(operations, changes, (id) => services.component(id));
  if (names.length === 0) return response;
  return { ...response, headers: { ...response.headers, [storedHeader]: names.join(', ') } };
}

/** A name may have been made canonical on the way: a wide IP's is in lower case. */
function asCommitted(result: Target, commit: Commit | undefined): Target {
  if (result.kind !== 'object' || commit === undefined) return result;
  const { id } = result.component;
  const made = commit.changes.find((one) => one.component === id && one.before === undefined);
  return made === undefined ? result : { ...result, name: made.name };
}

/** The generation as ETag, for If-Match of a later change. */
function tagged(services: Services, target: Target, response: HttpResponse): HttpResponse {
  if (target.kind !== 'object' && target.kind !== 'item') return response;
  const stored = services.store.view().stored(target.component.id, target.name);
  if (stored === undefined || response.status !== 200) return response;
  const etag = generationTag(stored.generation);
  return { ...response, headers: { ...response.headers, etag } };
}

async function runCommand(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
  body: JsonObject,
  { isDryRun }: Query,
): Promise<HttpResponse> {
  const place = path.slice('/mgmt/tm'.length);
  const command = checkCommand(services, place, body);
  if (!command.ok) {
    // Whoever may not have it done at all is told that first.
    const component = commandedAt(services, place, body);
    const name = typeof body['name'] === 'string' ? body['name'] : undefined;
    const decision = component && decideCommand(caller.access, component, name);
    if (decision?.allowed === false) {
      return forbidden(services, request, caller, decision.reason);
    }
    return failedWith(command.faults);
  }
  const { component, parameters } = command.value;
  const decision = decideCommand(caller.access, component, parameters['name']);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  const outcome = isDryRun
    ? await tryCommand(services, caller, place, body)
    : await executeCommand(services, caller, place, body);
  return outcome.ok ? answered(outcome.value) : failedWith(outcome.faults);
}

/** What a transaction cannot take back cannot be part of one. */
function commandInTransaction(command: JsonObject[string] | undefined): Fault {
  const message = `command "${String(command)}" cannot be part of a transaction`;
  return { status: 400, apiError: 26214401, message };
}

function queue(
  services: Services,
  request: HttpRequest,
  method: WriteMethod,
  caller: Caller,
  coordination: string,
  target: Target,
  body: JsonObject,
  options: string | undefined,
): HttpResponse {
  const transaction = services.transactions.find(coordination.trim(), caller.access.user);
  if (transaction === undefined) return failedWith([missingTransaction]);
  const expects = expectationOf(request.headers['if-match'], target);
  const command = { method, uri: request.target, target, body, options, expects };
  const queued = services.transactions.add(transaction, command, request.bytes.length);
  return 'status' in queued ? failedWith([queued]) : answered(commandJson(transaction, queued));
}
