/**
 * Keeps the addresses of nodes that are names: asks for each in its interval and commits what it finds, on this device
 * alone. A name that cannot be resolved keeps the addresses that it had.
 */
import type { Properties } from '../../catalogue/types.ts';
import { textListValue } from '../../config/property-values.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Change, ConfigStore } from '../../config/types.ts';
import { memberPlace } from '../../monitor/model.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import { askAddresses } from './ask.ts';
import type { Answer } from './question.ts';
import { type WantedName, keptAddresses, wantedName } from './wanted.ts';

export interface NameWatchOptions {
  readonly store: ConfigStore;
  readonly state: Pick<StateRegistry, 'provideFields'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Of name servers; 53 if nobody says otherwise. */
  readonly port?: number;
}

type NameState = 'fqdn-checking' | 'fqdn-up' | 'fqdn-up-no-addr' | 'fqdn-down';

interface Watched {
  readonly wanted: WantedName;
  state: NameState;
  cancel: Cancel;
}

const dnsPort = 53;
/** Questions at once; others wait their turn. */
const mostQuestions = 32;
/** An answer that holds no longer than this is asked for no more often. */
const shortestSeconds = 1;
const longestSeconds = 1_000_000;
const rangeEnd = /%\d+$/;

export class NameWatch {
  readonly #options: NameWatchOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #waiting = new Set<string>();
  readonly #leave: () => void;
  #asking = 0;
  #isClosed = false;

  constructor(options: NameWatchOptions) {
    this.#options = options;
    this.#leave = options.store.onCommit((commit) => this.#onCommit(commit.changes));
    for (const name of options.store.view().names('ltm node')) this.#look(name);
    this.#provideStates();
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
    this.#waiting.clear();
    for (const { cancel } of this.#watched.values()) cancel();
  }

  #onCommit(changes: readonly Change[]): void {
    for (const { component, name } of changes) if (component === 'ltm node') this.#look(name);
    if (!changes.some(({ component }) => component === 'sys dns')) return;
    for (const name of this.#watched.keys()) this.#ask(name);
  }

  #look(node: string): void {
    const wanted = wantedName(this.#options.store.view().get('ltm node', node)?.properties);
    const watched = this.#watched.get(node);
    if (JSON.stringify(watched?.wanted) === JSON.stringify(wanted)) return;
    watched?.cancel();
    this.#watched.delete(node);
    if (wanted === undefined) return;
    this.#watched.set(node, { wanted, state: 'fqdn-checking', cancel: () => undefined });
    this.#ask(node);
  }

  #ask(node: string): void {
    if (this.#isClosed) return;
    this.#watched.get(node)?.cancel();
    this.#waiting.add(node);
    this.#askNext();
  }

  #askNext(): void {
    for (const node of this.#waiting) {
      if (this.#asking >= mostQuestions) return;
      this.#waiting.delete(node);
      const watched = this.#watched.get(node);
      if (watched === undefined) continue;
      this.#asking += 1;
      void this.#resolve(node, watched).finally(() => {
        this.#asking -= 1;
        this.#askNext();
      });
    }
  }

  async #resolve(node: string, watched: Watched): Promise<void> {
    const { store, clock, random, port = dnsPort } = this.#options;
    const { properties } = store.view().get('sys dns', '') ?? {};
    const servers = textListValue(properties ?? {}, 'name-servers').map((server) =>
      server.replace(rangeEnd, ''),
    );
    const { name, types } = watched.wanted;
    const answers: Answer[] = [];
    for (const type of types) {
      // One after the other: the second server, too, is asked for both.
      // oxlint-disable-next-line no-await-in-loop -- in turn
      answers.push(await askAddresses({ servers, port, clock, random }, name, type));
    }
    // Somebody may have taken the name back meanwhile, or given it another interval.
    if (this.#isClosed || this.#watched.get(node) !== watched) return;
    this.#take(node, watched, answers);
  }

  #take(node: string, watched: Watched, answers: readonly Answer[]): void {
    const { wanted } = watched;
    const found = answers.flatMap((answer) => (answer.kind === 'addresses' ? [answer] : []));
    const isWhole = found.length === answers.length;
    const addresses = found.flatMap((answer) => answer.addresses);
    const before = watched.state;
    if (isWhole) watched.state = addresses.length === 0 ? 'fqdn-up-no-addr' : 'fqdn-up';
    else watched.state = 'fqdn-down';
    if (before !== watched.state) this.#tell(node, watched, answers);
    if (isWhole) this.#keep(node, wanted, addresses);
    const ttls = found
      .filter((answer) => answer.addresses.length > 0)
      .map((answer) => answer.ttlSeconds);
    const seconds =
      watched.state === 'fqdn-up'
        ? (wanted.intervalSeconds ?? Math.min(...ttls))
        : wanted.downIntervalSeconds;
    const bounded = Math.min(longestSeconds, Math.max(shortestSeconds, seconds));
    watched.cancel = this.#options.clock.after(bounded * 1000, () => this.#ask(node));
  }

  #keep(node: string, wanted: WantedName, found: readonly string[]): void {
    const { store, log } = this.#options;
    const stored = store.view().stored('ltm node', node);
    if (stored === undefined) return;
    const before = textListValue(stored.properties, 'fqdn-addresses');
    const kept = keptAddresses(wanted, before, found);
    if (kept.join(' ') === before.join(' ')) return;
    const { 'fqdn-addresses': _former, ...rest } = stored.properties;
    const properties: Properties =
      kept.length === 0 ? rest : { ...rest, 'fqdn-addresses': [...kept] };
    const outcome = store.commit({
      origin: { user: 'system', source: 'system', reason: `${wanted.name} has other addresses` },
      operations: [{ kind: 'restore', component: 'ltm node', name: node, properties }],
    });
    const what = `Node ${node}: ${wanted.name} has ${kept.join(', ') || 'no address'}`;
    if (outcome.ok) log.write('notice', what);
    else log.write('err', `${what}; refused: ${outcome.faults[0]?.message ?? ''}`);
  }

  #tell(node: string, { wanted, state }: Watched, answers: readonly Answer[]): void {
    const failure = answers.find((answer) => answer.kind === 'failed');
    const why = state === 'fqdn-down' && failure !== undefined ? `: ${failure.reason}` : '';
    const level = state === 'fqdn-up' ? 'notice' : 'warning';
    this.#options.log.write(level, `Node ${node}: ${wanted.name} is ${state}${why}`);
  }

  /** BIG-IP's words for nodes and members that are names; what operators ordered stays. */
  #provideStates(): void {
    const { state, store } = this.#options;
    const fieldsOf = (node: string, ordered: Properties | undefined): Properties => {
      const watched = this.#watched.get(node);
      if (watched === undefined) return {};
      const isDown = ordered?.['state'] === 'user-down';
      return {
        state: isDown ? 'user-down' : watched.state,
        session: ordered?.['session'] ?? 'user-enabled',
      };
    };
    state.provideFields('ltm node', undefined, (name) =>
      fieldsOf(name, store.view().get('ltm node', name)?.properties),
    );
    state.provideFields('ltm pool', 'members', (_pool, member) => {
      const node = member === undefined ? undefined : memberPlace(member)?.node;
      return node === undefined ? {} : fieldsOf(node, undefined);
    });
  }
}
