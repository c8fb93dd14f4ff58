import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../platform/clock.ts';
import type { ConfigStore, Operation } from '../types.ts';
import { createConfigStore } from './store.ts';

/** A path for a database in a folder of its own, removed with the test. */
export function testDatabase(context: { after(task: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-store-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'config.db');
}

export function openStore(path: string, deviceName = 'a.example.com'): ConfigStore {
  return createConfigStore({ path, deviceName, clock: systemClock });
}

export const byTest = { user: 'test', source: 'system' } as const;

/** Commits, or throws with the faults. */
export function commit(store: ConfigStore, ...operations: readonly Operation[]): number {
  const outcome = store.commit({ origin: byTest, operations });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults));
  return outcome.commit?.sequence ?? 0;
}
