/** `/mgmt/tm/…`: reads, writes and commands on whatever the catalogue has. */
import type { JsonObject } from '../config/text/json.ts';
import type { Fault } from '../base/fault.ts';
import type { Component, Properties } from '../catalogue/types.ts';
import type {
  Change,
  CommitOrigin,
  CommitOutcome,
  ConfigView,
  Operation,
} from '../config/types.ts';
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './accounts.ts';
import { auditLine, describeOperations, outcomeText, refusedText } from './audit.ts';
import type { Services } from './context.ts';
import { malformedBody, operationNotSupported, uriNotRegistered } from './errors.ts';
import { withFileContents } from './file-sources.ts';
import { type Write, type WriteMethod, writeOf } from './operations.ts';
import { type Query, parseQuery } from './query.ts';
import { answered, emptyAnswer, failedWith, workerFailure } from './reply.ts';
import { read } from './read.ts';
import { accessDenied, decideCommand, decideEndpoint, decideRead, decideWrite } from './roles.ts';
import { checkCommand, executeCommand } from './run-command.ts';
import type { Target } from './route.ts';
import { redacted, sealSecrets } from './secrets.ts';
import { visibleView } from './visible.ts';
import { type QueuedCommand, commandJson, maximumCommands } from './transactions.ts';
/** A success answer waits so long for the engines to hold the commit. */
const appliedMilliseconds = 100;

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

/** The configuration as far as the caller sees it. */
export function readView(services: Services, caller: Caller): ConfigView {
  return visibleView(services.store.view(), caller.access, (id) => services.component(id));
}

function readFor(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  target: Target,
  query: Query,
): HttpResponse {
  const component = componentOf(target);
  const id = component?.id ?? (target.kind === 'organizing' ? target.path.join(' ') : '');
  const decision =
    component === undefined
      ? decideEndpoint(caller.access, 'reader')
      : decideRead(caller.access, id);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  return read(services, readView(services, caller), target, query);
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
  const body = parseBodyText(request.body);
  if (typeof body === 'string') {
    return refusedWrite(services, request, caller, [malformedBody(body)]);
  }
  if (method === 'POST' && typeof body['command'] === 'string') {
    return runCommand(services, request, caller, path, body);
  }
  const coordination = request.headers['x-f5-rest-coordination-id'];
  if (coordination !== undefined) {
    return queue(services, request, method, caller, coordination, target, body);
  }
  const write = writeOf(method, target, body, {
    view: readView(services, caller),
    folder: '/Common',
    component: (id) => services.component(id),
    isTransaction: false,
  });
  if (!write.ok) return refusedWrite(services, request, caller, write.faults);
  const refused = refusalOf(services, caller, write.value.operations);
  if (refused !== undefined) return failedWith([refused]);
  return commitWrite(services, caller, write.value, query);
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

/** Levels of arrays and objects in a body; the deepest of the catalogue's has six. */
const maximumNesting = 64;

/** The object, or why it is none. */
export function parseBodyText(text: string): JsonObject | string {
  if (text.trim() === '') return {};
  // Before anything recurses over it.
  if (isNestedDeeper(text, maximumNesting)) return `more than ${maximumNesting} levels`;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return 'an object is expected';
    }
    return value as JsonObject; // JSON.parse gives nothing else inside an object.
  } catch (error) {
    return error instanceof Error ? error.message : 'not JSON';
  }
}

function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted) {
      if (character === '\\') index += 1;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}

/** The fault of the first operation that the caller's role does not allow; it is in the audit log then. */
export function refusalOf(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
): Fault | undefined {
  const view = services.store.view();
  const facts = {
    component: (id: string) => services.component(id),
    stored: (id: string, name: string) => view.stored(id, name)?.properties,
  };
  for (const operation of operations) {
    const decision = decideWrite(caller.access, operation, facts);
    if (decision.allowed) continue;
    const fault = accessDenied(caller.access, operation, facts.component(operation.component));
    const what = describeOperations([operation], facts.component);
    const line = auditLine(caller, what, `${refusedText([fault])}; ${decision.reason}`);
    services.log.write('warning', line);
    return fault;
  }
  return undefined;
}

async function commitWrite(
  services: Services,
  caller: Caller,
  write: Write,
  query: Query,
): Promise<HttpResponse> {
  const outcome = await commitOperations(services, caller, write.operations, query.isDryRun);
  if (!outcome.ok) return failedWith(outcome.faults);
  if (query.isDryRun) return answered(diffJson(services, outcome));
  if (write.result === undefined) return emptyAnswer;
  return read(services, readView(services, caller), write.result, query);
}

/** Audited; a real commit has reached the engines, or had its time to, when this resolves. */
export async function commitOperations(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
  isDryRun: boolean,
): Promise<CommitOutcome> {
  const component = (id: string) => services.component(id);
  const filled = await withFileContents(operations, component, services);
  if (!filled.ok) return filled;
  const sealed = await sealSecrets(filled.value, component, services.passwords);
  const request = { origin: originOf(caller), operations: sealed };
  if (isDryRun) return services.store.preview(request);
  const outcome = services.store.commit(request);
  const what = describeOperations(operations, component);
  services.log.write('notice', auditLine(caller, what, outcomeText(outcome)));
  if (outcome.ok && outcome.commit !== undefined) {
    await services.applied.settled(outcome.commit.sequence, appliedMilliseconds);
  }
  return outcome;
}

function originOf(caller: Caller): CommitOrigin {
  return {
    user: caller.access.user,
    source: caller.isTmsh ? 'tmsh' : 'rest',
    address: caller.address,
  };
}

/** `?dryRun=true`: what would change, without secrets. */
export function diffJson(
  services: Services,
  outcome: Extract<CommitOutcome, { readonly ok: true }>,
): JsonObject {
  return {
    kind: 'tm:dryrunstate',
    changes: (outcome.commit?.changes ?? []).map((one) => changeJson(services, one)),
  };
}

function changeJson(services: Services, one: Change): JsonObject {
  const properties = services.component(one.component)?.properties ?? [];
  const shown = (object: Change['before']): Properties | null =>
    object === undefined ? null : redacted(properties, object.properties);
  return {
    component: one.component,
    name: one.name,
    before: shown(one.before),
    after: shown(one.after),
  };
}

async function runCommand(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
  body: JsonObject,
): Promise<HttpResponse> {
  const place = path.slice('/mgmt/tm'.length);
  const command = checkCommand(services, place, body);
  if (!command.ok) return failedWith(command.faults);
  const { component, parameters } = command.value;
  const decision = decideCommand(caller.access, component, parameters['name']);
  if (!decision.allowed) return forbidden(services, request, caller, decision.reason);
  const outcome = await executeCommand(services, caller, place, body);
  return outcome.ok ? answered(outcome.value) : failedWith(outcome.faults);
}

function queue(
  services: Services,
  request: HttpRequest,
  method: WriteMethod,
  caller: Caller,
  coordination: string,
  target: Target,
  body: JsonObject,
): HttpResponse {
  const transaction = services.transactions.find(coordination.trim(), caller.access.user);
  if (transaction === undefined) {
    return failedWith([{ status: 404, message: 'Missing transaction ID for this call.' }]);
  }
  if (transaction.commands.length >= maximumCommands) {
    const message = `A transaction holds at most ${maximumCommands} commands`;
    return failedWith([{ status: 400, message }]);
  }
  const command: QueuedCommand = {
    id: transaction.nextCommand,
    method,
    uri: request.target,
    target,
    body,
  };
  transaction.nextCommand += 1;
  transaction.commands.push(command);
  return answered(commandJson(transaction, command));
}
