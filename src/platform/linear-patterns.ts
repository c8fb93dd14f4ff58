/** Regular expressions of strangers must not hold up a process. */
import { setFlagsFromString } from 'node:v8';

/**
 * From now on a regular expression of this process that goes back too often (50,000 times) is run again by
 * V8's breadth-first engine, in time linear in the text. That engine knows no flag `i`, nothing that looks
 * around or refers back, and no long counts; the flag `l` asks for it, and throws for those. Has to come before
 * the first regular expression of a stranger.
 */
export function boundPatterns(): void {
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
}
