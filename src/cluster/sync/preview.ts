import { type Outcome, succeeded } from '../../base/fault.ts';
import { contentChanges } from '../../config/model/content-diff.ts';
import { type ActionRequest, refuse } from '../../config/runtime-state.ts';
import type { Change, Commit, Operation } from '../../config/types.ts';
import type { CommandOptions, SyncOrder } from './command-options.ts';
import type { SyncGroup } from './context.ts';

/** A sync that is only tried: what it would change, and on which devices. Nothing is sent or taken. */
export async function previewSync(
  options: CommandOptions,
  found: SyncGroup,
  order: Exclude<SyncOrder, 'merge'>,
  tell: NonNullable<ActionRequest['onPreview']>,
): Promise<Outcome<{ readonly devices: readonly string[] }>> {
  return order === 'from-group'
    ? previewPull(options, found, tell)
    : previewPush(options, found, tell);
}

/** On the members: what they hold that is not as here. Their engines are not ours to ask. */
async function previewPush(
  { store, peerContent }: CommandOptions,
  { group, planned, objects }: SyncGroup,
  tell: NonNullable<ActionRequest['onPreview']>,
): Promise<Outcome<{ readonly devices: readonly string[] }>> {
  const { peers } = group.state();
  const devices = Object.keys(peers).filter((device) => peers[device]?.isConnected === true);
  if (devices.length === 0) return refuse(`No member of ${planned.label} can be reached.`);
  const changes = new Map<string, Change>();
  const changed: string[] = [];
  for (const device of devices) {
    const theirs = await peerContent.content(device, planned.config.group);
    if (!theirs.ok) return theirs;
    const own = contentChanges(theirs.value.objects, objects());
    if (own.length > 0) changed.push(device);
    // Most members hold the same; what would be the same change on two is told once.
    for (const change of own) changes.set(JSON.stringify(change), change);
  }
  const after = store.view();
  const commit = commitOf([...changes.values()], after.sequence, after.deviceName);
  tell({ ok: true, after, commit });
  return succeeded({ devices: changed });
}

/** Here: the very operations of a full load, engines included. */
async function previewPull(
  { store, peerContent }: CommandOptions,
  { group, planned, objects }: SyncGroup,
  tell: NonNullable<ActionRequest['onPreview']>,
): Promise<Outcome<{ readonly devices: readonly string[] }>> {
  const newest = group.newestPeer();
  if (newest === undefined) return refuse(`No member of ${planned.label} can be reached.`);
  const theirs = await peerContent.content(newest, planned.config.group);
  if (!theirs.ok) return theirs;
  const wanted = new Map(theirs.value.objects.map((one) => [`${one.component} ${one.name}`, one]));
  const operations = contentChanges(objects(), theirs.value.objects).map(
    ({ component, name }): Operation => ({
      kind: 'install',
      component,
      name,
      object: wanted.get(`${component} ${name}`),
    }),
  );
  const origin = { user: 'system', source: 'sync' } as const;
  const preview = store.preview({ origin, operations });
  if (!preview.ok) return preview;
  tell(preview);
  return succeeded({ devices: preview.commit === undefined ? [] : [store.view().deviceName] });
}

/** Of other devices: it has no place in our history. */
function commitOf(
  changes: readonly Change[],
  sequence: number,
  device: string,
): Commit | undefined {
  if (changes.length === 0) return undefined;
  const identity = { id: '', device, time: { wall: 0, counter: 0 }, parent: '' };
  return { sequence, identity, origin: { user: 'system', source: 'sync' }, changes };
}
