import type { Outcome } from '../../base/fault.ts';
import { succeeded } from '../../base/fault.ts';
import type { Properties, Value } from '../../catalogue/types.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import type { SyncGroup, SyncOptions } from './context.ts';
import type { SyncState } from './types.ts';

/** `run cm config-sync …`. */

/** A command answers when every member has, or after so long; what is slower goes on by itself. */
const commandMilliseconds = 10_000;
/** Members of a group made just now have not told yet what they hold. */
const gatherMilliseconds = 3_000;

type Result = Outcome<Readonly<Record<string, Value>>>;
type WaitFor = (isDone: () => boolean, limit: number) => Promise<boolean>;

export function registerCommands(
  { state, store, log }: SyncOptions,
  groups: () => readonly SyncGroup[],
  waitFor: WaitFor,
): void {
  state.provideAction('cm config-sync', 'run', async ({ parameters, user }: ActionRequest) => {
    const wanted = directionOf(parameters);
    if (wanted === undefined) {
      return refuse('one or more properties must be specified: to-group or from-group');
    }
    const { direction, name, isForced } = wanted;
    const found = groups().find(({ planned }) => planned.scope === name);
    if (found === undefined) {
      if (store.view().get('cm device-group', name) === undefined) {
        const text = `Configuration error: Device group (${name}) not found in device group sync`;
        return refuse(text, 400, '01070734');
      }
      return refuse(`The local device is not a member of the selected device group (${name})`);
    }
    const force = isForced ? ' force-full-load-push' : '';
    const { group } = found;
    await waitFor(() => haveAllTold(group.state()), gatherMilliseconds);
    log.write('notice', `${user} ran config-sync ${direction} ${found.planned.label}${force}`);
    return direction === 'to-group'
      ? push(found, isForced, waitFor)
      : pull(found, isForced, waitFor);
  });
}

function haveAllTold({ peers }: SyncState): boolean {
  return Object.values(peers).every((peer) => peer.state !== undefined);
}

interface Wanted {
  readonly direction: 'to-group' | 'from-group';
  readonly name: string;
  readonly isForced: boolean;
}

function directionOf(parameters: Properties): Wanted | undefined {
  const isForced = parameters['force-full-load-push'] !== undefined;
  for (const direction of ['to-group', 'from-group'] as const) {
    const name = parameters[direction];
    if (typeof name === 'string') return { direction, name, isForced };
  }
  // `recover-sync` makes the group whole from this device, whatever the others hold.
  const name = parameters['recover-sync'];
  return typeof name === 'string' ? { direction: 'to-group', name, isForced: true } : undefined;
}

async function push(
  { group, planned }: SyncGroup,
  isForced: boolean,
  waitFor: WaitFor,
): Promise<Result> {
  const { refused, sentTo } = group.push(isForced);
  if (refused !== undefined) return refuse(refused);
  const peer = (device: string) => group.state().peers[device];
  await waitFor(
    () => sentTo.every((device) => peer(device)?.sending === undefined),
    commandMilliseconds,
  );
  const failed = sentTo.find((device) => peer(device)?.refused !== undefined);
  if (failed === undefined) return succeeded({});
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
