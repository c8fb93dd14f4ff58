/**
 * The worker of HAProxy that serves, as its runtime API shows it: what it holds, and the commands that bring it to
 * what is wanted.
 */
import type { Clock } from '../../platform/clock.ts';
import { finishInSlices, nextTurn } from '../../platform/turn.ts';
import type { Layout } from './layout.ts';
import {
  type HeldMaps,
  type MapStep,
  type VirtualRow,
  emptyMaps,
  entriesOf,
  gatherContents,
  gatherSteps,
  forgetCounts,
  keysOf,
  mapNames,
  mapPaths,
  parseMap,
  someSteps,
} from './maps.ts';
import { type HaproxyInfo, parseInfo, readServers } from './read.ts';
import { type ActualServer, type ActualServers, type RuntimeStep, reconcile } from './reconcile.ts';
import type { RenderPlaces } from './render.ts';
import { type RuntimeSession, openRuntime } from './runtime.ts';
import type { WantedServer, WantedServers } from './servers.ts';
import type { Structure } from './structure.ts';

export interface WantedWorker {
  readonly structure: Structure;
  /** By the plan's name of the backend. Kept up by its owner: what counts is what it holds when it is read. */
  readonly servers: WantedServers;
  /** Backends whose members' connections end when the member goes down. */
  readonly endsSessions: (backend: string) => boolean;
}

/** Names of what may not be as it was. */
export interface Touched {
  readonly backends: ReadonlySet<string>;
  readonly virtuals: ReadonlySet<string>;
}

const deleteRetryMilliseconds = 1000;
const atOnce = 100;
/** Backends with a server that is there for its certificate only. */
const preload = 'preload.';

export class HaproxyWorker {
  readonly info: HaproxyInfo;
  readonly session: RuntimeSession;
  readonly #clock: Clock;
  readonly #servers: ActualServers;
  readonly #maps: HeldMaps;
  readonly #rows = new Map<string, VirtualRow>();
  readonly #onRetry: () => void;
  /** To be looked at; undefined: all. */
  #backends: Set<string> | undefined;
  #virtuals: Set<string> | undefined;
  /** Of HAProxy's names: backends that serve no more, and may have servers still. */
  readonly #leftovers = new Set<string>();
  #layout: Layout | undefined;
  #fits = false;

  private constructor(
    options: { readonly clock: Clock; readonly onRetry: () => void },
    info: HaproxyInfo,
    session: RuntimeSession,
    held: { readonly servers: ActualServers; readonly maps: HeldMaps },
  ) {
    this.#clock = options.clock;
    this.#onRetry = options.onRetry;
    this.info = info;
    this.session = session;
    this.#servers = held.servers;
    this.#maps = held.maps;
  }

  /** `isWanted`: another worker than that is left alone; rejects then. `onRetry`: something waits to be adjusted. */
  static async open(
    places: RenderPlaces,
    options: { readonly clock: Clock; readonly onRetry: () => void },
    onClose: () => void,
    isWanted: (info: HaproxyInfo) => boolean,
  ): Promise<HaproxyWorker> {
    const session = await openRuntime(places.runtimeSocket, options.clock, onClose);
    try {
      const [text] = await session.run(['show info']);
      const info = parseInfo(text ?? '') ?? { pid: 0, fingerprint: '' };
      if (!isWanted(info)) throw new Error('the new worker does not answer yet');
      const paths = mapPaths(places.mapFolder);
      const commands = mapNames.map((name) => `show map ${paths[name]}`);
      const [servers, ...maps] = await session.run(['show servers state', ...commands]);
      const held = emptyMaps();
      for (const [index, name] of mapNames.entries()) {
        held.set(name, await finishInSlices(parseMap(maps[index] ?? '')));
      }
      const read = await finishInSlices(readServers(servers ?? ''));
      return new HaproxyWorker(options, info, session, { servers: read, maps: held });
    } catch (error) {
      session.close();
      throw error;
    }
  }

  get layout(): Layout | undefined {
    return this.#layout;
  }

  /** Whether what was wanted last needs no reload. */
  get fits(): boolean {
    return this.#fits;
  }

  close(): void {
    this.session.close();
  }

  /** What it was loaded with; undefined: not known. */
  laidOut(layout: Layout | undefined, structure: Structure): void {
    this.#layout = layout;
    for (const [name, held] of this.#servers) {
      if (held.size > 0) layout?.spoil(name);
    }
    this.#backends = undefined;
    this.#virtuals = undefined;
    this.#fits = layout?.fit(structure, undefined) ?? false;
  }

  /** Something else is wanted. */
  touch({ backends, virtuals }: Touched, structure: Structure): void {
    for (const name of backends) this.#backends?.add(name);
    for (const name of virtuals) this.#virtuals?.add(name);
    this.#fits = this.#layout?.fit(structure, backends) ?? false;
  }

