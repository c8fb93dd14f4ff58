import type { Cancel, Clock } from '../platform/clock.ts';
import type { PeerRelation } from './types.ts';

/**
 * Where members wait while a device comes back that was without any of them: it hears from everybody whom it
 * can reach who was removed meanwhile, before it talks to anybody. With one other member there is nobody to
 * ask, and nobody waits.
 */
export interface Lobby<S extends Guest> {
  /** True: the session waits and is opened later. */
  keeps(session: S): boolean;
  leave(session: S): void;
  waiting(): Iterable<S>;
  close(): void;
}

export interface Guest {
  readonly device: string;
  readonly relation: PeerRelation;
}

export interface LobbyOptions<S extends Guest> {
  readonly clock: Pick<Clock, 'after'>;
  /** Members besides this device. */
  readonly others: () => number;
  /** Is a session with a member open already? */
  readonly isInCompany: () => boolean;
  /** The first one waits: call everybody else now. */
  readonly onGather: () => void;
  /** Has a member that is not among `waiting` answered our call, and not yet said who it is? */
  readonly isCallAnswered: (waiting: ReadonlySet<string>) => boolean;
  readonly open: (session: S) => void;
}

/** Far above a round trip and two handshakes, far below the silence that ends a session. */
export const gatherMilliseconds = 500;
/** Whoever has answered by then, and is slow, is waited for as long as a handshake and a Hello may take. */
const lookMilliseconds = 100;
const mostLooks = 80;

export function createLobby<S extends Guest>(options: LobbyOptions<S>): Lobby<S> {
  const { clock, others, isCallAnswered, isInCompany } = options;
  const waiting = new Set<S>();
  const devices = (): ReadonlySet<string> => new Set([...waiting].map(({ device }) => device));
  let cancel: Cancel | undefined;
  const release = (): void => {
    cancel?.();
    cancel = undefined;
    const sessions = [...waiting];
    waiting.clear();
    for (const session of sessions) options.open(session);
  };
  const lookAgain = (looks: number): void => {
    if (looks === 0 || !isCallAnswered(devices())) return release();
    cancel = clock.after(lookMilliseconds, () => lookAgain(looks - 1));
  };
  // A timer comes before what sockets have to say; they are read before the next one.
  const afterSockets = (): void => {
    cancel = clock.after(0, () => lookAgain(mostLooks));
  };
  return {
    keeps(session) {
      if (session.relation !== 'trust-domain' || others() < 2 || isInCompany()) return false;
      waiting.add(session);
      const isFirst = cancel === undefined;
      if (devices().size >= others()) {
        cancel?.();
        cancel = clock.after(0, release);
      } else if (isFirst) {
        cancel = clock.after(gatherMilliseconds, afterSockets);
        options.onGather();
      }
      return true;
    },
    leave: (session) => void waiting.delete(session),
    waiting: () => waiting,
    close() {
      cancel?.();
      waiting.clear();
    },
  };
}
