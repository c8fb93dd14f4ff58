/**
 * Control's side: hands the plan to the failover process, carries commands to it, and shows what it says.
 * The process decides; nothing here does.
 */
import type { Properties } from '../../../catalogue/types.ts';
import type { AppliedTracker } from '../../../config/applied.ts';
import { refuse, type StateRegistry } from '../../../config/runtime-state.ts';
import type { Change, ConfigStore, ConfigView } from '../../../config/types.ts';
import { concernsGateways } from '../failsafes/gateway.ts';
import { lastPart, textValue } from '../../../config/property-values.ts';
import type { IqueryChannel } from '../../../iquery/types.ts';
import type { Clock } from '../../../platform/clock.ts';
import { connectLocal, type LocalPeer } from '../../../platform/local-channel.ts';
import type { Log } from '../../../platform/log.ts';
import type { HealthFeed } from '../../../monitor/health.ts';
import { type ConditionsWatch, watchConditions } from '../failsafes/conditions.ts';
import { profileCheck } from './profile-check.ts';
import { haGroupScore, haGroupUsers, type Offers } from '../failsafes/score.ts';
import {
  failsafeStatistics,
  haGroupStatistics,
  historyStatistics,
} from '../failsafes/show-failsafes.ts';
import { AddressBook } from './floating.ts';
import { failoverComponents, planFailover } from './plan.ts';
import { createPutOut, type PutOut } from './put-out.ts';
import type { FailoverStatus, FromFailover, ToFailover } from '../protocol.ts';
import {
  deviceState,
  failoverSentence,
  failoverStatistics,
  trafficGroupStatistics,
} from './show.ts';
import { leaseStatistics, pathStatistics } from './show-lease.ts';
import { startTakeovers } from './takeovers.ts';
import type { Command } from '../types.ts';
import { renameCheck } from './rename-check.ts';
import { votersCheck, type VotersStatus } from './voters-check.ts';
import { startWitnessing, type Witnessing } from '../witness/witness.ts';

const engine = 'failover';
/** A command is carried out in a millisecond; a process that is being restarted answers later. */
const answerMilliseconds = 2000;
/** Members of a new group find each other within this. */
const settleMilliseconds = 5000;
const silence = 'the failover process does not answer';
const localOnly = '/Common/traffic-group-local-only';

export interface FailoverOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  /** The failover process's Unix socket. */
  readonly socket: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly channel: IqueryChannel;
  readonly health: HealthFeed;
  /** Kernel interface of a VLAN, as the network room names it. */
  readonly interfaceOf: (view: ConfigView, vlan: string) => string | undefined;
}

export interface Failover {
  /** Undefined while the failover process does not answer. */
  status(): FailoverStatus | undefined;
  /** Does this device answer for the group? By the last that the process said; local-only always. */
  isActiveFor(trafficGroup: string): boolean;
  onChange(listener: (status: FailoverStatus) => void): () => void;
  /** Whether the peer mirrors connections to this device, and whether it still has to fetch them. */
  setMirroring(mirrors: boolean, isBehind: boolean): void;
  close(): void;
}

export function startFailover(options: FailoverOptions): Failover {
  const link = new ProcessLink(options);
  options.store.addCheck(profileCheck(() => link.status()?.lags ?? {}));
  options.store.addCheck(votersCheck(() => link.voters()));
  options.store.addCheck(renameCheck(() => link.status()));
  register(options, link);
  // Functions of their own, so that callers may pass them on without the object.
  return {
    status: () => link.status(),
    isActiveFor: (trafficGroup) => link.isActiveFor(trafficGroup),
    onChange: (listener) => link.onChange(listener),
    setMirroring: (mirrors, isBehind) => link.setMirroring(mirrors, isBehind),
    close: () => link.close(),
  };
}

