/** Nobody there: the page locks before the device ends the session; somebody there: the session is kept. */
import { useEffect } from 'react';
import { keepSession } from '../api/session.ts';

const checkMilliseconds = 5_000;
/** Of the session's life: so often it is prolonged while somebody works. */
const keepShare = 0.25;
const signs = ['pointerdown', 'keydown', 'wheel', 'pointermove'] as const;

export function useIdleLock(
  timeoutSeconds: number,
  isLocked: boolean,
  onLock: (reason: string) => void,
): void {
  useEffect(() => {
    if (isLocked) return undefined;
    let seen = performance.now();
    let kept = performance.now();
    const limit = timeoutSeconds * 1000;
    const note = (): void => {
      seen = performance.now();
    };
    const check = (): void => {
      const now = performance.now();
      if (now - seen > limit * 0.95) {
        onLock('Locked: nobody was here for a while.');
      } else if (seen > kept && now - kept > limit * keepShare) {
        kept = now;
        // It says so itself when the session is over.
        keepSession().catch(() => undefined);
      }
    };
    for (const sign of signs) window.addEventListener(sign, note, { passive: true });
    const timer = window.setInterval(check, checkMilliseconds);
    return () => {
      for (const sign of signs) window.removeEventListener(sign, note);
      window.clearInterval(timer);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `onLock` is new each time and does the same
  }, [timeoutSeconds, isLocked]);
}
