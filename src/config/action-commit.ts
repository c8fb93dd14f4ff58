/** How actions change the configuration: in the name of whoever asked, and not at all in a dry run. */
import { assert } from '../base/assert.ts';
import { type Sliced, finishAtOnce } from '../base/slices.ts';
import type { ActionRequest } from './runtime-state.ts';
import type { CommitOutcome, CommitSource, ConfigStore, Operation } from './types.ts';

/** `reason` is told before the one that the user gave. */
export function commitFor(
  store: ConfigStore,
  request: ActionRequest,
  operations: readonly Operation[],
  told: Told = {},
): CommitOutcome {
  const outcome = finishAtOnce(committingFor(store, request, operations, told));
  assert(outcome !== undefined, 'nobody else commits while nobody else has his turn');
  return outcome;
}

interface Told {
  readonly source?: CommitSource;
  readonly reason?: string;
}

/** The same in slices; undefined when somebody else committed meanwhile (see ConfigStore.committing). */
export function* committingFor(
  store: ConfigStore,
  request: ActionRequest,
  operations: readonly Operation[],
  { source, reason }: Told = {},
): Sliced<CommitOutcome | undefined> {
  const asked = request.origin ?? { user: request.user, source: 'rest' };
  const reasons = [reason, asked.reason].filter((text) => text !== undefined);
  const origin = {
    ...asked,
    ...(source !== undefined && { source }),
    ...(reasons.length > 0 && { reason: reasons.join(': ') }),
  };
  if (request.authorize === undefined && request.onPreview === undefined) {
    return yield* store.committing({ origin, operations });
  }
  const { sequence } = store.view();
  const preview = yield* store.previewing({ origin, operations });
  // What was looked at must be what is committed.
  if (store.view().sequence !== sequence) return undefined;
  if (preview.ok && preview.commit !== undefined) {
    const refused = request.authorize?.(preview.commit.changes);
    if (refused !== undefined) return { ok: false, faults: [refused] };
  }
  if (request.onPreview === undefined) return yield* store.committing({ origin, operations });
  request.onPreview(preview);
  return preview;
}