class ProcessLink {
  readonly #options: FailoverOptions;
  readonly #peer: LocalPeer<ToFailover>;
  readonly #witnessing: Witnessing;
  readonly #conditions: ConditionsWatch;
  readonly #putOut: PutOut;
  readonly #stop: () => void;
  readonly #listeners = new Set<(status: FailoverStatus) => void>();
  readonly #waiting = new Map<number, (reason: string | undefined) => void>();
  #status: FailoverStatus | undefined;
  /** Of the whole that was told last. */
  #book: AddressBook | undefined;
  #isConnected = false;
  #mirrors: boolean | undefined;
  #isBehind = false;
  /** Traffic groups; bounded by those that there are. */
  readonly #madeHere = new Set<string>();
  #settledAt = Number.NEGATIVE_INFINITY;
  #nextId = 1;

  constructor(options: FailoverOptions) {
    this.#options = options;
    options.applied.register(engine);
    this.#witnessing = startWitnessing({ ...options, changed: () => this.#configure() });
    this.#putOut = createPutOut(
      options.store,
      options.log,
      (command) => void this.command(command),
    );
    this.#conditions = watchConditions({
      ...options,
      changed: (conditions) => this.#peer.send({ type: 'conditions', conditions }),
    });
    this.#peer = connectLocal<FromFailover, ToFailover>(options.socket, options.clock, {
      onOpen: () => {
        this.#isConnected = true;
        this.#putOut.repeat();
        this.#configure();
        this.#peer.send({ type: 'conditions', conditions: this.#conditions.now() });
        this.#tellBehind();
      },
      onMessage: (message) => this.#receive(message),
      onClose: () => {
        this.#isConnected = false;
        this.#status = undefined;
      },
    });
    this.#stop = options.store.onCommit((commit, before, after) => {
      this.#putOut.follow(commit, before, after);
      this.#conditions.look();
      if (commit.origin.source !== 'sync') this.#noteMade(commit.changes);
      if (commit.changes.some(({ component }) => component === 'cm device-group'))
        this.#settledAt = options.clock.monotonicMilliseconds() + settleMilliseconds;
      const isConcerned = (change: Change): boolean =>
        failoverComponents.includes(change.component) || concernsGateways(change);
      const concerned = commit.changes.filter(isConcerned);
      if (concerned.length > 0) this.#follow(concerned);
      else options.applied.mark(engine, commit.sequence, { state: 'applied' });
    });
  }

  status(): FailoverStatus | undefined {
    return this.#status;
  }

  /** Those who were never heard may just not have found each other yet, right after a change of the group. */
  voters(): VotersStatus | undefined {
    const isSettled = this.#options.clock.monotonicMilliseconds() >= this.#settledAt;
    const status = this.#status;
    if (isSettled || status === undefined) return status;
    return { ...status, peers: status.peers.filter(({ silence }) => silence !== null) };
  }

  isActiveFor(trafficGroup: string): boolean {
    if (trafficGroup === localOnly) return true;
    const group = this.#status?.groups.find((one) => one.name === trafficGroup);
    return group?.role === 'owner';
  }

  onChange(listener: (status: FailoverStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setMirroring(mirrors: boolean, isBehind: boolean): void {
    const isNew = this.#mirrors !== mirrors;
    this.#mirrors = mirrors;
    this.#isBehind = isBehind;
    if (isNew) this.#configure();
    this.#tellBehind();
  }

  /** While nothing is known of mirroring, the process goes on as it began. */
  #tellBehind(): void {
    if (this.#mirrors !== undefined) this.#peer.send({ type: 'behind', isBehind: this.#isBehind });
  }

  offers(): Offers {
    return this.#conditions.offers();
  }

  close(): void {
    this.#stop();
    this.#conditions.close();
    this.#peer.close();
  }

  /** Resolves with the reason why it was refused. */
  command(command: Command): Promise<string | undefined> {
    if (!this.#isConnected) return Promise.resolve(silence);
    this.#putOut.obeyed(command);
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const finish = (reason: string | undefined): void => {
        cancel();
        this.#waiting.delete(id);
        resolve(reason);
      };
      const cancel = this.#options.clock.after(answerMilliseconds, () => finish(silence));
      this.#waiting.set(id, finish);
      this.#peer.send({ type: 'command', id, command });
    });
  }

  #noteMade(changes: readonly Change[]): void {
    for (const { component, name, before, after } of changes) {
      if (component !== 'cm traffic-group') continue;
      if (after === undefined) this.#madeHere.delete(name);
      else if (before === undefined) this.#madeHere.add(name);
    }
  }

  /** Virtual addresses come and go with every other commit; anything else is rare. */
  #follow(changes: readonly Change[]): void {
    const isOfAddresses = changes.every(({ component }) => component === 'ltm virtual-address');
    const view = this.#options.store.view();
    const told = isOfAddresses ? this.#book?.update(view, changes) : undefined;
    if (told === undefined) {
      this.#configure();
      this.#witnessing.ask();
      return;
    }
    if (told.length > 0) this.#peer.send({ type: 'addresses', changes: told });
    this.#mark(view);
  }

  #configure(): void {
    const { store, interfaceOf } = this.#options;
    const view = store.view();
    const book = new AddressBook(view, interfaceOf);
    const inputs = {
      interfaceOf,
      witnessAddresses: this.#witnessing.addresses(),
      witnessing: this.#witnessing.duties(),
      mirrors: this.#mirrors,
      madeHere: this.#madeHere,
    };
    this.#peer.send({ type: 'configure', config: planFailover(view, inputs, book) });
    this.#book = book;
    this.#mark(view);
  }

  #mark(view: ConfigView): void {
    this.#options.applied.mark(
      engine,
      view.sequence,
      this.#isConnected ? { state: 'applied' } : { state: 'failed', reason: silence },
    );
  }

  #receive(message: FromFailover): void {
    if (message.type === 'result') {
      this.#waiting.get(message.id)?.(message.reason);
      return;
    }
    this.#status = message.status;
    for (const listener of this.#listeners) listener(message.status);
  }
}

