import type { Sliced } from '../../base/slices.ts';
import { finishInSlices } from '../../platform/turn.ts';
import { systemRandom } from '../../platform/random.ts';
import { loadReason } from './content.ts';
import type { Outcome } from '../../base/fault.ts';
import { compareHybrid, hybridStart, hybridTick, hybridZero } from '../../base/hybrid-clock.ts';
import { filterCommit } from '../../config/model/scope.ts';
import type { Change, Commit, ConfigView, SharedObject } from '../../config/types.ts';
import type { IqueryChannel, IquerySession } from '../../iquery/types.ts';
import { registerCommands } from './commands.ts';
import { movesScopes } from './content-sum.ts';
import type { SyncGroup, SyncOptions } from './context.ts';
import { groupDatabase } from './database.ts';
import { createGroup, type Group } from './group.ts';
import type { GroupLink } from './group-world.ts';
import { type GroupDatabase, type OpenGroup, openGroup } from './group-store.ts';
import { type ComparedGroup, startPeerContent } from './peer-content.ts';
import { contentFeature } from '../../config/store/content-feature.ts';
import { installKnown } from './known-now.ts';
import { areCompatible, type PlannedGroup, plannedGroups } from './plan.ts';
import { createSaveAfterSync } from './save-after-sync.ts';
import { registerStatus } from './show.ts';

export interface RunningSync {
  /** The groups that we belong to, device_trust_group first. */
  groups(): readonly SyncGroup[];
  /** What to do to our configuration to have the peer's, of what we share with it. */
  differences(device: string): Promise<Outcome<readonly Change[]>>;
  close(): void;
}

interface Entry extends SyncGroup {
  readonly database: GroupDatabase;
  readonly open: OpenGroup;
  readonly domain: string;
}

const tickMilliseconds = 1000;

export function startSync(options: SyncOptions): RunningSync {
  const { store, channel, clock, log, masterKeys } = options;
  installKnown(store, log);
  const groups = new Groups(options);
  groups.arrange(store.view());
  listen(channel, (id, session, run) => groups.handle(id, session, run));
  channel.onSession((session, state) => groups.sessionChanged(session, state));
  masterKeys.onChange((device) => groups.keyChanged(device));
  const list = (): readonly SyncGroup[] => groups.list();
  const peerContent = startPeerContent(options, () => groups.compared());
  registerStatus(options, list);
  registerCommands({
    ...options,
    groups: list,
    peerContent,
    waitFor: (isDone, limit) => groups.waitFor(isDone, limit),
  });
  const saving = createSaveAfterSync(options);
  const stopCommits = store.onCommit((commit, _before, after) => {
    groups.onCommit(commit, after);
    if (commit.origin.source === 'sync' && groups.isSaved(commit, after)) saving.note();
  });
  const stopTicks = clock.every(tickMilliseconds, () => {
    for (const { group } of groups.list()) group.tick();
  });
  const names = groups.list().map(({ planned }) => planned.label);
  log.write('info', `synchronising ${names.join(', ')}`);
  return {
    groups: list,
    differences: (device) => peerContent.differences(device),
    close() {
      stopCommits();
      stopTicks();
      saving.close();
      groups.clear();
    },
  };
}

