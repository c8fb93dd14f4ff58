import { createHash } from 'node:crypto';
import {
  canonicalText,
  filterCommit,
  groupObjects,
  sharedObject,
} from '../../config/model/scope.ts';
import { stockOf } from '../../config/model/tree.ts';
import type { Change, ConfigStore, SharedObject, StoredObject } from '../../config/types.ts';

/**
 * A hash of a group's content that a commit changes without reading the other objects: the sum of the
 * SHA-256 of each object, modulo 2^256. Equal content has equal sums on every device. It tells equal from
 * different between devices that trust each other; it is no defence against one that lies.
 */
export interface ContentSum {
  /** Of the content now, hexadecimal. */
  read(): string;
}

const modulus = 1n << 256n;
/** Beyond these, reading everything is quicker than following the journal. */
const maximumCommits = 16;
const maximumChanges = 1000;

export function contentSum(store: ConfigStore, scope: string): ContentSum {
  let sum = 0n;
  let sequence = -1;
  return {
    read() {
      const view = store.view();
      if (view.sequence !== sequence) {
        const difference = follow(store, scope, sequence);
        sum = difference === undefined ? whole(store, scope) : wrap(sum + difference);
        ({ sequence } = view);
      }
      return sum.toString(16).padStart(64, '0');
    },
  };
}

function whole(store: ConfigStore, scope: string): bigint {
  let sum = 0n;
  for (const object of groupObjects(store.view(), scope)) sum += numberOf(store, object);
  return wrap(sum);
}

/** What the commits after `sequence` changed; undefined when that cannot be told cheaply. */
function follow(store: ConfigStore, scope: string, sequence: number): bigint | undefined {
  const view = store.view();
  const count = view.sequence - sequence;
  if (sequence < 0 || count < 0 || count > maximumCommits) return undefined;
  let difference = 0n;
  for (const commit of store.history(count)) {
    // Objects can come into the group and leave it with these, without being changed themselves.
    if (commit.changes.length > maximumChanges || commit.changes.some(movesScopes))
      return undefined;
    for (const { before, after } of filterCommit(commit, scope, view)?.changes ?? []) {
      difference += counted(store, after) - counted(store, before);
    }
  }
  return difference;
}

export function movesScopes({ component }: Pick<Change, 'component'>): boolean {
  return /^(cm |sys folder|auth partition)/.test(component);
}

/** Objects that are as they were at first do not count, whether somebody touched them or not. */
function counted(store: ConfigStore, object: StoredObject | undefined): bigint {
  if (object === undefined) return 0n;
  const shared = sharedObject(object);
  const stock = stockOf(object.component, object.name);
  const isStock = stock && canonicalText(sharedObject(stock)) === canonicalText(shared);
  return isStock === true ? 0n : numberOf(store, shared);
}

/** Secrets count by what they say: devices may hold different keys for a while. */
function numberOf({ secrets }: ConfigStore, object: SharedObject): bigint {
  const text = canonicalText(secrets.opened(object));
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
}

function wrap(sum: bigint): bigint {
  return ((sum % modulus) + modulus) % modulus;
}
