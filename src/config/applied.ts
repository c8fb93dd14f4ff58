/**
 * Which engine holds which commit. Drivers mark; REST waits a bounded time after a commit so that a
 * success answer means "in effect" for everything that needs no reload.
 */
import type { Clock } from '../platform/clock.ts';

export type EngineState =
  | { readonly state: 'applied' }
  | { readonly state: 'pending' }
  | { readonly state: 'failed'; readonly reason: string };

export interface AppliedTracker {
  /** Called once by each engine driver at start. */
  register(engine: string): void;
  /** The engine now holds everything up to `sequence` (or could not take it, and goes on trying). */
  mark(engine: string, sequence: number, state: EngineState): void;
  /** What the engine is to hold up to `sequence` will take it longer than anybody should wait: it follows. */
  defer(engine: string, sequence: number): void;
  status(sequence: number): Readonly<Record<string, EngineState>>;
  /** Resolves when every engine applied or failed `sequence`, or `limit` ms have passed. */
  settled(sequence: number, limit: number): Promise<Readonly<Record<string, EngineState>>>;
  /** The same for who would rather answer than wait: an engine that deferred it is not waited for. */
  settledOrDeferred(
    sequence: number,
    limit: number,
  ): Promise<Readonly<Record<string, EngineState>>>;
}

export function createAppliedTracker(clock: Clock): AppliedTracker {
  const held = new Map<string, { sequence: number; state: EngineState }>();
  const deferred = new Map<string, number>();
  const waiting = new Set<() => void>();
  const status = (sequence: number): Record<string, EngineState> => {
    const result: Record<string, EngineState> = {};
    for (const [engine, mark] of held) {
      result[engine] = mark.sequence >= sequence ? mark.state : { state: 'pending' };
    }
    return result;
  };
  const isSettled = (sequence: number): boolean =>
    Object.values(status(sequence)).every((engine) => engine.state !== 'pending');
  const isAnswerable = (sequence: number): boolean =>
    Object.entries(status(sequence)).every(
      ([name, engine]) => engine.state !== 'pending' || (deferred.get(name) ?? -1) >= sequence,
    );
  const wait = (
    sequence: number,
    limit: number,
    isOver: (sequence: number) => boolean,
  ): Promise<Readonly<Record<string, EngineState>>> => {
    if (isOver(sequence)) return Promise.resolve(status(sequence));
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        waiting.delete(check);
        resolve(status(sequence));
      };
      const check = (): void => {
        if (isOver(sequence)) finish();
      };
      const cancel = clock.after(limit, finish);
      waiting.add(check);
    });
  };
  return {
    register(engine) {
      held.set(engine, { sequence: -1, state: { state: 'pending' } });
    },
    mark(engine, sequence, state) {
      held.set(engine, { sequence, state });
      for (const check of waiting) check();
    },
    defer(engine, sequence) {
      deferred.set(engine, sequence);
      for (const check of waiting) check();
    },
    status,
    settled: (sequence, limit) => wait(sequence, limit, isSettled),
    settledOrDeferred: (sequence, limit) => wait(sequence, limit, isAnswerable),
  };
}
