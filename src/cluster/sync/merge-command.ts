import { present } from '../../base/assert.ts';
import { type Fault, type Outcome, failed, succeeded } from '../../base/fault.ts';
import { type HybridTime, hybridTick, hybridZero } from '../../base/hybrid-clock.ts';
import { finishAtOnce, type Sliced } from '../../base/slices.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { committingFor } from '../../config/action-commit.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import { isSealedText } from '../../config/secrets/sealed-text.ts';
import type { Operation, SharedObject } from '../../config/types.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { keyOf } from './content.ts';
import type { SyncGroup, SyncOptions } from './context.ts';
import { type Choices, type Conflict, conflictPath, type Side } from './merge.ts';
import { type HeldContent, mergeMany, type MergedMany } from './merge-many.ts';
import type { PeerContent } from './peer-content.ts';
import type { Head } from './types.ts';
import { joinVersions } from './versions.ts';

/** `run cm config-sync merge GROUP`: what was changed apart comes together in one commit here, and is pushed. */

export interface MergeDone {
  readonly sentTo: readonly string[];
  readonly text: string;
}

interface Theirs extends HeldContent {
  readonly device: string;
}

/** Others that commit while the merge is written make it begin anew; after so many nobody else has his turn. */
const maximumOvertaken = 3;

/** Undefined: a dry run. Nothing is changed unless everything is resolved. */
export async function mergeGroup(
  options: SyncOptions,
  group: SyncGroup,
  request: ActionRequest,
  peerContent: PeerContent,
): Promise<Outcome<MergeDone | undefined>> {
  if (group.planned.config.kind === 'merging')
    return refuse(`${group.planned.label} merges by itself`);
  const peers = group.group.state().peers;
  const read = await contentsOfPeers(peers, group.planned.config.group, peerContent);
  if (!read.ok) return read;
  for (let overtaken = 0; overtaken < maximumOvertaken; overtaken += 1) {
    const done = await finishInSlices(merging(options, group, request, read.value));
    if (done !== undefined) return done;
  }
  return present(finishAtOnce(merging(options, group, request, read.value)), 'nobody else commits');
}

/** Undefined: somebody else committed meanwhile, and nothing was done. */
function* merging(
  { store, clock }: SyncOptions,
  { group, planned, objects }: SyncGroup,
  request: ActionRequest,
  theirs: readonly Theirs[],
): Sliced<Outcome<MergeDone | undefined> | undefined> {
  const choices = choicesOf(request.parameters);
  group.finishTaking();
  const { sequence } = store.view();
  const mine = objects();
  const { versions } = group.state().own;
  yield;
  const merged = mergeMany(
    { objects: mine, versions },
    theirs,
    (have) => group.contentAt(have),
    choices,
  );
  const faults = faultsOf(merged, choices);
  if (faults.length > 0) return failed(...faults);
  yield;
  const now = (): HybridTime =>
    hybridTick(store.history(1)[0]?.identity.time ?? hybridZero, clock.wallMilliseconds());
  const operations = operationsOf(mine, merged.objects, now());
  // What was compared is what is committed on.
  if (store.view().sequence !== sequence) return undefined;
  let commit: Head | undefined;
  const reason = `merge of ${planned.label}`;
  if (operations.length > 0 || request.onPreview !== undefined) {
    const done = yield* committingFor(store, request, operations, { reason });
    if (done === undefined) return undefined;
    if (!done.ok) return done;
    const identity = done.commit?.identity;
    commit = identity && { id: identity.id, device: identity.device, time: identity.time };
  }
  if (request.onPreview !== undefined) return succeeded(undefined);
  return succeeded(
    pushMerged({ group, planned, objects }, theirs, merged.isNothing, commit, operations.length),
  );
}

