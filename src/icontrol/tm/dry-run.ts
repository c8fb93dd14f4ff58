/** `?dryRun=true`: what a change would do to the configuration and to the engines; it does neither. */
import type { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { PreviewOutcome } from '../../config/types.ts';
import { changesJson } from '../history/changes-json.ts';
import type { Services } from '../context.ts';

export function asksDryRun(query: string): boolean {
  return new URLSearchParams(query).get('dryRun') === 'true';
}

/** Refused rather than done: whoever asks for a dry run must be able to rely on it. */
export function noDryRun(what: string): Fault {
  const message = `${what} cannot be tried: dryRun is for changes of the configuration only`;
  return { status: 400, message };
}

export const dryRunOfQueued: Fault = {
  status: 400,
  message: 'dryRun belongs on the commit of the transaction, not on a command in it',
};

export async function dryRunJson(
  services: Services,
  outcome: Extract<PreviewOutcome, { readonly ok: true }>,
): Promise<JsonObject> {
  if (outcome.commit === undefined) return { kind: 'tm:dryrunstate', changes: [], engines: [] };
  const { changes } = outcome.commit;
  const before = services.store.view();
  const engines = await services.previews.run(before, outcome.after, changes);
  return {
    kind: 'tm:dryrunstate',
    changes: await changesJson(changes, services),
    engines: engines.map(({ engine, changes: lines }) => ({ engine, changes: lines })),
  };
}
