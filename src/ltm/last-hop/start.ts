/**
 * Keeps what sends answers back by the router that the question came from: looks each second which routers
 * connections came by, and gives each that the routing table would not choose anyway a bit, a rule and a routing table.
 */
import type { Commit, ConfigStore, ConfigView } from '../../config/types.ts';
import type { HealthFeed } from '../../monitor/health.ts';
import type { Clock } from '../../platform/clock.ts';
import { type KernelNetwork, kernelNetwork } from '../../platform/kernel-network.ts';
import type { Log } from '../../platform/log.ts';
import { type KnownNeighbour, knownNeighbours } from '../../platform/neighbours.ts';
import { type PacketFilter, openPacketFilter, readSmallSet } from '../../platform/packet-filter.ts';
import type { DeviceFacts } from '../types.ts';
import { type LastHopPlan, concernsLastHop, planLastHop, saysLastHop } from './plan.ts';
import { elementOf, isWanted, lastHopTable, parseSeen, renderLastHop, seenSet } from './render.ts';
import {
  type Router,
  RouterBook,
  type WantedRouter,
  isRouterMark,
  keyOf,
  routerCommands,
  rulePreference,
} from './routers.ts';
import { type GatewayRoute, isOrdinary, parseGateways } from './ordinary.ts';

const pollMilliseconds = 1000;
/** The routing table may change beside the configuration; a neighbour's hardware address, too. */
const lookAgainMilliseconds = 30_000;
/** After a change of routes it is looked at each second for so long: the network room brings them meanwhile. */
const restlessMilliseconds = 10_000;
const retryMilliseconds = 2000;
const inheritance = 'net/ipv4/tcp_fwmark_accept';

export interface LastHopOptions {
  readonly store: Pick<ConfigStore, 'view' | 'onCommit'>;
  readonly health: Pick<HealthFeed, 'table' | 'onChange'>;
  readonly facts: DeviceFacts;
  readonly clock: Clock;
  readonly log: Log;
  readonly filter?: PacketFilter;
  readonly network?: KernelNetwork;
}

/** What is in the kernel stays when it is closed: traffic goes on without us. */
export function startLastHop(options: LastHopOptions): { close(): void } {
  const hops = new LastHops(options);
  return { close: () => hops.close() };
}

class LastHops {
  readonly #options: LastHopOptions;
  readonly #filter: PacketFilter;
  readonly #network: KernelNetwork;
  readonly #book = new RouterBook();
  readonly #saying: Set<string>;
  readonly #leave: (() => void)[];
  #plan: LastHopPlan;
  #seen = '';
  #lookedAt = -Infinity;
  #restlessUntil = -Infinity;
  /** Routers whose rules are in the kernel. */
  #held = new Map<string, Router>();
  #text: string | undefined;
  #isCleared = false;
  #isWorking = false;
  #isAskedAgain = false;
  #isClosed = false;
  #lastReason = '';

