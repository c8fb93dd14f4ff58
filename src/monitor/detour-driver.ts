/** Keeps the kernel's part of transparent probes as it should be. */
import type { Clock } from '../platform/clock.ts';
import type { KernelNetwork } from '../platform/kernel-network.ts';
import type { Log } from '../platform/log.ts';
import type { PacketFilter } from '../platform/packet-filter.ts';
import type { InstancePlan } from './instance-plan.ts';
import {
  type Detour,
  DetourBook,
  type DetourLookup,
  detourCommands,
  detourTable,
  rulePreference,
} from './detours.ts';

const retryMilliseconds = 5000;

export interface DetourOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly filter: PacketFilter;
  readonly network: Pick<KernelNetwork, 'command' | 'read'>;
}

export class DetourDriver implements DetourLookup {
  readonly #options: DetourOptions;
  readonly #book = new DetourBook();
  /** Undefined: who was here before may have left some. */
  #held: ReadonlySet<Detour> | undefined;
  #isStale = false;
  #isWorking = false;
  #isClosed = false;

  constructor(options: DetourOptions) {
    this.#options = options;
  }

  of(plan: InstancePlan): Detour | undefined {
    return this.#book.of(plan);
  }

  /** These instances, and no others. */
  replace(plans: readonly InstancePlan[]): void {
    this.#book.replace(plans);
    this.#want();
  }

  change(set: readonly InstancePlan[], remove: readonly string[]): void {
    this.#book.change(set, remove);
    this.#want();
  }

  /** Leaves them in place: they do nothing without a probe. */
  close(): void {
    this.#isClosed = true;
  }

  #want(): void {
    const all = this.#book.all();
    const held = this.#held;
    // What another process left does nothing without a probe: the kernel is not troubled for it.
    const isSame = all.length === (held?.size ?? 0) && all.every((one) => held?.has(one));
    if (isSame) return;
    this.#isStale = true;
    if (!this.#isWorking && !this.#isClosed) void this.#work();
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options;
    this.#isWorking = true;
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      try {
        await this.#bring(new Set(this.#book.all()));
      } catch (error) {
        const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
        log.write('err', `transparent monitors cannot probe: ${reason}`);
        clock.after(retryMilliseconds, () => this.#want());
      }
    }
    this.#isWorking = false;
  }

  async #bring(wanted: ReadonlySet<Detour>): Promise<void> {
    const { filter } = this.#options;
    if (this.#held === undefined) await this.#clear();
    const held = this.#held ?? new Set<Detour>();
    this.#held = new Set();
    await filter.apply(detourTable([...wanted]));
    const gone = [...held].filter((one) => !wanted.has(one));
    for (const one of gone) await this.#command(detourCommands(one).remove);
    const there = new Set([...held].filter((one) => wanted.has(one)));
    this.#held = there;
    for (const one of wanted) {
      if (there.has(one)) continue;
      const refused = await this.#command(detourCommands(one).add);
      if (refused === undefined) there.add(one);
      else throw new Error(`by way of ${one.gateway.text}: ${refused}`);
    }
  }

  /** Rules of an older process. */
  async #clear(): Promise<void> {
    for (const family of ['-4', '-6']) {
      const rules = await this.#options.network.read([
        family,
        'rule',
        'show',
        'pref',
        rulePreference,
      ]);
      const all = rules.map(() => [family, 'rule', 'del', 'pref', rulePreference]);
      await this.#command(all);
    }
  }

  /** Why the first that was refused was. */
  async #command(commands: readonly (readonly string[])[]): Promise<string | undefined> {
    for (const command of commands) {
      const refused = await this.#options.network.command(command);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }
}
