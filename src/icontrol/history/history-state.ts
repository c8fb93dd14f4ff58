/** `sys commit` and `sys database`: what `show` prints of the history, and `run sys commit diff | rollback`. */
import type { Outcome } from '../../base/fault.ts';
import type { Component, ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { committingFor } from '../../config/action-commit.ts';
import {
  type ActionRequest,
  type StateRegistry,
  type Statistics,
  refuse,
} from '../../config/runtime-state.ts';
import { rollbackOf } from '../../config/load/rollback.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import type { Change, Commit, CommitOutcome, ObjectKey } from '../../config/types.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { changesJson } from './changes-json.ts';
import { changesText } from '../../config/text/changes-text.ts';
import {
  type HistoryOptions,
  type Moment,
  type PeerChanges,
  changesBetween,
  changesToPeer,
  isSame,
  momentOf,
  oneCommit,
} from './history.ts';

export interface HistoryStateOptions extends HistoryOptions {
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  component(id: ComponentId): Component | undefined;
  readonly peerChanges?: PeerChanges | undefined;
}

/** Commits that `show sys commit` prints. */
const shownCommits = 50;
/** Objects that are named for each. */
const shownObjects = 3;
/** Of one commit; `diff of N` has the rest. */
const shownObjectsOfOne = 50;
/** A success answer waits so long for the engines to hold the commit. */
const appliedMilliseconds = 2000;
/** Of a rollback that others' commits cross. */
const maximumAttempts = 5;

export function provideHistory(options: HistoryStateOptions): void {
  const { state, store } = options;
  state.provideStatistics('sys commit', undefined, (name) => {
    if (name === '') {
      const commits = store.history(shownCommits).toReversed();
      return Object.fromEntries(commits.map((one) => [String(one.sequence), commitRow(one)]));
    }
    const found = oneCommit(options, /^\d{1,15}$/.test(name) ? Number(name) : -1);
    return found.ok ? commitRow(found.value, shownObjectsOfOne) : undefined;
  });
  state.provideStatistics('sys database', undefined, () => databaseState(options));
  state.provideAction('sys commit', 'run', (request) =>
    request.parameters['action'] === 'rollback'
      ? rollBack(options, request)
      : compare(options, request.parameters),
  );
}

/** The list names the first objects of each commit; one commit has more of its own. */
function commitRow(
  { sequence, identity, origin, changes }: Commit,
  limit: number = shownObjects,
): Statistics {
  const named = changes.slice(0, limit).map(nameOfChange).join(', ');
  const more = changes.length - limit;
  return {
    number: sequence,
    time: new Date(identity.time.wall).toISOString(),
    user: origin.user,
    source: origin.source,
    address: origin.address ?? '-',
    reason: origin.reason ?? '-',
    device: identity.device,
    id: identity.id,
    changes: changes.length,
    objects: more > 0 ? `${named} and ${more} more` : named,
  };
}

function nameOfChange({ component, name, before, after }: Change): string {
  const verb = before === undefined ? 'create' : after === undefined ? 'delete' : 'modify';
  return `${verb} ${component} ${name}`.trim();
}

function databaseState({ store }: HistoryStateOptions): Statistics {
  const { oldest, newest, commits, bytes } = store.journal();
  const apart = store.apart().map(
    ({ component, name, properties, why }, index) =>
      [
        String(index),
        {
          object: `${component} ${name}`.trim(),
          properties: properties?.join(' ') ?? 'all',
          why,
        },
      ] as const,
  );
  return {
    sequence: store.view().sequence,
    commitsKept: commits,
    oldestCommit: oldest,
    newestCommit: newest,
    historyBytes: bytes,
    keptApart: apart.length,
    ...(apart.length > 0 && { apart: Object.fromEntries(apart) }),
  };
}

type Answer = Outcome<Readonly<Record<string, Value>>>;

async function compare(options: HistoryStateOptions, parameters: Properties): Promise<Answer> {
  const object = objectOf(options, parameters['object']);
  if (!object.ok) return object;
  const { peer } = parameters;
  const found =
    peer === undefined
      ? await changesOf(options, parameters)
      : await changesToPeer(options, String(peer));
  if (!found.ok) return found;
  const only = object.value;
  const wanted = found.value.filter((change) => only === undefined || isSame(change, only));
  const changes = await changesJson(wanted, options);
  const commandResult = changes.length === 0 ? 'No difference.\n' : changesText(changes);
  return { ok: true, value: { commandResult } };
}

async function changesOf(
  options: HistoryStateOptions,
  parameters: Properties,
): Promise<Outcome<readonly Change[]>> {
  const moments = momentsOf(parameters);
  return moments.ok ? changesBetween(options, ...moments.value) : moments;
}

function momentsOf({ of, from, to }: Properties): Outcome<readonly [Moment, Moment]> {
  if (of !== undefined) {
    const one = momentOf(String(of));
    if (!one.ok) return one;
    const { value } = one;
    if (value === 'running' || value === 0)
      return refuse('diff: "of" wants the number of a commit');
    return { ok: true, value: [value - 1, value] };
  }
  if (from === undefined) return refuse('diff: one of "of", "from" and "peer" must be given');
  const first = momentOf(String(from));
  if (!first.ok) return first;
  const last = momentOf(String(to ?? 'running'));
  return last.ok ? { ok: true, value: [first.value, last.value] } : last;
}

/** "ltm pool /Common/web", "sys dns". */
export function objectOf(
  { component }: Pick<HistoryStateOptions, 'component'>,
  given: Value | undefined,
): Outcome<ObjectKey | undefined> {
  if (given === undefined) return { ok: true, value: undefined };
  const words = String(given).trim().split(/\s+/);
  for (let count = words.length; count > 0; count -= 1) {
    const id = words.slice(0, count).join(' ');
    const name = words.slice(count).join(' ');
    if (component(id) !== undefined) return { ok: true, value: { component: id, name } };
  }
  return refuse(`"${String(given)}" is no object: give component and name, "ltm pool /Common/web"`);
}

interface RolledBack {
  readonly outcome: CommitOutcome;
  readonly kept: ReturnType<typeof rollbackOf>['kept'];
}

/** What is to be undone is read again when others commit while it is checked and written. */
async function undo(
  options: HistoryStateOptions,
  request: ActionRequest,
  moment: Moment,
  only: ObjectKey | undefined,
): Promise<Outcome<RolledBack>> {
  const what = only === undefined ? '' : ` of ${only.component} ${only.name}`.trimEnd();
  const told = { reason: `rollback${what} to ${String(request.parameters['to'])}` };
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    const since = await changesBetween(options, moment, 'running');
    if (!since.ok) return since;
    const wanted = since.value.filter((change) => only === undefined || isSame(change, only));
    const { operations, kept } = rollbackOf(wanted);
    const work = committingFor(options.store, request, operations, told);
    const outcome = await finishInSlices(work);
    if (outcome !== undefined) return { ok: true, value: { outcome, kept } };
  }
  return refuse('others change the configuration, try again', 503);
}

