/**
 * Keeps a route in the kernel's main table for each virtual address that is to be announced (BIG-IP's route health
 * injection): to itself, by way of the loopback, so that no packet goes another way by it. Routing daemons take it up by its
 * protocol number. It names its own address as source, so the kernel has it only while the address is here, and takes it away
 * with the address (IPv4), also while we are not running.
 */
import type { ConfigStore } from '../config/types.ts';
import type { HealthFeed } from '../monitor/health.ts';
import type { Clock } from '../platform/clock.ts';
import { type KernelNetwork, kernelNetwork } from '../platform/kernel-network.ts';
import type { Log } from '../platform/log.ts';
import { AdvertisedBook } from './advertised.ts';

/** Beside the network room's own, 219; rtnetlink(7): numbers above 4 are for whoever uses them. */
export const advertisedProtocol = '220';
/** The address comes a moment after its traffic group. */
const retryMilliseconds = 1000;

export interface RouteAdvertisementOptions {
  readonly store: Pick<ConfigStore, 'view' | 'onCommit'>;
  readonly health: Pick<HealthFeed, 'table' | 'onChange'>;
  readonly failover: {
    isActiveFor(trafficGroup: string): boolean;
    onChange(listener: () => void): () => void;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly network?: KernelNetwork;
}

/** What is in the kernel stays when it is closed: another control goes on with it. */
export function startRouteAdvertisement(options: RouteAdvertisementOptions): { close(): void } {
  const routes = new AdvertisedRoutes(options);
  return { close: () => routes.close() };
}

class AdvertisedRoutes {
  readonly #options: RouteAdvertisementOptions;
  readonly #network: KernelNetwork;
  readonly #book: AdvertisedBook;
  readonly #leave: (() => void)[];
  #cancelRetry = (): void => undefined;
  #isWorking = false;
  #isAskedAgain = false;
  #isClosed = false;
  /** As far as we know; what is not wanted, and not known, is not looked for. */
  #held: ReadonlySet<string> | undefined;

  constructor(options: RouteAdvertisementOptions) {
    this.#options = options;
    this.#network = options.network ?? kernelNetwork;
    this.#book = new AdvertisedBook(options.store.view());
    this.#leave = [
      options.store.onCommit(({ changes }, _before, after) => {
        this.#book.update(after, changes);
        this.#look();
      }),
      options.health.onChange(() => this.#look()),
      // The kernel may have taken routes away with their addresses.
      options.failover.onChange(() => this.#look(true)),
    ];
    this.#look();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    for (const leave of this.#leave) leave();
  }

  #wanted(): ReadonlySet<string> {
    const { health, failover } = this.#options;
    const isActiveFor = (group: string): boolean => failover.isActiveFor(group);
    return this.#book.wanted({ health: health.table(), isActiveFor });
  }

  #look(isDoubtful = false): void {
    const isIdle = this.#book.isEmpty && this.#held?.size === 0;
    if (this.#isClosed || isIdle) return;
    if (this.#isWorking) {
      this.#isAskedAgain = true;
      return;
    }
    const wanted = this.#wanted();
    const held = this.#held;
    const isSame = held !== undefined && held.symmetricDifference(wanted).size === 0;
    if (!isSame || isDoubtful) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    this.#cancelRetry();
    const refusals: string[] = [];
    try {
      const held = new Set(await this.#read());
      const wanted = this.#wanted();
      for (const address of wanted.difference(held))
        await this.#change('replace', address, refusals);
      for (const address of held.difference(wanted)) await this.#change('del', address, refusals);
      this.#held = refusals.length === 0 ? wanted : undefined;
    } catch (error) {
      this.#held = undefined;
      refusals.push(String(error));
    }
    this.#isWorking = false;
    if (refusals.length > 0) this.#retry();
    else if (this.#isAskedAgain) this.#look(true);
    this.#isAskedAgain = false;
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#cancelRetry = this.#options.clock.after(retryMilliseconds, () => this.#look(true));
  }

  async #read(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const family of ['-4', '-6']) {
      const routes = await this.#network.read([
        family,
        'route',
        'show',
        'proto',
        advertisedProtocol,
      ]);
      for (const route of routes) {
        const destination = Object(route)['dst'];
        if (typeof destination === 'string') found.push(destination.replace(/\/(?:32|128)$/, ''));
      }
    }
    return found;
  }

  async #change(verb: 'replace' | 'del', address: string, refusals: string[]): Promise<void> {
    const isSix = address.includes(':');
    const place = `${address}/${isSix ? 128 : 32}`;
    const source = verb === 'replace' ? ['src', address] : [];
    const refusal = await this.#network.command([
      isSix ? '-6' : '-4',
      'route',
      verb,
      place,
      'dev',
      'lo',
      ...source,
      'proto',
      advertisedProtocol,
    ]);
    // A route that went with its address is gone, as it should be.
    if (refusal !== undefined) refusals.push(refusal);
    else {
      const what = verb === 'replace' ? 'is announced' : 'is announced no longer';
      this.#options.log.write('notice', `virtual address ${address} ${what} (route-advertisement)`);
    }
  }
}