class Groups {
  readonly #options: SyncOptions;
  readonly #link: GroupLink;
  readonly #entries = new Map<string, Entry>();
  /** Machines that are busy with a message: commits that come of it wait until it is done. */
  #handling = 0;
  #domain = '';
  #deferred: (() => void)[] = [];
  /** Commands that wait for the outcome of what they sent. */
  #looking: (() => void)[] = [];

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#link = groupLink(options, (work) => void finishInSlices(this.#guarded(work)));
  }

  list(): readonly SyncGroup[] {
    return [...this.#entries.values()];
  }

  compared(): readonly ComparedGroup[] {
    return [...this.#entries].map(([id, { group, database }]) => ({
      id,
      hasMember: (device) => group.state().peers[device] !== undefined,
      objects: () => database.objects(),
      versions: () => group.state().own.versions,
      compare: (device, versions) => group.compared(device, versions),
    }));
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Follows the configuration: who is in which group. Another trust domain is another history. */
  arrange(view: ConfigView): void {
    const domain = domainOf(view);
    this.#domain = domain;
    const wanted = new Map(plannedGroups(view).map((one) => [one.config.group, one]));
    for (const [id, entry] of this.#entries) {
      // So is another name of our own: what it made as the former stays what that one made.
      const isOurs = entry.group.state().self === view.deviceName;
      if (!wanted.has(id) || entry.domain !== domain || !isOurs) this.#entries.delete(id);
    }
    for (const [id, planned] of wanted) {
      const entry = this.#entries.get(id);
      if (entry === undefined) this.#add(planned, domain);
      else this.#follow(entry, planned);
    }
  }

  #add(planned: PlannedGroup, domain: string): void {
    const { store } = this.#options;
    const { deviceName } = store.view();
    const id = planned.config.group;
    const database = groupDatabase(store, planned.scope, `sync ${id}`);
    const open = openGroup(database, deviceName, domain);
    const group = createGroup(deviceName, planned.config, open.own, open.store, this.#link);
    const objects = (): readonly SharedObject[] => database.objects();
    this.#entries.set(id, { planned, group, objects, database, open, domain });
    this.#connectAll(group);
    group.configure(planned.config, database.hash());
  }

  #follow(entry: Entry, planned: PlannedGroup): void {
    const { group } = entry;
    const hash = entry.database.hash();
    const isSame = JSON.stringify(planned) === JSON.stringify(entry.planned);
    if (isSame && hash === group.state().own.hash) return;
    this.#entries.set(planned.config.group, { ...entry, planned });
    group.configure(planned.config, hash);
    this.#connectAll(group);
  }

  #connectAll(group: Group): void {
    const { channel } = this.#options;
    for (const session of channel.sessions()) {
      const peer = group.state().peers[session.device];
      if (peer !== undefined && !peer.isConnected) this.#connect(group, session);
    }
  }

  #connect(group: Group, session: IquerySession): void {
    if (session.relation !== 'trust-domain') return;
    // Before, one could not open what the other sealed.
    if (!this.#options.masterKeys.isAgreed(session.device)) return;
    if (group.state().peers[session.device] === undefined) return;
    const isCompatible = areCompatible(this.#options.software, session.software);
    group.connected(session.device, isCompatible, session.features.includes(contentFeature));
  }

  sessionChanged(session: IquerySession, state: 'open' | 'closed'): void {
    for (const { group } of this.#entries.values()) {
      if (state === 'open') this.#connect(group, session);
      else if (this.#options.channel.session(session.device) === undefined)
        group.disconnected(session.device);
    }
    this.#look();
  }

  /** The peer holds our master key now, or does not any more. */
  keyChanged(device: string): void {
    const { channel, masterKeys } = this.#options;
    const session = channel.session(device);
    for (const { group } of this.#entries.values()) {
      if (session !== undefined && masterKeys.isAgreed(device)) this.#connect(group, session);
      else group.disconnected(device);
    }
    this.#look();
  }

  onCommit(commit: Commit, after: ConfigView): void {
    if (commit.origin.source === 'sync') this.#finishTaking(commit, after);
    else if (this.#handling > 0) {
      this.#deferred.push(() => this.onCommit(commit, this.#options.store.view()));
      return;
    }
    // What came by synchronisation is known to its machine already; what makes us a member of another
    // trust domain is nothing to tell the former one.
    if (commit.origin.source !== 'sync' && domainOf(after) === this.#domain) {
      for (const { planned, group, open } of this.#entries.values()) {
        const mine = filterCommit(commit, planned.scope, after);
        if (mine !== undefined) group.committed(open.noteCommit(mine, group.state().own));
      }
    }
    for (const change of commit.changes) this.#clearedCache(change);
    // After it was sent: a device that is put out of the group still hears of it.
    if (commit.changes.some(arranges)) this.arrange(after);
  }

  /** Did it come to a group that wants to have it saved? */
  isSaved(commit: Commit, after: ConfigView): boolean {
    return [...this.#entries.values()].some(
      ({ planned }) => planned.isSaved && filterCommit(commit, planned.scope, after) !== undefined,
    );
  }

  #clearedCache({ component, name, before, after }: Change): void {
    if (component !== 'cm device-group' || after === undefined) return;
    const count = (object: Change['after']): unknown =>
      object?.properties['incremental-cache-clearings'];
    if (count(before) !== count(after)) this.#entries.get(name)?.group.clearCache();
  }

  /** One message for one group's machine; false when we are not in the group. */
  handle(id: string, session: IquerySession, run: (group: Group) => void): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined || session.relation !== 'trust-domain') return false;
    this.#handle(() => run(entry.group));
    return true;
  }

  #handle<T>(task: () => T): T {
    this.#handling += 1;
    try {
      return task();
    } finally {
      this.#handling -= 1;
      if (this.#handling === 0) this.#handled();
    }
  }

  #handled(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const task of deferred) task();
    this.#look();
  }

  /** A machine's long work: each piece of it is as a message. */
  *#guarded(work: Sliced<void>): Sliced<void> {
    for (;;) {
      const step = this.#handle(() => work.next());
      if (step.done === true) return;
      yield step.value;
    }
  }

  /** Somebody's commit found a load written that its machine does not know of yet: the load came first. */
  #finishTaking(commit: Commit, after: ConfigView): void {
    if (commit.origin.reason !== loadReason) return;
    for (const { planned, group } of this.#entries.values()) {
      if (group.isTaking() && filterCommit(commit, planned.scope, after) !== undefined) {
        group.finishTaking();
      }
    }
  }

  /** Resolves when `isDone`, looked at after every message, or when the limit is over. */
  waitFor(isDone: () => boolean, limit: number): Promise<boolean> {
    return new Promise((resolve) => {
      let isOver = false;
      const cancel = this.#options.clock.after(limit, () => {
        isOver = true;
        resolve(isDone());
      });
      const look = (): void => {
        if (isOver) return;
        if (!isDone()) return void this.#looking.push(look);
        cancel();
        resolve(true);
      };
      look();
    });
  }

  #look(): void {
    const looking = this.#looking;
    this.#looking = [];
    for (const look of looking) look();
  }
}

