import { contentChanges } from '../../config/model/content-diff.ts';
import type { SharedObject } from '../../config/types.ts';
import { applyChanges } from './content.ts';
import { type Choices, mergeContent, type Merged } from './merge.ts';
import { covers, type Versions } from './versions.ts';

/** A group's content with that of several other members, each against what we had in common. Pure. */

export interface HeldContent {
  readonly objects: readonly SharedObject[];
  readonly versions: Versions;
}

export interface MergedMany<T> {
  readonly objects: readonly SharedObject[];
  readonly steps: readonly {
    readonly theirs: T;
    readonly merged: Merged;
    /** The history told what both began with. */
    readonly hasBase: boolean;
  }[];
  /** All hold the same already. */
  readonly isNothing: boolean;
}

/**
 * Whose content is included in another's is not asked twice. `baseOf`: our content as of these versions, where
 * the history reaches back so far.
 */
export function mergeMany<T extends HeldContent>(
  own: HeldContent,
  others: readonly T[],
  baseOf: (have: Versions) => readonly SharedObject[] | undefined,
  choices: Choices,
): MergedMany<T> {
  let { objects } = own;
  const steps: MergedMany<T>['steps'][number][] = [];
  for (const theirs of newest(own, others)) {
    const base = baseOf(theirs.versions);
    const sides = { base: base ?? [], mine: objects, theirs: theirs.objects };
    const merged = mergeContent(sides, choices);
    steps.push({ theirs, merged, hasBase: base !== undefined });
    objects = applyChanges(objects, merged.changes);
  }
  const isLike = (one: HeldContent): boolean => contentChanges(objects, one.objects).length === 0;
  const isNothing = objects === own.objects && others.every(isLike);
  return { objects, steps, isNothing };
}

function newest<T extends HeldContent>(own: HeldContent, others: readonly T[]): readonly T[] {
  return others.filter((one, index) => {
    if (covers(own.versions, one.versions)) return false;
    return !others.some(
      (other, at) =>
        at !== index &&
        covers(other.versions, one.versions) &&
        (at < index || !covers(one.versions, other.versions)),
    );
  });
}