  constructor(options: LastHopOptions) {
    const { store, health, clock } = options;
    this.#options = options;
    this.#filter = options.filter ?? openPacketFilter();
    this.#network = options.network ?? kernelNetwork;
    const view = store.view();
    this.#saying = new Set(
      view.list('ltm virtual').flatMap((virtual) => (saysLastHop(virtual) ? [virtual.name] : [])),
    );
    this.#plan = this.#planOf(view);
    // A control before this one may have left routers.
    this.#seen = readSmallSet(lastHopTable, seenSet) ?? '';
    this.#leave = [
      store.onCommit((commit, _before, after) => this.#onCommit(commit, after)),
      health.onChange((changed) => this.#onHealth([...changed.keys()])),
      clock.every(pollMilliseconds, () => this.#poll()),
    ];
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    for (const leave of this.#leave) leave();
  }

  #planOf(view: ConfigView): LastHopPlan {
    const { facts, health } = this.#options;
    return planLastHop(view, facts, health.table(), this.#saying);
  }

  #onCommit({ changes }: Commit, after: ConfigView): void {
    let isTouched = changes.some((change) => concernsLastHop(change, this.#saying.size > 0));
    for (const { component, name, after: present } of changes) {
      if (component !== 'ltm virtual') continue;
      isTouched ||= this.#saying.has(name);
      const virtual = present === undefined ? undefined : after.get('ltm virtual', name);
      if (virtual !== undefined && saysLastHop(virtual)) {
        this.#saying.add(name);
        isTouched = true;
      } else this.#saying.delete(name);
    }
    if (!isTouched) return;
    this.#plan = this.#planOf(after);
    this.#restlessUntil = this.#options.clock.monotonicMilliseconds() + restlessMilliseconds;
    this.#look();
  }

  /** Which members of last hop pools are up. */
  #onHealth(keys: readonly string[]): void {
    if (this.#saying.size === 0 || !keys.some((key) => key.startsWith('member '))) return;
    this.#plan = this.#planOf(this.#options.store.view());
    this.#look();
  }

  #poll(): void {
    if (!isWanted(this.#plan) || this.#isWorking) return;
    const seen = readSmallSet(lastHopTable, seenSet) ?? '';
    const before = new Set(parseSeen(this.#seen).map(elementOf));
    const now = parseSeen(seen).map(elementOf);
    const isSame = now.length === before.size && now.every((one) => before.has(one));
    this.#seen = seen;
    const at = this.#options.clock.monotonicMilliseconds();
    const isDue = at < this.#restlessUntil || at - this.#lookedAt > lookAgainMilliseconds;
    if (!isSame || (now.length > 0 && isDue)) this.#look();
  }

  #look(): void {
    if (this.#isClosed) return;
    if (this.#isWorking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isWorking = true;
    void this.#bring()
      .then(() => (this.#lastReason = ''))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isWorking = false;
        const isAskedAgain = this.#isAskedAgain;
        this.#isAskedAgain = false;
        if (isAskedAgain) this.#look();
      });
  }

  async #bring(): Promise<void> {
    const plan = this.#plan;
    this.#lookedAt = this.#options.clock.monotonicMilliseconds();
    if (!isWanted(plan) && this.#text === undefined && this.#seen === '') return;
    await this.#clear();
    const seen = parseSeen(this.#seen);
    this.#book.keep(isWanted(plan) ? await this.#wanted(plan, seen) : []);
    const routers = this.#book.all;
    // Ways are there before packets are sent by them, and go after.
    await this.#addWays(routers);
    // Sockets inherit marks only while the table says which: others (TPROXY's) would lead answers back to us.
    this.#set(inheritance, '0', routers.length === 0);
    for (const { device, isOn } of plan.lans) {
      // The kernel's own check knows one way back only.
      this.#set(`net/ipv4/conf/${device}/rp_filter`, '0', isOn);
    }
    const elements = seen.map(elementOf);
    const text = renderLastHop(plan, routers);
    if (text !== this.#text) await this.#filter.apply(renderLastHop(plan, routers, elements));
    this.#text = text;
    this.#set(inheritance, '1', routers.length > 0);
    await this.#removeWays(routers);
  }

  async #wanted(
    plan: LastHopPlan,
    seen: ReturnType<typeof parseSeen>,
  ): Promise<readonly WantedRouter[]> {
    const pools = plan.exceptions.flatMap(({ way }) =>
      typeof way === 'object' ? way.routers : [],
    );
    const members = [...new Set(pools)].map((address): WantedRouter => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    if (seen.length === 0) return members;
    const neighbours = [...knownNeighbours(4), ...knownNeighbours(6)];
    const gateways = await this.#gateways();
    const came = seen.flatMap(({ came: name, hardware, family }) => {
      const device = plan.lans.find(({ names }) => names.includes(name))?.device;
      if (device === undefined) return [];
      const router = { came: name, device, hardware, family };
      const isLeft = isDevice(router, plan, neighbours) || isOrdinary(router, gateways, neighbours);
      return isLeft ? [] : [router];
    });
    return [...members, ...came];
  }

  async #gateways(): Promise<readonly GatewayRoute[]> {
    const shown = await Promise.all(
      ['-4', '-6'].map((family) => this.#network.read([family, 'route', 'show', 'table', 'main'])),
    );
    return shown.flatMap((routes, index) => parseGateways(routes, index === 0 ? 4 : 6));
  }

  /** Once: rules that a control before this one left. */
  async #clear(): Promise<void> {
    if (this.#isCleared) return;
    for (const family of ['-4', '-6']) {
      const rules = await this.#network.read([family, 'rule', 'show', 'pref', rulePreference]);
      for (const rule of rules) {
        const { fwmark } = rule as { readonly fwmark?: string }; // As `ip` writes it.
        if (fwmark === undefined || !isRouterMark(fwmark)) continue;
        const match = ['pref', rulePreference, 'fwmark', fwmark];
        await this.#network.command([family, 'rule', 'del', ...match]);
      }
    }
    this.#isCleared = true;
  }

  async #addWays(routers: readonly Router[]): Promise<void> {
    for (const router of routers) {
      const key = keyOf(router);
      if (this.#held.has(key)) continue;
      this.#held.set(key, router);
      const refused: string[] = [];
      for (const command of routerCommands(router).add) {
        const why = await this.#network.command(command);
        if (why !== undefined) refused.push(`ip ${command.join(' ')}: ${why}`);
      }
      const { log } = this.#options;
      if (refused[0] !== undefined) log.write('warning', `last hop: ${refused[0]}`);
      else if (!('address' in router)) {
        log.write(
          'info',
          `answers to what comes by ${router.hardware} on ${router.came} go back by it`,
        );
      }
    }
  }

  async #removeWays(routers: readonly Router[]): Promise<void> {
    const keys = new Set(routers.map(keyOf));
    for (const [key, router] of this.#held) {
      if (keys.has(key)) continue;
      this.#held.delete(key);
      for (const command of routerCommands(router).remove) await this.#network.command(command);
    }
  }

  #set(path: string, value: string, isWanted: boolean): void {
    if (!isWanted || this.#network.readSetting(path) === value) return;
    if (!this.#network.writeSetting(path, value)) {
      this.#options.log.write('warning', `last hop: the kernel does not take ${path} ${value}`);
    }
  }

  #fail(error: unknown): void {
    const { clock, log } = this.#options;
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 300);
    if (reason !== this.#lastReason) log.write('err', `last hop: ${reason}`);
    this.#lastReason = reason;
    this.#text = undefined;
    clock.after(retryMilliseconds, () => this.#look());
  }
}

/** Another device of the domain, which may pass packets on. */
function isDevice(
  router: { readonly device: string; readonly hardware: string },
  { devices }: LastHopPlan,
  neighbours: readonly KnownNeighbour[],
): boolean {
  return neighbours.some(
    (one) =>
      one.interface === router.device &&
      one.hardware === router.hardware &&
      devices.has(one.address),
  );
}
