import type { Lab } from '../types.ts';

/** What a step measured, by name; units are in the names. */
export type Figures = Readonly<Record<string, number | string | boolean>>;

export interface Step {
  readonly name: string;
  /** Uses public interfaces only; rejects with what did not hold. */
  run(lab: Lab): Promise<Figures>;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly figures: Figures;
  readonly error?: string;
}

/** Fails the step with what was expected and what was found. */
export function expect(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}
