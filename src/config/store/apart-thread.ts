/**
 * The thread that writes one large commit: on a connection of its own, as one transaction, durable before
 * it says so. Then it brings the log into the database file, which takes as long again.
 */
import { openDatabase, type OpenedDatabase } from '../../platform/sqlite.ts';
import { serveThread } from '../../platform/thread.ts';
import type { Change } from '../types.ts';
import { apartPhase, ApartState } from './apart-phase.ts';
import type { ApartMessage, ApartOrder } from './apart-writing.ts';
import { insertCommit, insertState, prune, rowOf, writeObject } from './journal-rows.ts';

class ApartTransaction {
  readonly #database: OpenedDatabase;
  readonly #order: ApartOrder;
  readonly #texts: string[] = [];
  #bytes = 0;

  constructor(order: ApartOrder) {
    this.#order = order;
    this.#database = openDatabase(order.path, order.maximumBytes);
    this.#database.begin();
  }

  add(texts: readonly string[], areStock: readonly boolean[]): void {
    for (const [index, text] of texts.entries()) {
      this.#texts.push(text);
      this.#bytes += Buffer.byteLength(text);
      // Made of a Change in apart-writing.ts.
      const change = JSON.parse(text) as Change;
      writeObject(this.#database, rowOf(change, areStock[index] === true));
    }
  }

  commit(): void {
    const { commit, state, extent, bounds } = this.#order;
    insertCommit(this.#database, commit, `[${this.#texts.join(',')}]`);
    for (const [key, value] of state) insertState(this.#database, key, value);
    prune(this.#database, extent, bounds, commit.sequence, this.#bytes + this.#texts.length + 1);
    this.#database.commit();
  }

  checkpoint(): void {
    this.#database.checkpoint();
  }

  close(): void {
    this.#database.close();
  }
}

let transaction: ApartTransaction | undefined;

serveThread((message, port) => {
  const state = new ApartState(port.shared);
  const end = (isWritten: boolean, reason: string): true => {
    state.end(isWritten, reason);
    port.tellDone();
    return true;
  };
  const undo = (): true => {
    transaction?.close();
    return end(false, '');
  };
  try {
    // Posted by apart-writing.ts.
    const given = message as ApartMessage;
    if (given.type === 'abandon' || state.phase() === apartPhase.abandoned) return undo();
    if (given.type === 'open') {
      if (!state.go(apartPhase.waiting, apartPhase.writing)) return undo();
      transaction = new ApartTransaction(given.order);
      return false;
    }
    if (given.type === 'changes') {
      transaction?.add(given.texts, given.areStock);
      return false;
    }
    if (!state.go(apartPhase.writing, apartPhase.committing)) return undo();
    transaction?.commit();
    end(true, '');
    transaction?.checkpoint();
    transaction?.close();
    return true;
  } catch (error) {
    if (state.isOver()) return true;
    transaction?.close();
    return end(false, error instanceof Error ? error.message : String(error));
  }
});
