import type { Outcome } from '../../base/fault.ts';
import { succeeded } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import { type CommandOptions, orders, type SyncOrder, type WaitFor } from './command-options.ts';
import type { SyncGroup } from './context.ts';
import { mergeGroup } from './merge-command.ts';
import { previewSync } from './preview.ts';
import type { SyncState } from './types.ts';
import { relationOf } from './versions.ts';
import { watchText } from './watch.ts';

/** `run cm config-sync …` and `run cm watch-devicegroup-device`. */

/** A command answers when every member has, or after so long; what is slower goes on by itself. */
const commandMilliseconds = 10_000;
/** Members of a group made just now have not told yet what they hold. */
const gatherMilliseconds = 3_000;

type Result = Outcome<Readonly<Record<string, Value>>>;
export function registerCommands(options: CommandOptions): void {
  const { state, groups } = options;
  state.provideAction('cm config-sync', 'run', (request) => configSync(options, request));
  state.provideAction('cm watch-devicegroup-device', 'run', () =>
    Promise.resolve(succeeded({ commandResult: watchText(options, groups()) })),
  );
}

async function configSync(options: CommandOptions, request: ActionRequest): Promise<Result> {
  const { store, groups, waitFor, log } = options;
  const wanted = orderOf(request.parameters);
  if (!wanted.ok) return wanted;
  const { order, name, isForced } = wanted.value;
  const found = groups().find(({ planned }) => planned.scope === name);
  if (found === undefined) {
    if (store.view().get('cm device-group', name) === undefined) {
      const text = `Configuration error: Device group (${name}) not found in device group sync`;
      return refuse(text, 400, '01070734');
    }
    return refuse(`The local device is not a member of the selected device group (${name})`);
  }
  const { group } = found;
  await waitFor(() => haveAllTold(group.state()), gatherMilliseconds);
  if (request.onPreview !== undefined && order !== 'merge') {
    return previewSync(options, found, order, request.onPreview);
  }
  if (request.onPreview === undefined) {
    const force = isForced ? ' force-full-load-push' : '';
    log.write('notice', `${request.user} ran config-sync ${order} ${found.planned.label}${force}`);
  }
  switch (order) {
    case 'to-group':
      return push(found, isForced, waitFor);
    case 'from-group':
      return pull(found, isForced, waitFor);
    case 'recover-sync':
      return push(found, true, waitFor);
    case 'merge':
      return merge(options, found, request);
  }
}

function haveAllTold({ peers }: SyncState): boolean {
  return Object.values(peers).every((peer) => peer.state !== undefined);
}

interface Wanted {
  readonly order: SyncOrder;
  readonly name: string;
  readonly isForced: boolean;
}

function orderOf(parameters: Properties): Outcome<Wanted> {
  const given = orders.filter((order) => typeof parameters[order] === 'string');
  const [order, more] = given;
  if (order === undefined) {
    return refuse('one or more properties must be specified: to-group or from-group');
  }
  if (more !== undefined) return refuse(`config-sync: ${order} and ${more} exclude each other`);
  const isForced = parameters['force-full-load-push'] !== undefined;
  if (isForced && order === 'merge') {
    return refuse('config-sync: merge overwrites nothing; force-full-load-push is not for it');
  }
  return succeeded({ order, name: String(parameters[order]), isForced });
}

async function push(found: SyncGroup, isForced: boolean, waitFor: WaitFor): Promise<Result> {
  const { refused, sentTo } = found.group.push(isForced);
  if (refused !== undefined) return refuse(refused);
  return (await delivered(found, sentTo, waitFor)) ?? succeeded({});
}

/** Undefined: everybody took it, or is still at it. */
async function delivered(
  { group, planned }: SyncGroup,
  sentTo: readonly string[],
  waitFor: WaitFor,
): Promise<Outcome<never> | undefined> {
  const peer = (device: string) => group.state().peers[device];
  await waitFor(
    () => sentTo.every((device) => peer(device)?.sending === undefined),
    commandMilliseconds,
  );
  const failed = sentTo.find((device) => peer(device)?.refused !== undefined);
  if (failed === undefined) {
    const { own } = group.state();
    const changed = sentTo.filter((device) => {
      const held = peer(device)?.state;
      return held !== undefined && relationOf(own.versions, held.versions) === 'apart';
    });
    if (changed.length === 0) return undefined;
    return refuse(
      `${changed.join(', ')} changed the configuration of ${planned.label} meanwhile; nothing there was overwritten.`,
    );
  }
  const why = peer(failed)?.state?.lastError ?? '';
  return refuse(`${failed} did not take the configuration of ${planned.label}: ${why}`);
}

async function pull(
  { group, planned }: SyncGroup,
  isForced: boolean,
  waitFor: WaitFor,
): Promise<Result> {
  const { refused, sentTo } = group.pull(isForced);
  if (refused !== undefined) return refuse(refused);
  const isTaken = (): boolean => {
    const { own, peers } = group.state();
    return sentTo.every((device) => peers[device]?.state?.hash === own.hash);
  };
  const isDone = (): boolean => isTaken() || group.state().own.lastError !== '';
  await waitFor(isDone, commandMilliseconds);
  const { lastError } = group.state().own;
  if (isTaken() || lastError === '') return succeeded({});
  return refuse(`The configuration of ${planned.label} could not be loaded: ${lastError}`);
}

async function merge(
  options: CommandOptions,
  found: SyncGroup,
  request: ActionRequest,
): Promise<Result> {
  const merged = await mergeGroup(options, found, request, options.peerContent);
  if (!merged.ok) return merged;
  if (merged.value === undefined) return succeeded({});
  const { sentTo, text } = merged.value;
  const refused = await delivered(found, sentTo, options.waitFor);
  if (refused !== undefined) return refused;
  return succeeded({ commandResult: text });
}
