/** The room's wiring: keeps the kernel's links, addresses, routes and port lockdown as configured. */
import { isMasquerade } from '../base/interface-names.ts';
import { changedLines } from '../base/changed-lines.ts';
import type { AppliedTracker } from '../config/applied.ts';
import type { EnginePreviews } from '../config/engine-previews.ts';
import type { Change, Commit, ConfigStore, ConfigView, Operation } from '../config/types.ts';
import type { Clock } from '../platform/clock.ts';
import { type KernelNetwork, kernelNetwork } from '../platform/kernel-network.ts';
import type { Log } from '../platform/log.ts';
import { type PacketFilter, openPacketFilter } from '../platform/packet-filter.ts';
import { type KernelState, type Owned, diffNetwork, ownedAddress, routeProtocol } from './diff.ts';
import { finishInSlices } from '../platform/turn.ts';
import { type KernelLink, parseLinks, parseRoutes } from './kernel.ts';
import { renderLockdown } from './lockdown.ts';
import { concernsPlan, planNetwork } from './plan.ts';
import { deviceSettings, interfaceSettings } from './settings.ts';
import type { NetworkPlan } from './types.ts';

export const networkEngine = 'network';

export interface NetworkOptions {
  readonly store: ConfigStore;
  readonly applied: AppliedTracker;
  readonly previews?: Pick<EnginePreviews, 'register'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly network?: KernelNetwork;
  readonly filter?: PacketFilter;
}

export interface Running {
  close(): void;
}

/** What the kernel refused is tried again; what others changed is put right. */
const retryMilliseconds = 2000;
const checkMilliseconds = 10_000;
const ownedKey = 'network.owned';

/**
 * Resolves when the kernel was brought to the present configuration once, or refused it: the interfaces are
 * known to the configuration by then. `close()` leaves addresses and routes in place.
 */
export async function startNetwork(options: NetworkOptions): Promise<Running> {
  const room = new NetworkRoom(options);
  await room.begin();
  return { close: () => room.close() };
}