function pushMerged(
  { group, planned }: SyncGroup,
  theirs: readonly Theirs[],
  isNothing: boolean,
  commit: Head | undefined,
  changed: number,
): MergeDone {
  const { own, peers } = group.state();
  const known = theirs.every(({ device }) => peers[device]?.state?.hash === own.hash);
  // Between versions equal content may not be known to be equal yet.
  if (isNothing && known) {
    return { sentTo: [], text: `Nothing to merge in ${planned.label}.\n` };
  }
  const seen = joinVersions(...theirs.map((one) => one.versions));
  const { sentTo } = group.merged(commit, seen);
  const devices = theirs.map(({ device }) => device).join(', ');
  const count = changed === 1 ? '1 object' : `${changed} objects`;
  const text = `Merged ${planned.label} with ${devices}: ${count} changed here.\n`;
  return { sentTo, text };
}

async function contentsOfPeers(
  peers: Readonly<Record<string, { readonly isConnected: boolean }>>,
  group: string,
  peerContent: PeerContent,
): Promise<Outcome<readonly Theirs[]>> {
  const devices = Object.keys(peers).filter((device) => peers[device]?.isConnected === true);
  if (devices.length === 0) return refuse(`No member of ${group} can be reached.`);
  const contents: Theirs[] = [];
  for (const device of devices) {
    const content = await peerContent.content(device, group);
    if (!content.ok) return content;
    contents.push({ device, ...content.value });
  }
  return succeeded(contents);
}

function choicesOf(parameters: Properties): Choices {
  const entries = Array.isArray(parameters['resolve'])
    ? (parameters['resolve'] as readonly Properties[]) // Items, by the catalogue.
    : [];
  const sides = entries.map(({ name, take }) => [String(name), take as Side] as const); // Its values.
  const otherwise = parameters['prefer'] as Side | undefined; // Also of the catalogue.
  return { named: new Map(sides), otherwise };
}

function faultsOf({ steps }: MergedMany<Theirs>, choices: Choices): readonly Fault[] {
  const conflicts = steps.flatMap(({ theirs, merged, hasBase }) =>
    merged.conflicts.map((conflict) => conflictFault(theirs.device, conflict, hasBase)),
  );
  const unused = [...choices.named.keys()]
    .filter((name) => steps.every(({ merged }) => merged.unused.includes(name)))
    .map((name): Fault => ({ status: 400, message: `resolve: there is no "${name}"` }));
  const faults = [...conflicts, ...unused];
  if (faults.length === 0) return [];
  const count = faults.length === 1 ? '1 conflict has' : `${faults.length} conflicts have`;
  const message =
    `${count} to be resolved, with "prefer mine | theirs" or ` +
    '"resolve add { NAME { take mine | theirs | base } }"; nothing was changed.';
  return [{ status: 409, message }, ...faults];
}

function conflictFault(device: string, conflict: Conflict, hasBase: boolean): Fault {
  const { mine, theirs } = conflict;
  const path = conflictPath(conflict);
  const was = hasBase ? shown(conflict.base) : 'unknown (no longer in the history)';
  const message = `${path}: mine ${shown(mine)}, theirs (${device}) ${shown(theirs)}, base ${was}`;
  return { status: 409, message, path };
}

/** Longest text of a value in a conflict: a rule or a certificate is told by its begin. */
const shownCharacters = 400;

function shown(value: Value | undefined): string {
  if (value === undefined) return '(not there)';
  const text = JSON.stringify(value, (_key, one: unknown) =>
    isSealedText(one) ? '********' : one,
  );
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}

/** Installed, so that what is local stays; a change of this moment. */
function operationsOf(
  mine: readonly SharedObject[],
  merged: readonly SharedObject[],
  version: HybridTime,
): readonly Operation[] {
  const before = new Map(mine.map((object) => [keyOf(object), object]));
  const after = new Map(merged.map((object) => [keyOf(object), object]));
  const gone = mine.filter((object) => !after.has(keyOf(object)));
  const changed = merged.filter((object) => before.get(keyOf(object)) !== object);
  return [
    ...gone.map(({ component, name }): Operation => ({
      kind: 'install',
      component,
      name,
      object: undefined,
    })),
    ...changed.map((object): Operation => ({
      kind: 'install',
      component: object.component,
      name: object.name,
      object: { ...object, version },
    })),
  ];
}
