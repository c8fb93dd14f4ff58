/** Real-time priority for the calling thread (sched(7)), so that a busy machine cannot hold up a heartbeat. */
import { keep, libc } from './library.ts';

const SCHED_FIFO = 1;
/** Above ordinary work, below the kernel's own real-time threads (50). */
const priority = 10;

/** False: not allowed here, or no node:ffi; everything goes on at normal priority. */
export function becomeRealTime(): boolean {
  if (libc === undefined) return false;
  const parameters = keep(8);
  parameters.writeInt32LE(priority, 0);
  return libc.sched_setscheduler(0, SCHED_FIFO, parameters) === 0;
}
