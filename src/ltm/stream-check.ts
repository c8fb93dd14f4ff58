/** A stream profile whose texts cannot be read is not taken: it would do nothing, or something else. Pure. */
import type { Fault } from '../base/fault.ts';
import type { CommitCheck } from '../config/types.ts';
import { planStream } from './plan-stream.ts';

export const streamCheck: CommitCheck = (changes, after) =>
  changes.flatMap((change) => {
    if (change.component !== 'ltm profile stream' || change.after === undefined) return [];
    const read = planStream(after.get(change.component, change.name));
    if (read.ok) return [];
    const message = `Configuration error: Stream profile ${read.reason}`;
    const path = `ltm profile stream ${change.name} target`;
    return [{ status: 400, apiError: 3, code: '01070734', message, path } satisfies Fault];
  });
