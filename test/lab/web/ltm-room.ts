/** The ltm room by itself: an empty store, engines that really run, no health (every member is unchecked). */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createAppliedTracker } from '../../../src/config/applied.ts';
import { createStateRegistry } from '../../../src/config/runtime-state.ts';
import { createConfigStore } from '../../../src/config/store/store.ts';
import { type LtmOptions, startLtm } from '../../../src/ltm/start.ts';
import { systemClock as clock } from '../../../src/platform/clock.ts';
import { systemRandom } from '../../../src/platform/random.ts';

/** What engines and the room say. */
export const messages: string[] = [];
export const children: ChildProcess[] = [];

export function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => void messages.push(String(chunk)));
  }
  children.push(child);
  return child;
}

export function openRoom(folder: string, more: Pick<LtmOptions, 'geography'> = {}) {
  const store = createConfigStore({ path: join(folder, 'config.db'), deviceName: 'a', clock });
  const applied = createAppliedTracker(clock);
  const state = createStateRegistry();
  const room = startLtm({
    store,
    state,
    applied,
    health: {
      table: () => ({ get: () => undefined, entries: () => new Map().entries() }),
      onChange: () => () => undefined,
    },
    engines: {
      ensure: (engine) => void start(engine.program, engine.args),
      stop: () => undefined,
      status: () => undefined,
      onExit: () => undefined,
      onStatus: () => undefined,
      close: () => undefined,
    },
    paths: { haproxy: join(folder, 'haproxy') },
    clock,
    random: systemRandom,
    log: { write: (level, message) => void messages.push(`${level} ${message}`) },
    interfaceOf: () => undefined,
    ...more,
  });
  return { store, applied, state, room };
}
