/** How actions change the configuration: in the name of whoever asked, and not at all in a dry run. */
import type { ActionRequest } from './runtime-state.ts';
import type { CommitOutcome, CommitSource, ConfigStore, Operation } from './types.ts';

/** `reason` is told before the one that the user gave. */
export function commitFor(
  store: ConfigStore,
  request: ActionRequest,
  operations: readonly Operation[],
  { source, reason }: { readonly source?: CommitSource; readonly reason?: string } = {},
): CommitOutcome {
  const asked = request.origin ?? { user: request.user, source: 'rest' };
  const reasons = [reason, asked.reason].filter((text) => text !== undefined);
  const origin = {
    ...asked,
    ...(source !== undefined && { source }),
    ...(reasons.length > 0 && { reason: reasons.join(': ') }),
  };
  if (request.authorize === undefined && request.onPreview === undefined) {
    return store.commit({ origin, operations });
  }
  const preview = store.preview({ origin, operations });
  if (preview.ok && preview.commit !== undefined) {
    const refused = request.authorize?.(preview.commit.changes);
    if (refused !== undefined) return { ok: false, faults: [refused] };
  }
  if (request.onPreview === undefined) return store.commit({ origin, operations });
  request.onPreview(preview);
  return preview;
}
