/** The configuration as a transaction would leave it: what its own commands and reads are to see. */
import type { Outcome } from '../../base/fault.ts';
import { isJsonObject } from '../../config/text/json.ts';
import type { ConfigView, Operation } from '../../config/types.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { isPublish, writeOf } from '../wire/operations.ts';
import { previewOperations, readView, visibleTo } from './commit.ts';
import type { QueuedCommand, Transaction } from './transactions.ts';

/** Each costs what all commands before it cost; more would hold up everybody. */
const maximumLooksAhead = 500;

export async function operationsOf(
  services: Services,
  caller: Caller,
  transaction: Transaction,
): Promise<Outcome<readonly Operation[]>> {
  return workedOut(services, caller, transaction, () => undefined);
}

/** `each` is told how many operations there are after each command that could be worked out. */
async function workedOut(
  services: Services,
  caller: Caller,
  transaction: Transaction,
  each: (operations: readonly Operation[]) => void,
): Promise<Outcome<readonly Operation[]>> {
  if (transaction.commands.length === 0) {
    const message = 'there is no command to commit in the transaction';
    return { ok: false, faults: [{ status: 400, message }] };
  }
  const operations: Operation[] = [];
  const touched = new Set<string>();
  let view = readView(services, caller);
  let looks = 0;
  for (const command of transaction.commands) {
    if (looksAhead(command, touched)) {
      looks += 1;
      if (looks > maximumLooksAhead) return tooManyLooks();
      view = await viewAfter(services, caller, operations);
      touched.clear();
    }
    const write = writeOf(command.method, command.target, command.body, {
      view,
      folder: '/Common',
      component: (id) => services.component(id),
      isTransaction: true,
      options: command.options,
    });
    if (!write.ok) return write;
    operations.push(...write.value.operations);
    each(operations);
    for (const { component, name } of write.value.operations) touched.add(`${component} ${name}`);
  }
  return { ok: true, value: operations };
}

function tooManyLooks(): Outcome<never> {
  const message = `more than ${maximumLooksAhead} changes to objects that the same transaction changed before; commit in between`;
  return { ok: false, faults: [{ status: 400, message }] };
}

/** Single values are set whatever was there; blocks, lists and PUTs are worked out from what is there. */
function looksAhead(
  { target, method, body }: QueuedCommand,
  touched: ReadonlySet<string>,
): boolean {
  const isCommand: boolean = isPublish(target, body);
  if (isCommand) return touched.size > 0;
  if (target.kind !== 'object' && target.kind !== 'item') return false;
  if (!touched.has(`${target.component.id} ${target.name}`)) return false;
  if (method === 'PUT') return true;
  return method === 'PATCH' && Object.values(body).some((value) => isJsonObject(value));
}

/** What cannot be committed so far (it may become so with what follows) shows what is in force. */
async function viewAfter(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
): Promise<ConfigView> {
  const preview = await previewOperations(services, caller, operations, []);
  if (!preview.ok || preview.commit === undefined) return readView(services, caller);
  return visibleTo(services, caller, preview.after);
}

/**
 * For reads inside of it: the configuration with what it has collected. With a command that cannot be carried out
 * among them: with those before it, as far as they can be committed.
 */
export async function transactionView(
  services: Services,
  caller: Caller,
  transaction: Transaction,
): Promise<ConfigView> {
  if (transaction.commands.length === 0) return readView(services, caller);
  let operations: readonly Operation[] = [];
  /** After each command, how many of them there are. */
  const ends = [0];
  await workedOut(services, caller, transaction, (so) => {
    operations = so;
    ends.push(so.length);
  });
  const whole = await previewOf(services, caller, operations);
  if (whole !== undefined) return whole;
  // By halving: each look costs what all commands before it cost.
  let view = readView(services, caller);
  let good = 0;
  let bad = ends.length - 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const found = await previewOf(services, caller, operations.slice(0, ends[middle]));
    if (found === undefined) bad = middle;
    else {
      good = middle;
      view = found;
    }
  }
  return view;
}

/** Undefined when they cannot be committed. */
async function previewOf(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
): Promise<ConfigView | undefined> {
  const preview = await previewOperations(services, caller, operations, []);
  if (!preview.ok) return undefined;
  return preview.commit === undefined
    ? readView(services, caller)
    : visibleTo(services, caller, preview.after);
}
