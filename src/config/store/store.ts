/**
 * The configuration database: checks operations, writes the commit durably, then tells whoever
 * listens. Synchronous and single-threaded: a view is never seen half changed.
 */
import type { Fault } from '../../base/fault.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import {
  type HybridTime,
  compareHybrid,
  hybridStart,
  hybridTick,
} from '../../base/hybrid-clock.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Random, systemRandom } from '../../platform/random.ts';
import { openDatabase } from '../../platform/sqlite.ts';
import { largeIndexes } from '../model/checks/ltm.ts';
import { changedSince } from '../model/faults.ts';
import { planning } from '../model/plan.ts';
import { Tree, stockObjects, stockOf } from '../model/tree.ts';
import { sameValue } from '../model/values.ts';
import { TreeView } from '../model/view.ts';
import type {
  Change,
  Commit,
  CommitCheck,
  CommitIdentity,
  CommitListener,
  CommitOutcome,
  CommitRequest,
  ConfigSecrets,
  ConfigStore,
  ConfigView,
  JournalExtent,
  KeptApart,
  Operation,
  PreviewOutcome,
  SlicedCommitCheck,
} from '../types.ts';
import { resealedView } from '../secrets/reseal-view.ts';
import { type Journal, openJournal } from './journal.ts';
import type { JournalBounds } from './journal-rows.ts';
import { masterKeyPath } from './sealing.ts';
import { openSecrets, type StoreSecrets } from './secrets.ts';

export interface StoreOptions {
  /** The SQLite file; its folder is made. */
  readonly path: string;
  /** Name of this device's `cm device`, without folder; one that it was given later (`mv`) wins. */
  readonly deviceName: string;
  readonly clock: Clock;
  /** Makes the master key at first start. Default: the system's. */
  readonly random?: Random;
  /** The file never grows beyond this. Default 4 GiB. */
  readonly maximumBytes?: number;
  /** How much history is kept; see `journalBounds`. */
  readonly history?: JournalBounds;
}

/** State: the name that this device was given after its first start. */
const nameKey = 'device.name';
const warmingAttempts = 5;
const defaultMaximumBytes = 4 * 1024 ** 3;

export function createConfigStore(options: StoreOptions): ConfigStore {
  const { path, maximumBytes = defaultMaximumBytes, history: bounds } = options;
  const database = openDatabase(path, maximumBytes);
  const journal = openJournal(database, { path, maximumBytes, bounds });
  const secrets = openSecrets(database, masterKeyPath(path), options.random ?? systemRandom);
  return new JournalledStore(journal, secrets, options);
}

type PlannedCommit =
  | { readonly ok: true; readonly commit: Commit; readonly after: TreeView }
  | { readonly ok: true; readonly commit: undefined }
  | { readonly ok: false; readonly faults: readonly Fault[] };

type Check = CommitCheck | SlicedCommitCheck;

/** A commit that is checked and may be on its way to disk. */
interface Pending {
  readonly commit: Commit;
  readonly after: TreeView;
}

class JournalledStore implements ConfigStore {
  readonly secrets: ConfigSecrets;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #checks: Check[] = [];
  readonly #listeners = new Set<CommitListener>();
  /** Commits whose listeners are still to be told: a listener may commit itself. */
  readonly #untold: (() => void)[] = [];
  #isTelling = false;
  #pending: Pending | undefined;
  #view: TreeView;
  #head: string;
  #time: HybridTime;

  constructor(journal: Journal, secrets: StoreSecrets, options: StoreOptions) {
    this.#journal = journal;
    this.secrets = secrets;
    this.#clock = options.clock;
    const head = journal.head();
    this.#head = head.id;
    this.#time = hybridStart(head.time, (options.random ?? systemRandom).fraction());
    const name = journal.readState(nameKey) ?? options.deviceName;
    this.#view = new TreeView(loadTree(journal), head.sequence, name, secrets.box());
    secrets.onAdopted(() => {
      this.#settle();
      journal.forgetNewest();
      this.#view = resealedView(this.#view, secrets.box());
    });
  }

  view(): TreeView {
    return this.#view;
  }

