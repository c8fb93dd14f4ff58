/**
 * When a silent peer is declared lost. Pure. Each end sends a ping every `pingMilliseconds` on both lanes,
 * so that any byte is a sign of life and a backlog in one direction hides nothing in the other.
 */
export const pingMilliseconds = 250;
export const silenceMilliseconds = 1000;

export interface Pulse {
  /** Monotonic milliseconds of our own last look. */
  readonly lastLook: number;
}

export type Verdict = 'alive' | 'silent' | 'we-were-away';

/** `we-were-away`: our own process stood still, so nobody's silence counts. */
export function lookAt(pulse: Pulse, now: number, lastHeard: number): Verdict {
  if (now - pulse.lastLook > 2 * pingMilliseconds) return 'we-were-away';
  return now - lastHeard > silenceMilliseconds ? 'silent' : 'alive';
}
