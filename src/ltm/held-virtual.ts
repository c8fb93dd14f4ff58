/** What the planner holds of a virtual server, and the plan's lists made of them. Pure. */
import { rowsOf } from './listed-claims.ts';
import type { Placing, Planned } from './place.ts';
import type { ClassifiedVirtual, PacketVirtual, Refusal, VirtualPlan } from './types.ts';

export interface HeldVirtual extends Placing {
  readonly name: string;
  readonly mark: number;
  readonly isClassified: boolean;
  /** Undefined where it cannot be placed. */
  readonly planned: Planned | undefined;
}

export function inOrder<T>(names: readonly string[], held: ReadonlyMap<string, T>): readonly T[] {
  const result: T[] = [];
  for (const name of names) {
    const one = held.get(name);
    if (one !== undefined) result.push(one);
  }
  return result;
}

export function proxiesOf(held: readonly HeldVirtual[]): readonly VirtualPlan[] {
  return held.flatMap(({ planned }) => (planned?.kind === 'proxy' ? [planned.virtual] : []));
}

export function packetsOf(held: readonly HeldVirtual[]): readonly PacketVirtual[] {
  return held.flatMap(({ planned }) => (planned?.kind === 'packet' ? [planned.packet] : []));
}

export function claimsOf(held: readonly HeldVirtual[]): readonly ClassifiedVirtual[] {
  return held.flatMap(({ place, planned, isClassified, mark }) => {
    const isCarried = planned !== undefined && planned.kind !== 'refused';
    return isCarried && isClassified && typeof place === 'object' ? rowsOf(place, mark) : [];
  });
}

export function refusalsOf(held: readonly HeldVirtual[]): readonly Refusal[] {
  const unplaced: Refusal[] = [];
  const refused: Refusal[] = [];
  for (const { name, place, planned } of held) {
    if (typeof place === 'string') unplaced.push({ virtual: name, reason: place });
    else if (planned?.kind === 'refused') refused.push({ virtual: name, reason: planned.reason });
  }
  return [...unplaced, ...refused];
}
