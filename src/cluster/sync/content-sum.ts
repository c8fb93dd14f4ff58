import { createHash } from 'node:crypto';
import type { Sliced } from '../../base/slices.ts';
import {
  canonicalText,
  filterCommit,
  sharedObject,
  storedInGroup,
} from '../../config/model/scope.ts';
import { stockOf } from '../../config/model/tree.ts';
import type { Properties } from '../../catalogue/types.ts';
import type { Change, ConfigStore, ObjectKey, StoredObject } from '../../config/types.ts';

/**
 * A hash of a group's content that a commit changes without reading the other objects: the sum of the
 * SHA-256 of each object, modulo 2^256. Equal content has equal sums on every device. It tells equal from
 * different between devices that trust each other; it is no defence against one that lies.
 */
export interface ContentSum {
  /** Of the content now, hexadecimal. */
  read(): string;
  /** What `read` is about to need of objects that are not there yet, in slices. */
  preparing(changes: readonly Change[]): Sliced<void>;
}

const modulus = 1n << 256n;
/** Beyond these, reading everything is quicker than following the journal. */
const maximumCommits = 512;
const maximumChanges = 1000;

export function contentSum(store: ConfigStore, scope: string): ContentSum {
  let sum = 0n;
  let sequence = -1;
  const numbers = new Numbers(store);
  return {
    read() {
      const view = store.view();
      if (view.sequence !== sequence) {
        const difference = follow(store, scope, sequence, numbers);
        sum = difference === undefined ? whole(store, scope, numbers) : wrap(sum + difference);
        ({ sequence } = view);
      }
      return sum.toString(16).padStart(64, '0');
    },
    *preparing(changes) {
      for (const { after } of changes) {
        if (after !== undefined) numbers.of(after);
        yield;
      }
    },
  };
}

interface Numbered extends ObjectKey {
  readonly number: bigint;
}

/** Of stored objects, which never change: hashing 10 MB takes longer than others should wait. */
class Numbers {
  readonly #secrets: ConfigStore['secrets'];
  /** By the properties: what a commit tells of a group has objects of its own around them. */
  readonly #known = new WeakMap<Properties, Numbered>();

  constructor({ secrets }: ConfigStore) {
    this.#secrets = secrets;
  }

  of(object: StoredObject): bigint {
    const { component, name, properties } = object;
    const known = this.#known.get(properties);
    if (known?.component === component && known.name === name) return known.number;
    // Secrets count by what they say: devices may hold different keys for a while.
    const opened = this.#secrets.opened(object);
    const text = canonicalText(sharedObject(opened));
    const number = BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
    // What a secret says depends on the keys of the moment.
    if (opened === object && !text.includes(sealedMark)) {
      this.#known.set(properties, { component, name, number });
    }
    return number;
  }
}

/** The beginning of a sealed secret, as a JSON text has it. */
const sealedMark = '"$M$';

function whole(store: ConfigStore, scope: string, numbers: Numbers): bigint {
  let sum = 0n;
  for (const object of storedInGroup(store.view(), scope)) sum += numbers.of(object);
  return wrap(sum);
}

/** What the commits after `sequence` changed; undefined when that cannot be told cheaply. */
function follow(
  store: ConfigStore,
  scope: string,
  sequence: number,
  numbers: Numbers,
): bigint | undefined {
  const view = store.view();
  const count = view.sequence - sequence;
  if (sequence < 0 || count < 0 || count > maximumCommits) return undefined;
  let difference = 0n;
  for (const commit of store.history(count)) {
    // Objects can come into the group and leave it with these, without being changed themselves.
    if (commit.changes.length > maximumChanges || commit.changes.some(movesScopes))
      return undefined;
    for (const { before, after } of filterCommit(commit, scope, view)?.changes ?? []) {
      difference += counted(after, numbers) - counted(before, numbers);
    }
  }
  return difference;
}

export function movesScopes({ component }: Pick<Change, 'component'>): boolean {
  return /^(cm |sys folder|auth partition)/.test(component);
}

/** Objects that are as they were at first do not count, whether somebody touched them or not. */
function counted(object: StoredObject | undefined, numbers: Numbers): bigint {
  if (object === undefined) return 0n;
  const stock = stockOf(object.component, object.name);
  const isStock =
    stock && canonicalText(sharedObject(stock)) === canonicalText(sharedObject(object));
  return isStock === true ? 0n : numbers.of(object);
}

function wrap(sum: bigint): bigint {
  return ((sum % modulus) + modulus) % modulus;
}
