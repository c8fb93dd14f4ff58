import { readFileSync } from 'node:fs';

/** File descriptors that a child of this process may open at most (its hard limit). */
export function maximumOpenFiles(): number {
  const line = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  const hard = Number(line?.[1]);
  return Number.isFinite(hard) ? hard : 1_048_576;
}