/** What may change who is in which group. */
function arranges(change: Change): boolean {
  return movesScopes(change) || change.component === 'gtm global-settings general';
}

function domainOf(view: ConfigView): string {
  return view.get('cm trust-domain', '/Common/Root')?.properties.guid ?? '';
}

/** Changes in a batch from which on others have their turn while it is taken. */
const longBatch = 100;

function groupLink(
  { store, channel, clock, log, masterKeys }: SyncOptions,
  drive: GroupLink['drive'],
): GroupLink {
  const head = store.history(1)[0]?.identity.time ?? hybridZero;
  let last = hybridStart(head, systemRandom.fraction());
  return {
    send: (device, lane, kind, body) => channel.session(device)?.send(lane, kind, body),
    log: (level, text) => log.write(level, text),
    longBatch,
    drive,
    outgoing: (device, object) =>
      masterKeys.takesSealed(device) ? object : store.secrets.opened(object),
    incoming: (object) => store.secrets.sealed(object),
    now() {
      const newest = store.history(1)[0]?.identity.time ?? hybridZero;
      last = hybridTick(compareHybrid(newest, last) > 0 ? newest : last, clock.wallMilliseconds());
      return last;
    },
  };
}

type Handle = (id: string, session: IquerySession, run: (group: Group) => void) => boolean;

function listen(channel: IqueryChannel, handle: Handle): void {
  const refuse = (session: IquerySession, group: string, commitId: string): void => {
    const error = 'Device does not recognize membership in this group';
    session.send('bulk', 'syncResult', { group, commitId, error });
  };
  channel.onMessage('groupState', (body, session) => {
    handle(body.group, session, (group) => group.receiveState(session.device, body));
  });
  channel.onMessage('commitBatch', (body, session) => {
    const run = (group: Group): void => group.receiveBatch(session.device, body);
    if (!handle(body.group, session, run)) refuse(session, body.group, body.head.commitId);
  });
  channel.onMessage('fullLoad', (body, session) => {
    const run = (group: Group): void => group.receiveLoad(session.device, body);
    if (!handle(body.group, session, run) && body.part === 0)
      refuse(session, body.group, body.commitId);
  });
  channel.onMessage('loadRequest', (body, session) => {
    handle(body.group, session, (group) => group.receiveRequest(session.device, body));
  });
  channel.onMessage('syncResult', (body, session) => {
    handle(body.group, session, (group) => group.receiveResult(session.device, body));
  });
}
