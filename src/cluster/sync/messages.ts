import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { IqueryBodies } from '../../iquery/types.ts';
import type { BatchHead, Head, LastSyncType, LoadHead, MemberState } from './types.ts';
import { versionsFromMessage, versionsToMessage } from './versions.ts';

/** The machine's values ⇄ the bodies of proto/iquery.proto. Pure. */

export function stateToBody(
  group: string,
  state: MemberState,
  asks: boolean,
): IqueryBodies['groupState'] {
  return {
    group,
    commitId: state.head.id,
    commitDevice: state.head.device,
    commitTime: state.head.time,
    syncedId: state.synced?.id ?? '',
    syncedTime: state.synced?.time ?? { wall: 0, counter: 0 },
    contentHash: state.hash,
    hasPending: state.hasPending,
    lastError: state.lastError,
    versions: versionsToMessage(state.versions),
    lastSyncType: state.lastSyncType,
    asks,
  };
}

export function stateFromBody(body: IqueryBodies['groupState']): MemberState {
  const { syncedId, syncedTime } = body;
  return {
    versions: versionsFromMessage(body.versions),
    hash: body.contentHash,
    head: { id: body.commitId, device: body.commitDevice, time: body.commitTime },
    // The device is part of the id; nobody asks for it apart.
    synced:
      syncedId === '' ? undefined : { id: syncedId, device: deviceOf(syncedId), time: syncedTime },
    // Empty from a device that does not tell it; else of the same table there.
    lastSyncType: body.lastSyncType === '' ? 'none' : (body.lastSyncType as LastSyncType),
    hasPending: body.hasPending,
    lastError: body.lastError,
  };
}

/** Commit ids are `<wall>.<counter>@<device>`. */
function deviceOf(commitId: string): string {
  return commitId.slice(commitId.indexOf('@') + 1);
}

export function batchFromBody(body: IqueryBodies['commitBatch']): BatchHead {
  return {
    after: versionsFromMessage(body.after),
    versions: versionsFromMessage(body.versions),
    hash: body.contentHash,
    head: headFrom(body.head.commitId, body.head.commitDevice, body.head.commitTime),
    isMerge: body.merge,
  };
}

export function loadFromBody(body: IqueryBodies['fullLoad']): LoadHead {
  return {
    versions: versionsFromMessage(body.versions),
    hash: body.contentHash,
    head: headFrom(body.commitId, body.commitDevice, body.commitTime),
    isForced: body.force,
    isMerge: body.merge,
  };
}

function headFrom(id: string, device: string, time: HybridTime): Head {
  return { id, device, time };
}

/** Parts small enough that none comes near the frame's bound or holds the lane for long. */
export const partBytes = 256 * 1024;

/** A full load as messages, at least one. */
export function loadToBodies(
  group: string,
  own: MemberState,
  load: { readonly isForced: boolean; readonly isMerge: boolean },
  objects: readonly string[],
  deletions: readonly string[],
): readonly IqueryBodies['fullLoad'][] {
  const parts = textParts(objects);
  return parts.map((part, index) => ({
    group,
    commitId: own.head.id,
    commitDevice: own.head.device,
    commitTime: own.head.time,
    objects: part,
    part: index,
    parts: parts.length,
    force: load.isForced,
    versions: versionsToMessage(own.versions),
    contentHash: own.hash,
    merge: load.isMerge,
    deletions: index === 0 ? deletions : [],
  }));
}

/** At least one part, in order. */
export function textParts(texts: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  let size = 0;
  for (const text of texts) {
    const last = parts.at(-1);
    if (last === undefined || (size + text.length > partBytes && last.length > 0)) {
      parts.push([text]);
      size = text.length;
    } else {
      last.push(text);
      size += text.length;
    }
  }
  return parts;
}

export interface WholeLoad<T> {
  readonly objects: readonly T[];
  readonly deletions: readonly string[];
}

/** Puts the parts of one sender's load together; parts come in order on one lane. */
export interface LoadAssembler<T> {
  /** The whole load with its last part; undefined before, and when parts are missing. */
  add(device: string, body: IqueryBodies['fullLoad']): WholeLoad<T> | undefined;
  forget(device: string): void;
  isOpen(): boolean;
}

interface OpenLoad<T> extends WholeLoad<T> {
  readonly objects: T[];
  next: number;
  bytes: number;
}

const maximumLoadBytes = 256 * 1024 * 1024;

/** Objects are read as they come in: with the last part there is no more to read than that part. */
export function createLoadAssembler<T>(read: (text: string) => T): LoadAssembler<T> {
  const open = new Map<string, OpenLoad<T>>();
  return {
    add(device, body) {
      const fresh: OpenLoad<T> = { objects: [], deletions: body.deletions, next: 0, bytes: 0 };
      const load = body.part === 0 ? fresh : (open.get(device) ?? fresh);
      load.bytes += body.objects.reduce((sum, text) => sum + text.length, 0);
      if (load.next !== body.part || load.bytes > maximumLoadBytes) {
        open.delete(device);
        return undefined;
      }
      load.objects.push(...body.objects.map(read));
      load.next += 1;
      if (load.next < body.parts) {
        open.set(device, load);
        return undefined;
      }
      open.delete(device);
      return load;
    },
    forget: (device) => void open.delete(device),
    isOpen: () => open.size > 0,
  };
}
