/** What commits and previews on behalf of a caller, and what of the configuration the caller sees. */
import type { Outcome } from '../../base/fault.ts';
import type {
  CommitOutcome,
  CommitRequest,
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
import { originOf } from '../wire/origin.ts';
import { decideEndpoint, isAdministrator } from '../access/roles.ts';
import { sealSecrets } from '../access/secrets.ts';
import { visibleView } from '../access/visible.ts';

/** A success answer waits so long for the engines to hold the commit. */
const appliedMilliseconds = 100;

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
  return request.ok ? services.store.preview(request.value) : request;
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
  const outcome = services.store.commit(request.value);
  const what = describeOperations(operations, component);
  services.log.write('notice', auditLine(caller, what, outcomeText(outcome)));
  if (outcome.ok && outcome.commit !== undefined) {
    await services.applied.settledOrDeferred(outcome.commit.sequence, appliedMilliseconds);
  }
  return outcome;
}
