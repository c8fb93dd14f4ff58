import type { Cancel, Clock } from '../platform/clock.ts';
import type { LiveSession } from './session.ts';

/**
 * Where members wait while a device comes back that was without any of them: it hears from everybody whom it
 * can reach who was removed meanwhile, before it talks to anybody. With one other member there is nobody to
 * ask, and nobody waits.
 */
export interface Lobby {
  /** True: the session waits and is opened later. */
  keeps(session: LiveSession): boolean;
  leave(session: LiveSession): void;
  close(): void;
}

export interface LobbyOptions {
  readonly clock: Clock;
  /** Members besides this device. */
  readonly others: () => number;
  /** Is a session with a member open already? */
  readonly isInCompany: () => boolean;
  readonly open: (session: LiveSession) => void;
}

/** Far above a round trip and two handshakes, far below the silence that ends a session. */
export const gatherMilliseconds = 400;

export function createLobby({ clock, others, isInCompany, open }: LobbyOptions): Lobby {
  const waiting = new Set<LiveSession>();
  let cancel: Cancel | undefined;
  const release = (): void => {
    cancel?.();
    cancel = undefined;
    const sessions = [...waiting];
    waiting.clear();
    for (const session of sessions) open(session);
  };
  return {
    keeps(session) {
      if (session.relation !== 'trust-domain' || others() < 2 || isInCompany()) return false;
      waiting.add(session);
      const devices = new Set([...waiting].map(({ device }) => device));
      if (devices.size < others()) cancel ??= clock.after(gatherMilliseconds, release);
      else queueMicrotask(release);
      return true;
    },
    leave: (session) => void waiting.delete(session),
    close() {
      cancel?.();
      waiting.clear();
    },
  };
}