function register({ state, clock, store, channel }: FailoverOptions, link: ProcessLink): void {
  const takeovers = startTakeovers(channel, () => store.view().deviceName);
  link.onChange((changed) => takeovers.changed(changed));
  const status = (): FailoverStatus | undefined => link.status();
  state.provideFields('cm device', undefined, (name) => ({
    'failover-state': deviceState(status(), lastPart(name)),
  }));
  state.provideStatistics('cm failover-status', undefined, () => failoverStatistics(status()));
  state.provideStatistics('cm traffic-group', undefined, (name) =>
    trafficGroupStatistics(status(), name, (device) => takeovers.of(device, name)),
  );
  state.provideStatistics('sys ha-group', undefined, (name) => {
    const score = haGroupScore(store.view(), name, link.offers());
    return score && haGroupStatistics(score, haGroupUsers(store.view(), name), status());
  });
  state.provideStatistics('cm failover-lease', undefined, () => leaseStatistics(status()));
  state.provideStatistics('cm failover-path', undefined, () => pathStatistics(status()));
  state.provideStatistics('cm failover-history', undefined, () => historyStatistics(status()));
  state.provideStatistics('sys ha-status', undefined, () => failsafeStatistics(status()));
  state.provideStatistics('sys failover', undefined, () => ({
    apiAnonymous: failoverSentence(status(), clock.wallMilliseconds()),
  }));
  state.provideAction('sys failover', 'run', async ({ parameters }) => {
    const order = orderOf(parameters);
    if (order.kind === 'standby' && order.device !== undefined) {
      const known = store.view().get('cm device', `/Common/${order.device}`);
      if (known === undefined) {
        return refuse(
          `The requested device (/Common/${order.device}) was not found.`,
          404,
          '01020036',
        );
      }
    }
    const reason = await link.command(order);
    if (reason === undefined) return { ok: true, value: {} };
    return refuse(`Failover command refused: ${reason}`, 400);
  });
}

function orderOf(parameters: Properties): Command {
  const action = textValue(parameters, 'action');
  if (action === 'offline' || action === 'online') return { kind: action };
  const device = textValue(parameters, 'device');
  return {
    kind: 'standby',
    trafficGroup: textValue(parameters, 'traffic-group'),
    device: device === undefined ? undefined : lastPart(device),
  };
}
