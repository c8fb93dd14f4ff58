/** ZoneRunner on one device: follows the commits, keeps named at what they say, tells how far it is. */
import type { ZoneAccess } from '../base/dns/zone-access.ts';
import type { AppliedTracker } from '../config/applied.ts';
import type { EnginePreviews } from '../config/engine-previews.ts';
import type { StateRegistry } from '../config/runtime-state.ts';
import type { Commit, ConfigStore, ConfigView } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import type { EngineClient } from '../platform/engines.ts';
import { makeFolder } from '../platform/files.ts';
import type { Log } from '../platform/log.ts';
import { type Random, systemRandom } from '../platform/random.ts';
import { zoneAccess } from './access.ts';
import { provideZoneActions } from './actions.ts';
import { NamedDriver } from './apply.ts';
import { zoneRunnerCheck } from './check.ts';
import { NamedFollower, namedEngine } from './follower.ts';
import { loadIdentity } from './identity.ts';
import { KeyMaker } from './key-maker.ts';
import { concernsZones, planNamed } from './named-plan.ts';
import { planChanges } from './preview.ts';
import { ptrOperations } from './ptr.ts';
import { namedStatistics, namedVersion } from './statistics.ts';
import { startUpdateServer } from './update-server.ts';

export interface ZoneRunnerOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
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
  /** What listeners hand to named; undefined as above. */
  access(): ZoneAccess | undefined;
  /** Called when named answers for the first time. */
  onPort(listener: (port: number) => void): void;
  /** Called whenever named has other zones, which count as applied when it resolves. */
  onServed(listener: () => Promise<void>): void;
  close(): void;
}

export async function startZoneRunner(options: ZoneRunnerOptions): Promise<ZoneRunner> {
  const { store, state, engines, paths, clock, log } = options;
  const random = options.random ?? systemRandom;
  makeFolder(paths.named);
  const stored = await loadIdentity(paths.named, random);
  const folders = { folder: paths.named, root: paths.root };
  const driver = new NamedDriver({ ...folders, engines, clock, random }, stored);
  const follower = new NamedFollower(options, driver);
  store.addCheck(zoneRunnerCheck);
  options.previews?.register({
    engine: namedEngine,
    changes: (before, after, changes) =>
      concernsZones(changes)
        ? planChanges(planNamed(before, driver.identity()), planNamed(after, driver.identity()))
        : [],
  });
  let version: string | undefined;
  follower.onPort(() => void namedVersion().then((found) => (version = found)));
  state.provideStatistics('gtm zone-runner named', undefined, () =>
    namedStatistics(engines.status(namedEngine), follower, store.view(), version),
  );
  provideZoneActions({ ...options, random, files: paths.files });
  const updates = await startUpdateServer({ store, applied: options.applied, clock, log });
  const keys = new KeyMaker({ store, clock, log, folder: paths.named });
  const unsubscribe = store.onCommit((commit, before, after) => {
    follower.onCommit(commit);
    if (!concernsZones(commit.changes)) return;
    syncPtrs(options, commit, before, after);
    keys.onCommit(commit);
  });
  // Its supervisor starts it again; whether it has lost anything is ours to see.
  engines.onExit((name, status) => {
    if (name !== namedEngine) return;
    log.write('warning', `named ended: ${status}`);
    follower.doubt();
  });
  follower.start();
  keys.look();
  let access: ZoneAccess | undefined;
  let accessOf = -1;
  return {
    port: () => follower.port(),
    access() {
      const port = follower.port();
      const { sequence } = store.view();
      // Asked for every second, and as long as the zones are many.
      if (port !== undefined && (access === undefined || accessOf !== sequence)) {
        access = zoneAccess(store.view(), port, updates.port);
        accessOf = sequence;
      }
      return access;
    },
    onPort: (listener) => follower.onPort(listener),
    onServed: (listener) => follower.onServed(listener),
    close() {
      updates.close();
      follower.close();
      unsubscribe();
    },
  };
}

/** Another device's commit brings its PTR records along. */
function syncPtrs(
  { store, clock, log }: ZoneRunnerOptions,
  { origin, changes }: Commit,
  before: ConfigView,
  after: ConfigView,
): void {
  if (origin.source === 'sync' || ptrOperations(before, after, changes).length === 0) return;
  // Listeners are told one commit at a time.
  clock.after(0, () => {
    const operations = ptrOperations(before, store.view(), changes);
    if (operations.length === 0) return;
    const reason = `PTR records of ${changes.map(({ name }) => name).join(', ')}`;
    const asked = { user: origin.user, source: 'system', reason } as const;
    const outcome = store.commit({ origin: asked, operations });
    if (outcome.ok) return;
    const why = outcome.faults.map(({ message }) => message).join(' ');
    log.write('err', `${reason} cannot be kept: ${why}`);
  });
}
