/** ZoneRunner on one device: follows the commits, keeps named at what they say, tells how far it is. */
import type { AppliedTracker, EngineState } from '../config/applied.ts';
import type { EnginePreviews } from '../config/engine-previews.ts';
import type { ConfigStore } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import type { EngineClient } from '../platform/engines.ts';
import { makeFolder } from '../platform/files.ts';
import type { Log } from '../platform/log.ts';
import { type Random, systemRandom } from '../platform/random.ts';
import { NamedDriver } from './apply.ts';
import { zoneRunnerCheck } from './check.ts';
import { loadIdentity } from './identity.ts';
import { concernsZones, planNamed } from './named-plan.ts';
import { planChanges } from './preview.ts';
import { zoneComponent } from './zone.ts';

export interface ZoneRunnerOptions {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly previews?: Pick<EnginePreviews, 'register'>;
  readonly engines: EngineClient;
  readonly paths: DevicePaths;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: Random;
}

export interface ZoneRunner {
  /** Where named answers on 127.0.0.1; undefined before the first zone: no named runs. */
  port(): number | undefined;
  /** Called when named answers for the first time. */
  onPort(listener: (port: number) => void): void;
  close(): void;
}

const engine = 'named';
/** named may be starting, or the disk full: tried again until it holds what it should. */
const retryMilliseconds = 2000;

export async function startZoneRunner(options: ZoneRunnerOptions): Promise<ZoneRunner> {
  const { store, applied, engines, paths, clock, log } = options;
  const random = options.random ?? systemRandom;
  makeFolder(paths.named);
  const stored = await loadIdentity(paths.named, random);
  const folders = { folder: paths.named, root: paths.root };
  const driver = new NamedDriver({ ...folders, engines, clock, random }, stored);
  const portListeners: ((port: number) => void)[] = [];
  // named may be answering from before our restart: the listeners' relay goes on meanwhile.
  let port = driver.hasServed() && store.view().count(zoneComponent) > 0 ? driver.port : undefined;
  let isApplying = false;
  const closing = new AbortController();
  let held = -1;
  let state: EngineState = { state: 'pending' };
  let cancelRetry: (() => void) | undefined;

  const attempt = async (): Promise<void> => {
    const view = store.view();
    const plan = planNamed(view, driver.identity());
    // Without zones there is nothing to answer; a device that never had one runs no named at all.
    const isNeeded = plan.zones.length > 0 || port !== undefined;
    if (isNeeded) {
      await driver.apply(plan);
      if (port === undefined) {
        port = driver.port;
        for (const listener of portListeners) listener(port);
      }
    }
    held = view.sequence;
    const [reason] = plan.refused;
    state = reason === undefined ? { state: 'applied' } : { state: 'failed', reason };
    applied.mark(engine, held, state);
  };
  const apply = async (): Promise<void> => {
    if (isApplying) return;
    isApplying = true;
    cancelRetry?.();
    try {
      while (!closing.signal.aborted && held < store.view().sequence) await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      driver.doubt();
      log.write('err', `named does not hold the zones: ${reason}`);
      applied.mark(engine, store.view().sequence, { state: 'failed', reason });
      if (!closing.signal.aborted) cancelRetry = clock.after(retryMilliseconds, () => void apply());
    } finally {
      isApplying = false;
    }
  };
  store.addCheck(zoneRunnerCheck);
  applied.register(engine);
  options.previews?.register({
    engine,
    changes: (before, after, changes) =>
      concernsZones(changes)
        ? planChanges(planNamed(before, driver.identity()), planNamed(after, driver.identity()))
        : [],
  });
  const unsubscribe = store.onCommit((commit) => {
    const isOurs = concernsZones(commit.changes);
    // Nothing of ours, and nothing of ours outstanding: named holds this commit too.
    if (!isOurs && held === commit.sequence - 1) {
      held = commit.sequence;
      applied.mark(engine, held, state);
      return;
    }
    void apply();
  });
  // Its supervisor starts it again; whether it has lost anything is ours to see.
  engines.onExit((name, status) => {
    if (name !== engine || closing.signal.aborted) return;
    log.write('warning', `named ended: ${status}`);
    driver.doubt();
    held = Math.min(held, store.view().sequence - 1);
    void apply();
  });
  void apply();
  return {
    port: () => port,
    onPort: (listener) => {
      portListeners.push(listener);
    },
    close() {
      closing.abort();
      cancelRetry?.();
      unsubscribe();
    },
  };
}
