/** Have the static zones moved, and would we be told? Two words that all threads of a dns process share. Pure. */

export function zoneNewsMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(8);
}

/** How often the zones have moved. */
export const movedWord = 0;
/** 1: somebody says so when they move. */
export const followedWord = 1;

export interface ZoneNews {
  /** From now on no answer from before is given. */
  moved(): void;
  /** `who` says from now on when zones move. */
  follow(who: object): void;
  /** `who` says nothing any more; others may. */
  leave(who: object): void;
}

export function createZoneNews(memory: SharedArrayBuffer): ZoneNews {
  const words = new Int32Array(memory);
  let follower: object | undefined;
  const moved = (): void => void Atomics.add(words, movedWord, 1);
  const setFollower = (who: object | undefined): void => {
    if (who === follower) return;
    follower = who;
    Atomics.store(words, followedWord, who === undefined ? 0 : 1);
    // What moved between the one and the other, nobody has told.
    moved();
  };
  return {
    moved,
    follow: setFollower,
    leave(who) {
      if (who === follower) setFollower(undefined);
    },
  };
}
