import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { Sliced } from '../../base/slices.ts';
import type { Commit, SharedObject } from '../../config/types.ts';
import type { IqueryBodies, Lane } from '../../iquery/types.ts';
import type { Deletion } from './content.ts';
import type { BatchHead, LoadHead, MemberState, Unheld } from './types.ts';
import type { Versions } from './versions.ts';

/** What one group's machine works on: its content, and its way to the other members. */

export interface GroupStore {
  /** Hash of the group's content now, or what it was named. */
  hash(): string;
  /** Hash of the content as our own program writes it. */
  unnamedHash(): string;
  /** What the content is called from now on, until it changes. */
  nameContent(hash: string): void;
  /** The journal no longer tells what others lack: they get everything. */
  clearCache(own: MemberState): void;
  /** What a holder of `have` lacks of `mine`, oldest first; undefined: only a full load can tell. */
  commitsFor(have: Versions, mine: Versions): readonly Commit[] | undefined;
  objects(): readonly SharedObject[];
  /** Objects that were deleted here, as far back as the journal explains the content. */
  deletions(): readonly Deletion[];
  /** Applies those that `own` does not include; "" or why not. */
  takeCommits(commits: readonly Commit[], own: Versions, batch: BatchHead): string;
  /**
   * The same in slices; `taken` is told of each commit before somebody else can write. Undefined: somebody else
   * wrote meanwhile, and no more was done.
   */
  takingCommits(
    commits: readonly Commit[],
    own: Versions,
    batch: BatchHead,
    taken: (commit: Commit) => void,
  ): Sliced<string | undefined>;
  /**
   * Makes the content equal to `objects` (merge: adds and renews only); "" or why not. Undefined: somebody else
   * wrote meanwhile, and nothing was done.
   */
  takingObjects(
    content: LoadContent,
    load: LoadHead,
    from: string,
    /** Our versions, where the sender has a history in common with us. */
    common: Versions | undefined,
  ): Sliced<string | undefined>;
  /**
   * Our content as it was when it held no more than `have`; undefined: the history does not reach back so
   * far.
   */
  contentAt(have: Versions, mine: Versions): readonly SharedObject[] | undefined;
  /** What `mine` claims of `theirs` and is not there. */
  unheld(mine: Versions, theirs: Versions): Unheld;
  /** `own` survives a restart from here on. */
  save(own: MemberState): void;
}

export interface LoadContent {
  readonly objects: readonly SharedObject[];
  readonly deletions: readonly Deletion[];
}

export interface GroupLink {
  send<K extends keyof IqueryBodies>(
    device: string,
    lane: Lane,
    kind: K,
    body: IqueryBodies[K],
  ): void;
  log(level: 'notice' | 'warning' | 'err', text: string): void;
  /** An object as `device` can read it: with its secrets sealed or plain. */
  outgoing<T extends SharedObject>(device: string, object: T): T;
  /** The same as it is kept here. */
  incoming<T extends SharedObject>(object: T): T;
  /** Orders a push among the group's events. */
  now(): HybridTime;
  /** A batch of so many changes is long work. */
  readonly longBatch: number;
  /** Carries long work to its end, with turns for others where it yields. */
  drive(work: Sliced<void>): void;
}
