/**
 * Persistence records that other devices have, too, as HAProxy's peers. Their tables stand in the section of the
 * peers and are named by what they hold, not by the backend: the same on every device. Pure.
 */
import type { RecordMirror } from '../../config/mirror-addresses.ts';
import { contentHash } from '../engine-names.ts';
import type { BackendPlan } from '../types.ts';
import { recordTable } from './render-persistence.ts';

const section = 'mirror';

/** Of the records of this backend; undefined when they are its own. */
export function mirroredTable(backend: BackendPlan): string | undefined {
  if (backend.recordMirror === undefined || recordTable(backend) === undefined) {
    return undefined;
  }
  return `${section}/${tableName(backend)}`;
}

function tableName({ pool, persistence, fallbackPersistence }: BackendPlan): string {
  const held = [pool, persistence, ...(fallbackPersistence ? [fallbackPersistence] : [])];
  return `t_${contentHash(JSON.stringify(held))}`;
}

/** `self`: HAProxy's name of itself, by which the process that follows it and other devices know it. */
export function peerLines(backends: Iterable<BackendPlan>, self: string): readonly string[] {
  const tables = new Set<string>();
  let mirror: RecordMirror | undefined;
  for (const backend of backends) {
    if (mirroredTable(backend) === undefined) continue;
    mirror = backend.recordMirror;
    tables.add(`table ${tableName(backend)} ${recordTable(backend) ?? ''}`);
  }
  if (mirror === undefined) return [];
  const { address, port, peers } = mirror;
  return [
    `peers ${section}`,
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