  /** In bounded parts, so that ten thousand backends hold up nobody. */
  async adjust(wanted: WantedWorker): Promise<void> {
    const layout = this.#layout;
    if (layout === undefined) return;
    const names = [...(this.#backends ?? wanted.servers.keys())];
    for (const name of layout.takeReleased()) this.#leftovers.add(name);
    if (this.#backends === undefined) {
      for (const name of this.#servers.keys()) {
        if (!layout.isServing(name) && !name.startsWith(preload)) this.#leftovers.add(name);
      }
    }
    this.#backends = new Set();
    for (let first = 0; first < names.length; first += atOnce) {
      const part = new Map<string, readonly WantedServer[]>();
      for (const wish of names.slice(first, first + atOnce)) {
        const [name, servers] = [layout.nameOf(wish), wanted.servers.get(wish)];
        if (name !== undefined && servers !== undefined) part.set(name, servers);
      }
      await this.#bring(part, (name) => wanted.endsSessions(layout.servedBy(name) ?? name));
      if (names.length > atOnce) await nextTurn();
    }
    await this.#bringRows(wanted.structure, layout);
    const left = [...this.#leftovers].filter((name) => !layout.isServing(name));
    this.#leftovers.clear();
    if (left.length > 0) await this.#bring(new Map(left.map((name) => [name, []])), () => false);
  }

  async #bring(servers: WantedServers, endsSessions: (name: string) => boolean): Promise<void> {
    const steps = reconcile(this.#servers, servers, endsSessions);
    if (steps.length === 0) return;
    const answers = await this.session.run(steps.map((step) => step.command));
    for (const [index, step] of steps.entries()) this.#settle(step, answers[index] ?? '');
  }

  #settle(step: RuntimeStep, answer: string): void {
    const isDone =
      answer === '' || answer === 'New server registered.' || answer === 'Server deleted.';
    if (isDone) {
      const held = this.#servers.get(step.backend) ?? new Map<string, ActualServer>();
      if (step.result === undefined) held.delete(step.server);
      else held.set(step.server, step.result);
      this.#servers.set(step.backend, held);
    } else if (step.mayWait === true) {
      this.#clock.after(deleteRetryMilliseconds, () => {
        const wish = this.#layout?.servedBy(step.backend);
        if (wish !== undefined && this.#layout?.isServing(step.backend) === true) {
          this.#backends?.add(wish);
        } else this.#leftovers.add(step.backend);
        this.#onRetry();
      });
    } else {
      throw new Error(`HAProxy refused "${step.command}": ${answer}`);
    }
  }

  async #bringRows(structure: Structure, layout: Layout): Promise<void> {
    if (!layout.hasShared) return;
    const folder = structure.places.mapFolder;
    const nameOf = (name: string): string | undefined => layout.nameOf(name);
    const touched = this.#virtuals;
    this.#virtuals = new Set();
    let steps: MapStep[];
    const gone: number[] = [];
    if (touched === undefined) {
      this.#rows.clear();
      const contents = await finishInSlices(gatherContents(this.#noting(structure), nameOf));
      steps = await finishInSlices(gatherSteps(this.#maps, contents, folder));
    } else {
      const names = [...touched];
      const before = names.flatMap((name) => keysOf(this.#rows.get(name)));
      const after = names.flatMap((name) => entriesOf(structure.rows.get(name), nameOf));
      steps = someSteps(this.#maps, before, after, folder);
      for (const name of touched) {
        const [old, row] = [this.#rows.get(name), structure.rows.get(name)];
        if (old !== undefined && row === undefined) gone.push(old.id);
        if (row === undefined) this.#rows.delete(name);
        else this.#rows.set(name, row);
      }
    }
    await this.#tell(steps);
    // Refused while a connection is counted; what comes again goes on from there then.
    if (gone.length > 0) await this.session.run(gone.map(forgetCounts));
  }

  /** Rows, noted as they are told: what changes meanwhile is touched, and told after. */
  *#noting(structure: Structure): Generator<VirtualRow> {
    for (const [name, row] of structure.rows) {
      this.#rows.set(name, row);
      yield row;
    }
  }

  async #tell(steps: readonly MapStep[]): Promise<void> {
    if (steps.length === 0) return;
    const answers = await this.session.run(steps.map((step) => step.command));
    for (const [index, { command, map, key, value }] of steps.entries()) {
      const answer = answers[index] ?? '';
      if (answer !== '') throw new Error(`HAProxy refused "${command}": ${answer}`);
      if (value === undefined) this.#maps.get(map)?.delete(key);
      else this.#maps.get(map)?.set(key, value);
    }
  }
}