class NetworkRoom {
  readonly #options: NetworkOptions;
  readonly #network: KernelNetwork;
  readonly #filter: PacketFilter;
  readonly #leave: (() => void)[] = [];
  #view: ConfigView;
  #plan: NetworkPlan;
  #heldLockdown: string | undefined;
  #problems = '';
  #isDirty = false;
  #isWorking = false;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#network = options.network ?? kernelNetwork;
    this.#filter = options.filter ?? openPacketFilter();
    this.#view = options.store.view();
    this.#plan = planNetwork(this.#view);
    options.applied.register(networkEngine);
    options.previews?.register({
      engine: networkEngine,
      changes: (before, after, changes) => this.#preview(before, after, changes),
    });
  }

  async begin(): Promise<void> {
    const { store, clock } = this.#options;
    for (const { path, value } of deviceSettings) this.#set(path, value);
    await this.#noteInterfaces();
    this.#leave.push(
      store.onCommit((commit, _before, after) => this.#onCommit(commit, after)),
      clock.every(checkMilliseconds, () => void this.#kick()),
    );
    await this.#kick();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    for (const leave of this.#leave) leave();
  }

  #onCommit(commit: Commit, after: ConfigView): void {
    this.#view = after;
    const before = this.#plan;
    if (concernsPlan(commit.changes, after)) {
      const plan = planNetwork(after);
      // Most virtual servers change nothing here, and looking at the kernel takes a while.
      if (JSON.stringify(before) !== JSON.stringify(plan)) this.#plan = plan;
    }
    if (this.#plan !== before) void this.#kick();
    // A run that is under way marks when it is done.
    else if (!this.#isWorking) this.#mark();
  }

  /** One run at a time; asked for meanwhile, it runs once more. */
  #kick(): Promise<void> {
    this.#isDirty = true;
    if (!this.#isWorking) this.#work = this.#run();
    return this.#work;
  }

  async #run(): Promise<void> {
    this.#isWorking = true;
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      const plan = this.#plan;
      const view = this.#view;
      const problems = [...plan.problems];
      try {
        problems.push(...(await this.#bring(plan)));
      } catch (error) {
        problems.push(
          error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
        );
      }
      this.#note(problems.join('; '));
      this.#mark(this.#plan === plan ? this.#view.sequence : view.sequence);
      if (problems.length > plan.problems.length && !this.#isClosed) {
        this.#cancelRetry();
        this.#cancelRetry = this.#options.clock.after(retryMilliseconds, () => void this.#kick());
      }
    }
    // In the same turn as the last look at #isDirty, so that nothing falls between.
    this.#isWorking = false;
  }

  async #bring(plan: NetworkPlan): Promise<readonly string[]> {
    const problems: string[] = [];
    const lockdown = renderLockdown(plan.lockdown);
    if (lockdown !== this.#heldLockdown) {
      await this.#filter.apply(lockdown);
      this.#heldLockdown = lockdown;
    }
    const kernel = await this.#kernel();
    const { owned } = kernel;
    const diff = diffNetwork(plan, kernel);
    problems.push(...diff.problems);
    const wanted: Owned = {
      addresses: plan.addresses.map(ownedAddress),
      links: plan.links.filter((link) => link.tagged !== undefined).map((link) => link.device),
    };
    this.#own({
      addresses: [...new Set([...owned.addresses, ...wanted.addresses])],
      links: [...new Set([...owned.links, ...wanted.links])],
    });
    for (const link of plan.links) {
      for (const { path, value } of interfaceSettings(link.device)) this.#set(path, value);
    }
    for (const step of diff.steps) {
      const refused = await this.#network.command(step.args);
      if (refused !== undefined) problems.push(`${step.subject}: ${refused.split('\n')[0]}`);
    }
    if (problems.length === 0) this.#own(wanted);
    return problems;
  }

  /** The commands that the change would need, without those that are due anyway. Only reads the kernel. */
  async #preview(
    before: ConfigView,
    after: ConfigView,
    changes: readonly Change[],
  ): Promise<readonly string[]> {
    if (!concernsPlan(changes, after)) return [];
    const [held, wanted] = [planNetwork(before), planNetwork(after)];
    if (JSON.stringify(held) === JSON.stringify(wanted)) return [];
    const kernel = await this.#kernel();
    const commandsOf = (plan: NetworkPlan): readonly string[] =>
      diffNetwork(plan, kernel).steps.map((step) => `ip ${step.args.join(' ')}`);
    const due = new Set(commandsOf(held));
    return [
      ...commandsOf(wanted).filter((command) => !due.has(command)),
      ...changedLines(renderLockdown(held.lockdown), renderLockdown(wanted.lockdown)),
      ...wanted.problems.filter((problem) => !held.problems.includes(problem)),
    ];
  }

  async #kernel(): Promise<KernelState> {
    const read = async (family: 4 | 6): Promise<ReturnType<typeof parseRoutes>> =>
      parseRoutes(
        await this.#network.read([`-${family}`, 'route', 'show', 'proto', routeProtocol]),
      );
    const [links, ipv4, ipv6] = await Promise.all([this.#links(), read(4), read(6)]);
    return { links, routes: { 4: ipv4, 6: ipv6 }, owned: this.#owned() };
  }

  async #links(): Promise<ReadonlyMap<string, KernelLink>> {
    return await finishInSlices(parseLinks(await this.#network.read(['addr', 'show'])));
  }

  /** Interfaces are objects of the configuration, so that VLANs can refer to them. */
  async #noteInterfaces(): Promise<void> {
    const { store, log } = this.#options;
    const links = await this.#links().catch(() => new Map<string, KernelLink>());
    const view = store.view();
    const operations: Operation[] = [...links.values()]
      .filter(({ type, device }) => type === 'ether' && !isMasquerade(device))
      .filter(({ device }) => !view.get('net interface', device))
      .map((link) => ({
        kind: 'create',
        component: 'net interface',
        name: link.device,
        properties: {},
      }));
    if (operations.length === 0) return;
    const outcome = store.commit({ origin: { user: 'system', source: 'system' }, operations });
    if (!outcome.ok) {
      log.write('err', `interfaces cannot be noted: ${outcome.faults[0]?.message ?? ''}`);
    }
    this.#view = store.view();
    this.#plan = planNetwork(this.#view);
  }

  /** Both old and new while the kernel is being changed: a crash in between forgets nothing. */
  #own(owned: Owned): void {
    const text = JSON.stringify(owned);
    if (this.#options.store.readState(ownedKey) !== text) {
      this.#options.store.writeState(ownedKey, text);
    }
  }

  #owned(): Owned {
    const text = this.#options.store.readState(ownedKey);
    // Written by #own only.
    return text === undefined ? { addresses: [], links: [] } : (JSON.parse(text) as Owned);
  }

  #set(path: string, value: string): void {
    const present = this.#network.readSetting(path);
    if (present === undefined || present === value) return;
    if (!this.#network.writeSetting(path, value)) {
      this.#options.log.write('warning', `the kernel does not take ${path} = ${value}`);
    }
  }

  #note(problems: string): void {
    if (problems !== this.#problems && problems !== '') {
      this.#options.log.write('err', `network: ${problems}`);
    }
    this.#problems = problems;
  }

  #mark(sequence = this.#view.sequence): void {
    const reason = this.#problems.slice(0, 600);
    const state =
      reason === '' ? ({ state: 'applied' } as const) : ({ state: 'failed', reason } as const);
    this.#options.applied.mark(networkEngine, sequence, state);
  }
}
