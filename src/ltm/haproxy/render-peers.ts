/**
 * Persistence records that others have, too: other devices, as HAProxy's peers, or other ways of using pools. Their
 * tables stand in the section of the peers and are named by what they hold: the same on every device. Pure.
 */
import type { RecordMirror } from '../../config/mirror-addresses.ts';
import { contentHash } from '../engine-names.ts';
import type { BackendPlan } from '../types.ts';
import { recordTable } from './render-persistence.ts';

/** This device alone: its tables go over to the new worker at a reload. */
export const peerName = 'evenkeel';
const mirror = 'mirror';

/** Of the records of this backend; undefined when they are its own. */
export function sharedTable(backend: BackendPlan): string | undefined {
  const { recordMirror, sharedRecords } = backend;
  if (recordTable(backend) === undefined) return undefined;
  if (recordMirror === undefined && sharedRecords === undefined) return undefined;
  return `${recordMirror === undefined ? peerName : mirror}/${tableName(backend)}`;
}

function tableName(backend: BackendPlan): string {
  const { pool, sharedRecords, persistence, fallbackPersistence } = backend;
  const held = [
    ...(sharedRecords === undefined ? [pool] : ['shared', sharedRecords]),
    persistence,
    ...(fallbackPersistence ? [fallbackPersistence] : []),
  ];
  return `t_${contentHash(JSON.stringify(held))}`;
}

/** `self`: HAProxy's name of itself, by which the process that follows it and other devices know it. */
export function peerLines(
  backends: Iterable<BackendPlan>,
  self: string,
  socket: string,
): readonly string[] {
  const [tables, mirrored] = [new Set<string>(), new Set<string>()];
  let other: RecordMirror | undefined;
  for (const backend of backends) {
    if (sharedTable(backend) === undefined) continue;
    const line = `table ${tableName(backend)} ${recordTable(backend) ?? ''}`;
    if (backend.recordMirror === undefined) tables.add(line);
    else {
      other = backend.recordMirror;
      mirrored.add(line);
    }
  }
  return [
    `peers ${peerName}`,
    `peer ${self} unix@${socket}`,
    ...[...tables].toSorted(),
    ...(other === undefined ? [] : mirrorLines(other, self, mirrored)),
  ];
}

function mirrorLines(
  { address, port, peers }: RecordMirror,
  self: string,
  tables: ReadonlySet<string>,
): readonly string[] {
  return [
    `peers ${mirror}`,
    `peer ${self} ${placeOf(address, port)}`,
    ...peers.map((peer) => `peer ${peerNameOf(peer.device)} ${placeOf(peer.address, port)}`),
    ...[...tables].toSorted(),
  ];
}

/** Not the name of a section, and none that another device has. */
export function peerNameOf(device: string): string {
  return `evenkeel-${device}`;
}

function placeOf(address: string, port: number): string {
  return address.includes(':') ? `ipv6@[${address}]:${port}` : `${address}:${port}`;
}
