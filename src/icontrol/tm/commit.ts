/** What commits and previews on behalf of a caller, and what of the configuration the caller sees. */
import type { Outcome } from '../../base/fault.ts';
import type {
  CommitOutcome,
  CommitRequest,
  ConfigStore,
  ConfigView,
  Expectation,
  Operation,
  PreviewOutcome,
} from '../../config/types.ts';
import type { Caller } from '../access/accounts.ts';
import { auditLine, describeOperations, outcomeText } from '../access/audit.ts';
import type { Services } from '../context.ts';
import { fileFolders } from '../files/device-files.ts';
import { uploadFolders, withFileContents } from '../files/file-sources.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { originOf } from '../wire/origin.ts';
import { decideEndpoint, isAdministrator } from '../access/roles.ts';
import { sealSecrets } from '../access/secrets.ts';
import { visibleView } from '../access/visible.ts';

/** A success answer waits so long for the engines to hold the commit. */
const appliedMilliseconds = 100;

/** From so many operations on, what is asked takes so long that others have their turn in between. */
const largeOperations = 100;
/** As many entries of lists cost as much. */
const longLists = 2000;
/** Others who commit in between make it begin anew; after these it is done at once, and holds them up. */
const slicedAttempts = 3;

/** The configuration as far as the caller sees it. */
export function readView(services: Services, caller: Caller): ConfigView {
  return visibleTo(services, caller, services.store.view());
}

export function visibleTo(services: Services, caller: Caller, view: ConfigView): ConfigView {
  return visibleView(view, caller.access, (id) => services.component(id));
}

async function commitRequest(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
  expects: readonly Expectation[],
): Promise<Outcome<CommitRequest>> {
  const component = (id: string) => services.component(id);
  const folders = decideEndpoint(caller.access, 'device').allowed ? fileFolders : uploadFolders;
  const filled = await withFileContents(operations, component, services, folders);
  if (!filled.ok) return filled;
  const isAdmin = isAdministrator(caller.access);
  const wrong = await services.passwordMemory.faults(filled.value, isAdmin);
  if (wrong.length > 0) return { ok: false, faults: wrong };
  const sealed = await sealSecrets(filled.value, component, services.passwords);
  return { ok: true, value: { origin: originOf(caller), operations: sealed, expects } };
}

/** The same checks as `commitOperations`, and no effect. */
export async function previewOperations(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
  expects: readonly Expectation[],
): Promise<PreviewOutcome> {
  const request = await commitRequest(services, caller, operations, expects);
  if (!request.ok) return request;
  if (!isLarge(operations)) return services.store.preview(request.value);
  return previewLarge(services.store, request.value);
}

function isLarge(operations: readonly Operation[]): boolean {
  const entries = operations.reduce((sum, operation) => sum + entriesIn(operation), 0);
  return operations.length >= largeOperations || entries >= longLists;
}

function entriesIn(operation: Operation): number {
  if (!('properties' in operation) || operation.properties === undefined) return 0;
  const lists = Object.values(operation.properties).filter((value) => Array.isArray(value));
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** Of one and the same configuration from the first check to the last. */
async function previewLarge(store: ConfigStore, request: CommitRequest): Promise<PreviewOutcome> {
  for (let attempt = 0; attempt < slicedAttempts; attempt += 1) {
    const { sequence } = store.view();
    const outcome = await finishInSlices(store.previewing(request));
    if (store.view().sequence === sequence) return outcome;
  }
  return store.preview(request);
}

/** Control answers others, and its peers, while a large one is checked and written. */
async function commitLarge(store: ConfigStore, request: CommitRequest): Promise<CommitOutcome> {
  for (let attempt = 0; attempt < slicedAttempts; attempt += 1) {
    const outcome = await finishInSlices(store.committing(request));
    if (outcome !== undefined) return outcome;
  }
  return store.commit(request);
}

/** Audited; a real commit has reached the engines, or had its time to, when this resolves. */
export async function commitOperations(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
  expects: readonly Expectation[],
): Promise<CommitOutcome> {
  const component = (id: string) => services.component(id);
  const request = await commitRequest(services, caller, operations, expects);
  if (!request.ok) return request;
  const outcome = isLarge(operations)
    ? await commitLarge(services.store, request.value)
    : services.store.commit(request.value);
  const what = describeOperations(operations, component);
  services.log.write('notice', auditLine(caller, what, outcomeText(outcome)));
  if (outcome.ok && outcome.commit !== undefined) {
    await services.applied.settledOrDeferred(outcome.commit.sequence, appliedMilliseconds);
  }
  return outcome;
}