  commit(request: CommitRequest): CommitOutcome {
    if (this.#isKnown(request)) return { ok: true, commit: undefined };
    this.#settle();
    const outcome = finishAtOnce(this.#planning(request));
    if (!outcome.ok || outcome.commit === undefined) return outcome;
    try {
      this.#journal.append(outcome.commit, isStock, stateOf(request));
    } catch (error) {
      return { ok: false, faults: [notDurable(error)] };
    }
    this.#adopt(outcome.commit, outcome.after);
    return { ok: true, commit: outcome.commit };
  }

  *committing(request: CommitRequest): Sliced<CommitOutcome | undefined> {
    if (this.#isKnown(request)) return { ok: true, commit: undefined };
    const seen = this.#view;
    this.#settle();
    if (this.#view !== seen) return undefined;
    const outcome = yield* this.#planning(request);
    if (this.#view !== seen) return undefined;
    if (!outcome.ok || outcome.commit === undefined) return outcome;
    const { commit, after } = outcome;
    if (request.prepare !== undefined) yield* request.prepare(commit.changes);
    this.#settle();
    if (this.#view !== seen) return undefined;
    const pending: Pending = { commit, after };
    this.#pending = pending;
    try {
      const isWritten = yield* this.#journal.appending(commit, isStock, stateOf(request));
      if (!isWritten) return undefined;
      if (this.#pending === pending) this.#adopt(commit, after);
      return { ok: true, commit };
    } catch (error) {
      return { ok: false, faults: [notDurable(error)] };
    } finally {
      if (this.#pending === pending) this.#pending = undefined;
    }
  }

  preview(request: CommitRequest): PreviewOutcome {
    return finishAtOnce(this.previewing(request));
  }

  *previewing(request: CommitRequest): Sliced<PreviewOutcome> {
    return yield* this.#planning(request);
  }

  *warming(): Sliced<void> {
    for (const index of largeIndexes) {
      for (let attempt = 0; attempt < warmingAttempts; attempt += 1) {
        const view = this.#view;
        yield* view.indexing(index);
        // Who wrote meanwhile has a view without it; most of it is known already the next time.
        if (view === this.#view) break;
      }
    }
  }

  addCheck(check: Check): void {
    this.#checks.push(check);
  }

  onCommit(listener: CommitListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  history(limit: number, before = Number.MAX_SAFE_INTEGER): readonly Commit[] {
    return this.#journal.history(limit, before);
  }

  journal(): JournalExtent {
    return this.#journal.extent();
  }

  apart(): readonly KeptApart[] {
    return this.#journal.apart();
  }

  readState(key: string): string | undefined {
    return this.#journal.readState(key);
  }

  writeState(key: string, value: string): void {
    this.#journal.writeState(key, value);
  }

  close(): void {
    this.#journal.close();
  }

  #isKnown({ identity }: CommitRequest): boolean {
    return identity !== undefined && this.#journal.hasCommit(identity.id);
  }

  /** A large commit on its way to disk gives way to whoever comes; if it is there already, it counts first. */
  #settle(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#journal.settle();
    this.#pending = undefined;
    if (this.#journal.extent().newest < pending.commit.sequence) return;
    this.#adopt(pending.commit, pending.after);
  }

  #adopt(commit: Commit, after: TreeView): void {
    const before = this.#view;
    this.#pending = undefined;
    this.#view = after;
    this.#head = commit.identity.id;
    if (compareHybrid(commit.identity.time, this.#time) > 0) this.#time = commit.identity.time;
    this.#tell(commit, before, after);
  }

  *#planning(request: CommitRequest): Sliced<PlannedCommit> {
    const stale = (request.expects ?? []).flatMap((expected) =>
      changedSince(expected, this.#view.stored(expected.component, expected.name)),
    );
    if (stale.length > 0) return { ok: false, faults: stale };
    const identity = request.identity ?? this.#nextIdentity(request.operations);
    const before = this.#view;
    const checks = this.#checks.map(
      (check) =>
        (changes: readonly Change[], after: ConfigView): ReturnType<Check> =>
          check(changes, after, request.origin),
    );
    const planned = yield* planning(before, request.operations, identity.time, checks);
    if (!planned.ok) return planned;
    const { changes } = planned.value;
    const after =
      request.deviceName === undefined
        ? planned.value.after
        : renamed(planned.value.after, request.deviceName);
    // A commit from a peer is kept even when it changes nothing here: it is history we now share.
    if (changes.length === 0 && request.identity === undefined) {
      return { ok: true, commit: undefined };
    }
    const commit = { sequence: after.sequence, identity, origin: request.origin, changes };
    return { ok: true, commit, after };
  }

  #nextIdentity(operations: readonly Operation[]): CommitIdentity {
    // Objects of another device may be of a clock that is ahead: what replaces them here must be later.
    const latest = operations.reduce(laterVersion, this.#time);
    const time = hybridTick(latest, this.#clock.wallMilliseconds());
    return {
      id: `${time.wall}.${time.counter}@${this.#view.deviceName}`,
      device: this.#view.deviceName,
      time,
      parent: this.#head,
    };
  }

  #tell(commit: Commit, before: TreeView, after: TreeView): void {
    this.#untold.push(() => {
      for (const listener of this.#listeners) {
        try {
          listener(commit, before, after);
        } catch (error) {
          // The commit is durable and stays; a listener that throws is a bug to be seen.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    });
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) next();
    } finally {
      this.#isTelling = false;
    }
  }
}

function laterVersion(time: HybridTime, operation: Operation): HybridTime {
  const version = operation.kind === 'install' ? operation.object?.version : undefined;
  return version !== undefined && compareHybrid(version, time) > 0 ? version : time;
}

/** Everything derived from the former name is derived anew. */
function renamed(view: TreeView, deviceName: string): TreeView {
  return new TreeView(view.tree, view.sequence, deviceName, view.secrets);
}

/** Written in the transaction of the commit. */
function stateOf({ deviceName }: CommitRequest): ReadonlyMap<string, string> {
  return new Map(deviceName === undefined ? [] : [[nameKey, deviceName]]);
}

/** What was written counts for more than what is there from the start. */
function loadTree(journal: Journal): Tree {
  return Tree.of([...stockObjects, ...journal.objects()]);
}

/** Back to what it is without any configuration: no row needed. */
function isStock(change: Change): boolean {
  const stock = stockOf(change.component, change.name);
  return stock !== undefined && sameValue(stock.properties, change.after?.properties);
}

function notDurable(error: unknown): Fault {
  const why = error instanceof Error ? error.message : String(error);
  const cure = /full/i.test(why) ? '; free some space and try again' : '';
  return {
    status: 503,
    apiError: 3,
    message: `The configuration could not be saved, and was not changed: ${why}${cure}.`,
  };
}
