/** What `show gtm zone-runner named` tells. */
import type { EngineState } from '../config/applied.ts';
import type { Statistics } from '../config/runtime-state.ts';
import type { ConfigView } from '../config/types.ts';
import type { EngineStatus } from '../platform/engines.ts';
import { run } from '../platform/process.ts';
import { zoneComponent } from './zone.ts';

export interface FollowedNamed {
  port(): number | undefined;
  state(): EngineState;
}

export function namedStatistics(
  engine: EngineStatus | undefined,
  follower: FollowedNamed,
  view: ConfigView,
  version: string | undefined,
): Statistics {
  const state = follower.state();
  const isRunning = engine?.state === 'running';
  return {
    'status.availabilityState': isRunning ? 'available' : 'offline',
    'status.statusReason': state.state === 'failed' ? state.reason : state.state,
    state: engine?.state ?? 'stopped',
    version: version ?? 'unknown',
    address: '127.0.0.1',
    port: follower.port() ?? 0,
    pid: engine?.pid ?? 0,
    started: engine === undefined ? 'never' : new Date(engine.startedAt).toISOString(),
    exits: engine?.exits ?? 0,
    zones: view.count(zoneComponent),
  };
}

/** "BIND 9.18.49-1~deb12u1-Debian"; undefined when it is not installed. */
export async function namedVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await run('named', ['-v'], { timeoutMilliseconds: 5000 });
    return /^BIND \S+/.exec(stdout)?.[0];
  } catch {
    // Not installed: the engine's own state says so.
    return undefined;
  }
}
