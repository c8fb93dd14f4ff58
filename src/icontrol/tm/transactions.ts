/** `/mgmt/tm/transaction` (icontrol.md 2.7): collected requests, committed as one. */
import type { Fault } from '../../base/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { Expectation } from '../../config/types.ts';
import { host, link } from '../wire/paths.ts';
import type { Target } from '../wire/route.ts';
import type { WriteMethod } from '../wire/operations.ts';

export interface QueuedCommand {
  readonly id: number;
  readonly method: WriteMethod;
  /** Path and query. */
  readonly uri: string;
  readonly target: Target;
  readonly body: JsonObject;
  /** Its `?options=`. */
  readonly options: string | undefined;
  /** Its If-Match, which counts when the transaction is committed. */
  readonly expects: Expectation | undefined;
}

export interface Transaction {
  readonly id: number;
  readonly user: string;
  /** Asked for when it was opened: committing it is to change nothing. */
  readonly validateOnly: boolean;
  readonly commands: QueuedCommand[];
  nextCommand: number;
  /** Of all bodies that were ever put into it. */
  bytes: number;
  /** Monotonic milliseconds. */
  expires: number;
}

const idleSeconds = 120;
const maximumOpen = 100;
/** One user's leave room for others'. */
const maximumOpenOfUser = 50;
const maximumCommands = 5000;
/** Of the bodies in one transaction, and in all that are open: whoever may read may open some. */
const maximumBytes = 32 * 1024 * 1024;
const maximumBytesOfAll = 128 * 1024 * 1024;

export const missingTransaction: Fault = {
  status: 404,
  message: 'Missing transaction ID for this call.',
};

export interface Transactions {
  /** Undefined when too many are open. */
  open(user: string, validateOnly?: boolean): Transaction | undefined;
  /** Own ones only; looking at one keeps it alive. */
  find(id: string, user: string): Transaction | undefined;
  of(user: string): readonly Transaction[];
  /** At its end; `bytes` of body came with it. Why not, where there is no room. */
  add(
    transaction: Transaction,
    command: Omit<QueuedCommand, 'id'>,
    bytes: number,
  ): QueuedCommand | Fault;
  close(transaction: Transaction): void;
}

export function createTransactions(clock: Clock): Transactions {
  const held = new Map<string, Transaction>();
  let lastId = 0;
  const dropExpired = (): void => {
    const now = clock.monotonicMilliseconds();
    for (const [id, transaction] of held) if (transaction.expires <= now) held.delete(id);
  };
  const touch = (transaction: Transaction): Transaction => {
    transaction.expires = clock.monotonicMilliseconds() + idleSeconds * 1000;
    return transaction;
  };
  return {
    open(user, validateOnly = false) {
      dropExpired();
      const own = [...held.values()].filter((one) => one.user === user);
      if (held.size >= maximumOpen || own.length >= maximumOpenOfUser) return undefined;
      lastId = Math.max(clock.wallMilliseconds() * 1000, lastId + 1);
      const transaction = touch({
        id: lastId,
        user,
        validateOnly,
        commands: [],
        nextCommand: 1,
        bytes: 0,
        expires: 0,
      });
      held.set(String(lastId), transaction);
      return transaction;
    },
    find(id, user) {
      dropExpired();
      const transaction = held.get(id);
      return transaction?.user === user ? touch(transaction) : undefined;
    },
    of: (user) => [...held.values()].filter((transaction) => transaction.user === user),
    add(transaction, command, bytes) {
      if (transaction.commands.length >= maximumCommands) {
        return { status: 400, message: `A transaction holds at most ${maximumCommands} commands` };
      }
      if (transaction.bytes + bytes > maximumBytes) {
        return { status: 400, message: `A transaction holds at most ${maximumBytes} bytes` };
      }
      const all = [...held.values()].reduce((sum, one) => sum + one.bytes, 0);
      if (all + bytes > maximumBytesOfAll) {
        return { status: 503, message: 'Open transactions hold too much, try again.' };
      }
      const queued = { ...command, id: transaction.nextCommand };
      transaction.nextCommand += 1;
      transaction.bytes += bytes;
      transaction.commands.push(queued);
      return queued;
    },
    close: (transaction) => void held.delete(String(transaction.id)),
  };
}

export function transactionJson(
  transaction: Transaction,
  state: 'STARTED' | 'COMPLETED',
  validateOnly = transaction.validateOnly,
): JsonObject {
  return {
    transId: transaction.id,
    state,
    timeoutSeconds: idleSeconds,
    asyncExecution: false,
    validateOnly,
    executionTimeout: 300,
    executionTime: 0,
    failureReason: '',
    kind: 'tm:transactionstate',
    selfLink: link(`/mgmt/tm/transaction/${transaction.id}`),
  };
}

export function commandJson(transaction: Transaction, command: QueuedCommand): JsonObject {
  const evalOrder = transaction.commands.indexOf(command) + 1;
  return {
    method: command.method,
    uri: `${host}${command.uri}`,
    body: command.body,
    evalOrder,
    commandId: command.id,
    kind: 'tm:transaction:commandsstate',
    selfLink: link(`/mgmt/tm/transaction/${transaction.id}/commands/${command.id}`),
  };
}
