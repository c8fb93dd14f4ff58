/** From operations to a checked next configuration, or all the faults. Pure. */
import type { Fault, Outcome } from '../../base/fault.ts';
import { failed, succeeded } from '../../base/fault.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { Change, CommitCheck, ConfigView, Operation, SlicedCommitCheck } from '../types.ts';
import { complete } from './complete.ts';
import { Draft } from './draft.ts';
import { operating } from './operate.ts';
import { validateChecks, validateParents, validateStructure } from './validate.ts';
import type { TreeView } from './view.ts';

export interface Planned {
  readonly changes: readonly Change[];
  readonly after: TreeView;
}

/** `time` and `generation` stamp the objects that change. */
/** A room's check that knows already who asks. */
export type ExtraCheck = (
  changes: readonly Change[],
  after: ConfigView,
) => ReturnType<CommitCheck | SlicedCommitCheck>;

export function plan(
  before: TreeView,
  operations: readonly Operation[],
  time: HybridTime,
  extraChecks: readonly ExtraCheck[],
): Outcome<Planned> {
  return finishAtOnce(planning(before, operations, time, extraChecks));
}

/** The same, which lets go wherever the work grows with the configuration. */
export function* planning(
  before: TreeView,
  operations: readonly Operation[],
  time: HybridTime,
  extraChecks: readonly ExtraCheck[],
): Sliced<Outcome<Planned>> {
  const draft = new Draft(before.tree, before.secrets);
  const faults: Fault[] = [];
  for (const operation of operations) {
    faults.push(...(yield* operating(draft, operation)));
    yield;
  }
  if (faults.length > 0) return failed(...faults);
  yield* complete(draft, before.deviceName);
  const sequence = before.sequence + 1;
  // Stock objects have generation 1; what a commit changes has more.
  const changes = yield* draft.changing(time, sequence + 1);
  yield;
  const tree = yield* before.tree.withSliced(changes);
  yield;
  const circles = validateParents(changes, tree);
  if (circles.length > 0) return failed(...circles);
  const after = before.next(tree, sequence, changes);
  yield;
  const found = [
    ...(yield* validateStructure(changes, tree)),
    ...(yield* validateChecks(changes, before, after)),
    ...(yield* checkedBy(extraChecks, changes, after)),
  ];
  return found.length > 0 ? failed(...found) : succeeded({ changes, after });
}

function* checkedBy(
  checks: readonly ExtraCheck[],
  changes: readonly Change[],
  after: ConfigView,
): Sliced<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const check of checks) {
    yield;
    const found = check(changes, after);
    faults.push(...('next' in found ? yield* found : found));
  }
  return faults;
}
