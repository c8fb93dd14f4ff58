/** Changes on their way: tried, made, or made together as one transaction. */
import { changesText, enginesText } from '../../../src/config/text/changes-text.ts';
import type { Json } from '../../../src/config/text/json.ts';
import { type Answer, RestError, call } from '../api/rest.ts';
import type { Change } from './words.ts';

/** What a change would do, line by line. */
export interface Preview {
  /** Lines that go start with "-", those that come with "+". */
  readonly diff: string;
  readonly engines: string;
}

/** Rejects with what is wrong with the change. */
export async function preview(changes: readonly Change[]): Promise<Preview> {
  const only = changes.length === 1 ? changes[0] : undefined;
  if (only !== undefined) {
    const { json } = await call(`${only.path}?dryRun=true`, requestOf(only));
    return previewOf(json);
  }
  return inTransaction(changes, async (path) => {
    const body = { state: 'VALIDATING' };
    const { json } = await call(`${path}?dryRun=true`, { method: 'PATCH', body });
    await call(path, { method: 'DELETE' });
    return previewOf(json);
  });
}

/** All of them or none. */
export async function commit(changes: readonly Change[], reason: string): Promise<Answer> {
  const only = changes.length === 1 ? changes[0] : undefined;
  if (only !== undefined) return call(only.path, { ...requestOf(only), reason });
  return inTransaction(changes, (path) =>
    call(path, { method: 'PATCH', body: { state: 'VALIDATING' }, reason }),
  );
}

/** Some of many were made, then one slice was not. */
export class SlicesError extends Error {
  override readonly name = 'SlicesError';
  readonly done: number;
  constructor(done: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.done = done;
  }
}

/** More than one transaction is good for: slice by slice, each of all or none. Rejects with SlicesError. */
export async function commitInSlices(
  changes: readonly Change[],
  reason: string,
  size: number,
  onDone: (count: number) => void,
): Promise<void> {
  for (let start = 0; start < changes.length; start += size) {
    try {
      await commit(changes.slice(start, start + size), reason);
    } catch (error) {
      throw new SlicesError(start, error);
    }
    onDone(Math.min(changes.length, start + size));
  }
}

function requestOf({ method, body, ifMatch }: Change) {
  return {
    method,
    ...(method !== 'DELETE' && { body }),
    ...(ifMatch !== undefined && { ifMatch }),
  };
}

async function inTransaction<T>(
  changes: readonly Change[],
  finish: (path: string) => Promise<T>,
): Promise<T> {
  const opened = await call('/mgmt/tm/transaction', { method: 'POST', body: {} });
  const id = String(opened.json['transId']);
  const path = `/mgmt/tm/transaction/${id}`;
  try {
    for (const change of changes) {
      await call(change.path, { ...requestOf(change), transaction: id });
    }
    return await finish(path);
  } catch (error) {
    // One that failed at its end is over already; one that did not get there is not.
    await call(path, { method: 'DELETE' }).catch(() => undefined);
    throw error;
  }
}

function previewOf(json: Readonly<Record<string, Json>>): Preview {
  return {
    diff: changesText(listOf(json['changes'])),
    engines: enginesText(listOf(json['engines'])),
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The object is not any more what the form was made from. */
export function isConflict(error: unknown): boolean {
  return error instanceof RestError && error.status === 412;
}
