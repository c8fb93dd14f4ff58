/**
 * When to dial one wanted address: at once, again with jittered back-off, not while a session with that
 * device exists. Pure: `step(state, event) → [state, effects]`.
 */
export type DialState =
  | { readonly phase: 'dialling'; readonly failures: number }
  | { readonly phase: 'waiting'; readonly failures: number; readonly reason: string }
  | { readonly phase: 'open'; readonly device: string }
  /** Nothing to do: the device has a session that it dialled, or the address is our own. */
  | { readonly phase: 'resting'; readonly device: string; readonly reason: string };

export type DialEvent =
  | { readonly type: 'start' }
  | { readonly type: 'opened'; readonly device: string }
  /** The dial failed, or the session that came of it ended. `fraction` in [0, 1) is the jitter. */
  | { readonly type: 'failed'; readonly reason: string; readonly fraction: number }
  | { readonly type: 'unneeded'; readonly device: string; readonly reason: string }
  | { readonly type: 'due' }
  /** The session with `device`, whoever dialled it, has ended. */
  | { readonly type: 'gone'; readonly device: string };

export type DialEffect =
  | { readonly type: 'dial' }
  | { readonly type: 'wake'; readonly milliseconds: number };

export const firstBackOffMilliseconds = 100;
export const lastBackOffMilliseconds = 2000;

/** Full jitter over the upper half: 50 % to 100 % of 100, 200, 400 … 2000 ms. */
export function backOffMilliseconds(failures: number, fraction: number): number {
  const whole = Math.min(
    lastBackOffMilliseconds,
    firstBackOffMilliseconds * 2 ** Math.min(failures, 16),
  );
  return whole * (0.5 + fraction / 2);
}

export function stepDial(
  state: DialState,
  event: DialEvent,
): readonly [DialState, readonly DialEffect[]] {
  switch (event.type) {
    case 'start':
      return [{ phase: 'dialling', failures: 0 }, [{ type: 'dial' }]];
    case 'opened':
      return [{ phase: 'open', device: event.device }, []];
    case 'failed': {
      if (state.phase === 'waiting' || state.phase === 'resting') return [state, []];
      const failures = state.phase === 'open' ? 0 : state.failures;
      return [
        { phase: 'waiting', failures: failures + 1, reason: event.reason },
        [{ type: 'wake', milliseconds: backOffMilliseconds(failures, event.fraction) }],
      ];
    }
    case 'unneeded':
      return [{ phase: 'resting', device: event.device, reason: event.reason }, []];
    case 'due':
      if (state.phase !== 'waiting') return [state, []];
      return [{ phase: 'dialling', failures: state.failures }, [{ type: 'dial' }]];
    case 'gone':
      if (state.phase !== 'resting' || state.device !== event.device) return [state, []];
      return [{ phase: 'dialling', failures: 0 }, [{ type: 'dial' }]];
  }
}

export interface Contender {
  readonly instance: string;
  readonly dialledBy: 'us' | 'them';
}

/**
 * Two sessions with one device: which one stays. Both ends come to the same answer, because it depends
 * on who dialled only by name.
 */
export function chooseSession(
  existing: Contender,
  incoming: Contender,
  us: string,
  them: string,
): 'existing' | 'incoming' {
  // A changed instance is a restarted peer: what we hold is dead. The same dialler dialling again has
  // given up the old one.
  if (existing.instance !== incoming.instance) return 'incoming';
  if (existing.dialledBy === incoming.dialledBy) return 'incoming';
  const smaller = us < them ? 'us' : 'them';
  return incoming.dialledBy === smaller ? 'incoming' : 'existing';
}