async function rollBack(options: HistoryStateOptions, request: ActionRequest): Promise<Answer> {
  const { to } = request.parameters;
  if (to === undefined) return refuse('rollback: "to" must be given, the number of a commit');
  const moment = momentOf(String(to));
  if (!moment.ok) return moment;
  const object = objectOf(options, request.parameters['object']);
  if (!object.ok) return object;
  const done = await undo(options, request, moment.value, object.value);
  if (!done.ok) return done;
  const { outcome, kept } = done.value;
  if (!outcome.ok) return outcome;
  const { commit } = outcome;
  const left = kept
    .map(({ component, name, property }) => [component, name, property].filter(Boolean).join(' '))
    .map((what) => `Left as it is: ${what}\n`)
    .join('');
  if (commit === undefined) {
    return {
      ok: true,
      value: { commandResult: `Nothing to undo since commit ${String(to)}.\n${left}` },
    };
  }
  const count = commit.changes.length;
  const objects = count === 1 ? '1 object' : `${count} objects`;
  if (request.onPreview !== undefined) {
    const commandResult = `A rollback to commit ${String(to)} would change ${objects}.\n${left}`;
    return { ok: true, value: { commandResult } };
  }
  await options.applied.settledOrDeferred(commit.sequence, appliedMilliseconds);
  const commandResult = `Rolled back to commit ${String(to)} by commit ${commit.sequence}: ${objects}.\n${left}`;
  return { ok: true, value: { commandResult, commit: commit.sequence } };
}
