/** `/mgmt/tm/transaction[/ID[/commands[/N]]]` (icontrol.md 2.7). */
import type { Fault } from '../../base/fault.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { asksDryRun, dryRunJson } from './dry-run.ts';
import { malformedBody, operationNotSupported } from '../wire/errors.ts';
import { link } from '../wire/paths.ts';
import { answered, emptyAnswer, failedWith } from '../wire/reply.ts';
import { refusalOf } from '../access/refusals.ts';
import { parseBodyText } from '../wire/body.ts';
import { commitOperations, previewOperations } from './commit.ts';
import { operationsOf } from './transaction-view.ts';
import {
  type Transaction,
  commandJson,
  missingTransaction,
  transactionJson,
} from './transactions.ts';

export const transactionBase = '/mgmt/tm/transaction';
const base = transactionBase;

export async function handleTransaction(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): Promise<HttpResponse> {
  const [id, part, number] = path.slice(base.length).split('/').filter(Boolean);
  if (id === undefined) return handleCollection(services, request, caller);
  const transaction = services.transactions.find(id, caller.access.user);
  if (transaction === undefined) return failedWith([missingTransaction]);
  if (part === 'commands') return handleCommands(request, transaction, number);
  switch (request.method) {
    case 'GET':
      return answered(transactionJson(transaction, 'STARTED'));
    case 'DELETE':
      services.transactions.close(transaction);
      return emptyAnswer;
    case 'PATCH':
    case 'PUT':
      return finish(services, request, caller, transaction);
    default:
      return failedWith([operationNotSupported('/transaction')]);
  }
}

function handleCollection(services: Services, request: HttpRequest, caller: Caller): HttpResponse {
  if (request.method === 'GET') {
    return answered({
      kind: 'tm:transactioncollectionstate',
      selfLink: link(base),
      items: services.transactions
        .of(caller.access.user)
        .map((transaction) => transactionJson(transaction, 'STARTED')),
    });
  }
  if (request.method !== 'POST') return failedWith([operationNotSupported('/transaction')]);
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  const transaction = services.transactions.open(caller.access.user, body['validateOnly'] === true);
  return transaction === undefined
    ? failedWith([{ status: 503, message: 'Too many open transactions, try again.' }])
    : answered(transactionJson(transaction, 'STARTED'));
}

function handleCommands(
  request: HttpRequest,
  transaction: Transaction,
  number: string | undefined,
): HttpResponse {
  const path = `${base}/${transaction.id}/commands`;
  if (number === undefined) {
    if (request.method !== 'GET') return failedWith([operationNotSupported('/transaction')]);
    return answered({
      kind: 'tm:transaction:commandscollectionstate',
      selfLink: link(path),
      items: transaction.commands.map((command) => commandJson(transaction, command)),
    });
  }
  const index = transaction.commands.findIndex((command) => String(command.id) === number);
  const command = transaction.commands[index];
  if (command === undefined) {
    const message = `Found invalid command id ${number}/`;
    return failedWith([{ status: 400, apiError: 1, message }]);
  }
  switch (request.method) {
    case 'GET':
      return answered(commandJson(transaction, command));
    case 'DELETE':
      transaction.commands.splice(index, 1);
      return emptyAnswer;
    case 'PATCH': {
      const body = parseBodyText(request.body);
      const order = typeof body === 'string' ? undefined : body['evalOrder'];
      if (typeof order !== 'number') return failedWith([malformedBody('evalOrder is expected')]);
      transaction.commands.splice(index, 1);
      transaction.commands.splice(Math.max(0, order - 1), 0, command);
      return answered(commandJson(transaction, command));
    }
    default:
      return failedWith([operationNotSupported('/transaction')]);
  }
}

/** `{"state": "VALIDATING"}` commits; with `validateOnly` nothing changes. */
async function finish(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  transaction: Transaction,
): Promise<HttpResponse> {
  const body = parseBodyText(request.body);
  if (typeof body === 'string') return failedWith([malformedBody(body)]);
  if (body['state'] !== 'VALIDATING') {
    return failedWith([malformedBody('state VALIDATING is expected')]);
  }
  const isDryRun = asksDryRun(request.target.split('?')[1] ?? '');
  const validateOnly = (body['validateOnly'] ?? transaction.validateOnly) === true;
  const isTrial = isDryRun || validateOnly;
  // It is over now, however it ends: asked for twice at the same time, it is committed once.
  if (!isTrial) services.transactions.close(transaction);
  const fail = (faults: readonly Fault[]): HttpResponse => {
    // As on BIG-IP, one that failed is over. A dry run leaves it as it is.
    if (!isDryRun) services.transactions.close(transaction);
    return failedWith(faults, 'transaction failed:');
  };
  const operations = await operationsOf(services, caller, transaction);
  if (!operations.ok) return fail(operations.faults);
  const refused = refusalOf(services, caller, operations.value);
  if (refused !== undefined) return fail([refused]);
  const expects = transaction.commands.flatMap((command) => command.expects ?? []);
  if (isTrial) {
    const preview = await previewOperations(services, caller, operations.value, expects);
    if (!preview.ok) return fail(preview.faults);
    const shown = await dryRunJson(services, preview);
    return answered(
      isDryRun ? shown : { ...shown, ...transactionJson(transaction, 'COMPLETED', true) },
    );
  }
  const outcome = await commitOperations(services, caller, operations.value, expects);
  return outcome.ok ? answered(transactionJson(transaction, 'COMPLETED')) : fail(outcome.faults);
}
