/**
 * What engines would do with a change that is not made: asked by a dry run. Each driver registers a
 * pure function of the two views; nothing here may touch an engine. Pure.
 */
import type { Change, ConfigView } from './types.ts';

export interface EnginePreview {
  /** Its name in the AppliedTracker: "haproxy", "nftables". */
  readonly engine: string;
  /** One line for each change in the engine, in the engine's words; none when it would not be touched. */
  changes(
    before: ConfigView,
    after: ConfigView,
    changes: readonly Change[],
  ): readonly string[] | Promise<readonly string[]>;
}

export interface EngineChanges {
  readonly engine: string;
  readonly changes: readonly string[];
}

export interface EnginePreviews {
  register(preview: EnginePreview): void;
  /** In order of registration; engines that would not be touched are left out. */
  run(
    before: ConfigView,
    after: ConfigView,
    changes: readonly Change[],
  ): Promise<readonly EngineChanges[]>;
}

/** Lines of one engine in an answer; more are counted in a last line. */
const maximumLines = 1000;

export function createEnginePreviews(): EnginePreviews {
  const previews: EnginePreview[] = [];
  return {
    register: (preview) => void previews.push(preview),
    async run(before, after, changes) {
      const found: EngineChanges[] = [];
      for (const preview of previews) {
        const lines = await preview.changes(before, after, changes);
        if (lines.length > 0) found.push({ engine: preview.engine, changes: bounded(lines) });
      }
      return found;
    },
  };
}

function bounded(lines: readonly string[]): readonly string[] {
  if (lines.length <= maximumLines) return lines;
  const more = lines.length - maximumLines;
  return [...lines.slice(0, maximumLines), `… and ${more} more`];
}
