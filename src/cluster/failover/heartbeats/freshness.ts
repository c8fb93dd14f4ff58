/**
 * Which authentic heartbeats are not a recording. A run of a device's process has a number that only grows (its
 * wall time, and more than the last one on its disk), a message in it a sequence that only grows; a message that
 * repeats our own run and one of our newest sequences was made just now. What was made before the last that we
 * remember, across our own restart, and does not prove itself so, is a recording.
 *
 * A peer that does not hear us can prove nothing, and must still not be taken for dead: its messages are newer
 * than what we remember. So a recording can only pass for what was said while we were away and did not remember,
 * once each: a dead peer looks alive for no longer than that. Pure.
 */
import type { Message } from '../types.ts';

export interface Mark {
  readonly instance: number;
  /** Of its newest message, microseconds. */
  readonly sequence: number;
}

export type Marks = Readonly<Record<string, Mark>>;

/** Older echoes prove nothing. */
const echoMicroseconds = 3_000_000;
/** Messages of a run overtake each other on several paths by less. */
const overtakingMicroseconds = 2_000_000;

export class Freshness {
  readonly #instance: number;
  readonly #before: Marks;
  readonly #newest = new Map<string, Mark>();

  constructor(instance: number, before: Marks) {
    this.#instance = instance;
    this.#before = before;
    for (const [device, mark] of Object.entries(before)) this.#newest.set(device, mark);
  }

  /** `ownSequence`: of our newest message in the group. */
  admits(message: Message, ownDevice: string, ownSequence: number): boolean {
    const { from, instance, sequence } = message;
    const newest = this.#newest.get(from);
    const isProven = this.#isProven(message, ownDevice, ownSequence);
    if (!isProven && this.#isOld(message, newest)) return false;
    const isNewer =
      newest === undefined ||
      instance > newest.instance ||
      (instance === newest.instance && sequence > newest.sequence);
    // A device that was rebuilt begins anew; it proves itself.
    if (isNewer || (isProven && instance < newest.instance)) {
      this.#newest.set(from, { instance, sequence });
    }
    return true;
  }

  marks(): Marks {
    return Object.fromEntries(this.#newest);
  }

  #isProven({ heard }: Message, ownDevice: string, ownSequence: number): boolean {
    const echo = heard.find((one) => one.device === ownDevice);
    if (echo === undefined || echo.instance !== this.#instance) return false;
    return echo.sequence >= ownSequence - echoMicroseconds;
  }

  #isOld({ from, instance, sequence }: Message, newest: Mark | undefined): boolean {
    if (newest === undefined) return false;
    if (instance < newest.instance) return true;
    const before = this.#before[from];
    if (before?.instance === instance && sequence <= before.sequence) return true;
    return instance === newest.instance && sequence < newest.sequence - overtakingMicroseconds;
  }
}

/** Undefined: not what we wrote. */
export function parseMarks(
  text: string,
): { readonly instance: number; readonly marks: Marks } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // An object by the line above; its fields are checked one by one.
  const { instance, marks } = value as { readonly instance?: unknown; readonly marks?: unknown };
  if (typeof instance !== 'number' || typeof marks !== 'object' || marks === null) return undefined;
  const known = Object.entries(marks as Readonly<Record<string, unknown>>).filter(
    (entry): entry is [string, Mark] => isMark(entry[1]),
  );
  return { instance, marks: Object.fromEntries(known) };
}

function isMark(value: unknown): value is Mark {
  if (typeof value !== 'object' || value === null) return false;
  // As above.
  const mark = value as Readonly<Record<string, unknown>>;
  return typeof mark['instance'] === 'number' && typeof mark['sequence'] === 'number';
}
