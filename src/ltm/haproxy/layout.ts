/**
 * What the running HAProxy's file has, and which of its backends serve for those that are wanted. 2.6 takes servers
 * and map entries at run time, but no backends: so the file holds spare ones of each shape in use, without servers,
 * and a new way of using a pool takes one. A backend keeps its name as long as it is used, for its servers and its
 * persistence records are known by it. Only what no spare fits needs a reload. Pure.
 */
import { OverlayMap } from '../../base/overlay-map.ts';
import { type Sliced, finishAtOnce } from '../../base/slices.ts';
import { contentHash } from '../engine-names.ts';
import { rateSection, usesRates } from './render-rate.ts';
import { countSection, isSharedFrontend } from './render-shared.ts';
import { type BackendSection, serverLine } from './render.ts';
import { type Section, backendsNamedIn, namedBackends } from './section.ts';
import type { WantedServer, WantedServers } from './servers.ts';
import type { Structure } from './structure.ts';

/**
 * Spares: a share of all backends, dealt to the shapes in use. A shape of which many were taken lately gets twice as
 * many the next time.
 */
const spareShare = 0.1;
const leastSpares = 16;
const mostSpares = 1024;
/** Between two turns of others. */
const sectionsAtOnce = 500;
const spareName = /^spare\.(\d+)$/;
const servesFor = '# serves for ';

interface Parts {
  readonly fingerprint: string;
  readonly head: string;
  /** HAProxy's name → hash. */
  readonly frontends: ReadonlyMap<string, string>;
  readonly extras: ReadonlyMap<string, string>;
  readonly backends: ReadonlyMap<string, string>;
  /** The plan's name of a backend → HAProxy's. */
  readonly names: Map<string, string>;
  /** Hash → names of those that are free. */
  readonly spares: Map<string, string[]>;
  /** Frontends that are wanted, and those that were until now: connections may still be on the way to them. */
  readonly wanted: ReadonlyMap<string, Section>;
  readonly leaving: ReadonlyMap<string, Section>;
  /** No spare has had this number, nor a later one. */
  readonly nextSpare: number;
}

export class Layout {
  readonly #parts: Parts;
  /** HAProxy's name → the plan's, of all that ever served: a worker that leaves still counts them. */
  readonly #served: Map<string, string>;
  /** Hash → how many were taken. */
  readonly #taken = new Map<string, number>();
  /** Wanted, and no spare fits. */
  readonly #waiting = new Set<string>();
  #released: string[] = [];
  /** Names that released ones had: who comes back finds its own again. */
  readonly #former = new Map<string, string>();
  #isLow = false;

  constructor(parts: Parts, base?: Layout) {
    this.#parts = parts;
    this.#served = base === undefined ? new Map() : new OverlayMap(base.#served);
    if (base !== undefined) return;
    for (const [wanted, name] of parts.names) this.#served.set(name, wanted);
  }

  /** One to try something out on, good until this one gives something out. */
  fork(): Layout {
    const { names, spares } = this.#parts;
    const own = { names: new OverlayMap(names), spares: new OverlayMap(spares, copyOf) };
    const tried = new Layout({ ...this.#parts, ...own }, this);
    for (const [wanted, name] of this.#former) tried.#former.set(wanted, name);
    for (const wanted of this.#waiting) tried.#waiting.add(wanted);
    return tried;
  }

  get fingerprint(): string {
    return this.#parts.fingerprint;
  }

  /** Frontends that were wanted when it was laid out. */
  get wanted(): ReadonlyMap<string, Section> {
    return this.#parts.wanted;
  }

  /** Maps are there only where some frontend looks things up in them. */
  get hasShared(): boolean {
    return [...this.#parts.frontends.keys()].some(isSharedFrontend);
  }

  hasFrontend(name: string): boolean {
    return this.#parts.frontends.has(name);
  }

  get nextSpare(): number {
    return this.#parts.nextSpare;
  }

  /** Half of the spares of some shape are taken, or there is a listener that nobody needs. */
  get isWorn(): boolean {
    return this.#isLow || [...this.#parts.leaving.keys()].some((name) => !isSharedFrontend(name));
  }

  /** How many spares of that shape were taken since it was laid out. */
  takenOf(hash: string): number {
    return this.#taken.get(hash) ?? 0;
  }

  /** HAProxy's name of a backend of the plan; undefined while it has none. */
  nameOf(wanted: string): string | undefined {
    return this.#parts.names.get(wanted);
  }

  /** The plan's name of a backend of HAProxy, also of one that serves no more. */
  servedBy(name: string): string | undefined {
    return this.#served.get(name);
  }

  isServing(name: string): boolean {
    const wanted = this.#served.get(name);
    return wanted !== undefined && this.nameOf(wanted) === name;
  }

  /** HAProxy's names of those that have served since the last call, and do no more. */
  takeReleased(): readonly string[] {
    const released = this.#released;
    this.#released = [];
    return released;
  }

  /**
   * Gives backends out, of those named; undefined: of all. Whether the running HAProxy can be what is wanted without
   * a reload.
   */
  fit(structure: Structure, wanted: Iterable<string> | undefined): boolean {
    const { frontends, extras, head } = this.#parts;
    let fits = head === structure.head('');
    for (const section of structure.frontends())
      fits &&= frontends.get(section.name) === section.hash;
    // One that nobody leads to does no harm; one with an own socket does.
    const own = [...frontends.keys()].filter((name) => !isSharedFrontend(name));
    fits &&= own.every((name) => structure.hasFrontend(name) || this.#isLeaving(name, structure));
    for (const section of extrasOf(structure, []))
      fits &&= extras.get(section.name) === section.hash;
    for (const name of wanted ??
      new Set([...this.#parts.names.keys(), ...structure.backendNames()])) {
      if (this.#fitBackend(name, structure.backend(name))) this.#waiting.delete(name);
      else this.#waiting.add(name);
    }
    return fits && this.#waiting.size === 0;
  }

  #fitBackend(wanted: string, section: BackendSection | undefined): boolean {
    const { names, backends, spares } = this.#parts;
    const name = names.get(wanted);
    if (section === undefined) {
      if (name !== undefined) {
        names.delete(wanted);
        this.#former.set(wanted, name);
        this.#released.push(name);
      }
      return true;
    }
    if (name !== undefined) return backends.get(name) === section.hash;
    const former = this.#former.get(wanted);
    if (former !== undefined && backends.get(former) === section.hash) {
      names.set(wanted, former);
      return true;
    }
    const free = spares.get(section.hash) ?? [];
    const spare = free.shift();
    if (spare === undefined) return false;
    names.set(wanted, spare);
    this.#served.set(spare, wanted);
    const taken = this.takenOf(section.hash) + 1;
    this.#taken.set(section.hash, taken);
    if (free.length <= taken) this.#isLow = true;
    return true;
  }

  /** A spare that is not as new is none. */
  spoil(name: string): void {
    for (const [hash, free] of this.#parts.spares) {
      if (free.includes(name))
        this.#parts.spares.set(
          hash,
          free.filter((one) => one !== name),
        );
    }
  }

  #isLeaving(name: string, structure: Structure): boolean {
    const section = this.#parts.leaving.get(name);
    return section !== undefined && mayLeave(section, structure);
  }

  #leavingStill(structure: Structure): readonly Section[] {
    return [...this.#parts.leaving.values()].filter((section) => mayLeave(section, structure));
  }

  /** The file, in pieces, with the servers as they are now. Not all of what was laid out need be there any more. */
  *sections(structure: Structure, servers: WantedServers): Generator<string> {
    yield structure.head(this.fingerprint);
    const texts = new Map<string, string>();
    const { leaving } = this.#parts;
    for (const { text } of inOrder([...structure.frontends(), ...this.#leavingStill(structure)])) {
      yield `\n\n${renamed(text, (name) => this.nameOf(name) ?? name)}`;
    }
    for (const section of inOrder(structure.backends())) {
      texts.set(section.hash, section.text);
      const name = this.nameOf(section.name);
      if (name === undefined) continue;
      const lines = (servers.get(section.name) ?? []).map((one) => `\n  ${serverLine(one)}`);
      const note = name === section.name ? '' : `\n  ${servesFor}${section.name}`;
      yield `\n\nbackend ${name}${note}\n${section.text}${lines.join('')}`;
    }
    for (const [hash, free] of this.#parts.spares) {
      const text = texts.get(hash);
      if (text === undefined) continue;
      for (const name of free) yield `\n\nbackend ${name}\n${text}`;
    }
    for (const { text } of inOrder(extrasOf(structure, leaving.values()))) yield `\n\n${text}`;
    yield '\n';
  }
}

/** All sections but those of frontends and of pools' backends; `more`: further frontends. */
function extrasOf(structure: Structure, more: Iterable<Section>): readonly Section[] {
  const frontends = [...structure.frontends(), ...more];
  const isCounting = frontends.some(({ name }) => isSharedFrontend(name)) || [...more].length > 0;
  const counts = isCounting ? [countSection()] : [];
  const rates = frontends.some(usesRates) ? [rateSection()] : [];
  return [...counts, ...rates, ...structure.preloads()];
}

/**
 * Whether a frontend that is not wanted any more may stay for a while: a shared one, to which the packet filter alone
 * leads; and one with a socket of its own, whose queue would be lost with it, where its connections go to a shared one now.
 */
function mayLeave(section: Section, structure: Structure): boolean {
  if (structure.hasFrontend(section.name)) return false;
  if (backendsNamedIn(section.text).some((name) => structure.backend(name) === undefined))
    return false;
  return isSharedFrontend(section.name) || structure.isShared(section);
}

function renamed(text: string, nameOf: (name: string) => string): string {
  return text.replaceAll(namedBackends, nameOf);
}

/** The file of a HAProxy that is loaded with that structure, without anything to spare. */
export function fileText(structure: Structure, servers: WantedServers): string {
  return [...layOut(structure, undefined, false).sections(structure, servers)].join('');
}

interface FileParts {
  readonly structure: Structure;
  readonly servers: WantedServers;
}

/**
 * What of `fileText` may differ between two structures, of which backends not named are alike: section by section, the
 * head first. Texts are made when they are gone through, of what was there when this was called.
 */
export function changedTexts(
  before: FileParts,
  after: FileParts,
  backends: ReadonlySet<string>,
): readonly [Iterable<string>, Iterable<string>] {
  const texts = (
    { structure, servers }: FileParts,
    { structure: other }: FileParts,
  ): Iterable<string> => {
    const first = [{ text: structure.head('') }];
    const frontends = different(structure.frontends(), other.frontends());
    const own = inOrder(named(structure, backends)).map(
      (section) => [section, servers.get(section.name)] as const,
    );
    const extras = different(extrasOf(structure, []), extrasOf(other, []));
    return (function* made() {
      for (const { text } of [...first, ...frontends]) yield text;
      for (const [section, held] of own) yield backendText(section, held);
      for (const { text } of extras) yield text;
    })();
  };
  return [texts(before, after), texts(after, before)];
}

function different(sections: Iterable<Section>, others: Iterable<Section>): readonly Section[] {
  const held = new Map<string, string>();
  for (const { name, hash } of others) held.set(name, hash);
  return inOrder([...sections].filter(({ name, hash }) => held.get(name) !== hash));
}

function named(structure: Structure, names: ReadonlySet<string>): readonly BackendSection[] {
  return [...names].flatMap((name) => structure.backend(name) ?? []);
}

function backendText(
  { name, text }: BackendSection,
  servers: readonly WantedServer[] | undefined,
): string {
  const lines = (servers ?? []).map((one) => `\n  ${serverLine(one)}`);
  return `backend ${name}\n${text}${lines.join('')}`;
}

function copyOf(names: string[]): string[] {
  return [...names];
}

/** What a HAProxy is to be loaded with; names go on from the layout before. */
export function layOut(
  structure: Structure,
  before: Layout | undefined,
  hasSpares: boolean = structure.isSharing,
): Layout {
  return finishAtOnce(layingOut(structure, before, hasSpares));
}

/** The same, which lets go in between: what changes meanwhile shows when it is fitted. */
export function* layingOut(
  structure: Structure,
  before: Layout | undefined,
  hasSpares: boolean = structure.isSharing,
): Sliced<Layout> {
  const backends = new Map<string, string>();
  const names = new Map<string, string>();
  const shapes = new Set<string>();
  const sections = inOrder(structure.backends());
  yield;
  for (const [index, { name: wanted, hash }] of sections.entries()) {
    const name = before?.nameOf(wanted) ?? wanted;
    names.set(wanted, name);
    backends.set(name, hash);
    shapes.add(hash);
    if (index % sectionsAtOnce === 0) yield;
  }
  const share = Math.ceil((backends.size * spareShare) / Math.max(1, shapes.size));
  const spares = new Map<string, string[]>();
  let nextSpare = before?.nextSpare ?? 0;
  for (const hash of hasSpares ? shapes : []) {
    const free: string[] = [];
    const lately = 2 * (before?.takenOf(hash) ?? 0);
    const due = Math.min(mostSpares, Math.max(leastSpares, share, lately));
    for (; free.length < due; nextSpare += 1) {
      const name = `spare.${nextSpare}`;
      free.push(name);
      backends.set(name, hash);
    }
    spares.set(hash, free);
  }
  const head = structure.head('');
  const wanted = byName([...structure.frontends()]);
  const former = [...(before?.wanted.values() ?? [])];
  const leaving = byName(former.filter((section) => mayLeave(section, structure)));
  const frontends = hashes([...wanted.values(), ...leaving.values()]);
  const extras = hashes(extrasOf(structure, leaving.values()));
  yield;
  const fingerprint = contentHash(
    JSON.stringify([head, ...[frontends, backends, extras].map((map) => [...map])]),
  );
  yield;
  const parts = { head, frontends, extras, backends, names, spares, wanted, leaving, nextSpare };
  return new Layout({ fingerprint, ...parts });
}

function byName(sections: readonly Section[]): ReadonlyMap<string, Section> {
  return new Map(sections.map((section) => [section.name, section]));
}

function hashes(sections: Iterable<Section>): ReadonlyMap<string, string> {
  return new Map(inOrder(sections).map(({ name, hash }) => [name, hash]));
}

/** The same structure is the same file, however it came about. */
function inOrder<T extends Section>(sections: Iterable<T>): readonly T[] {
  return [...sections].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Of a file that `Layout.sections` made: a control process that comes back goes on with it. Yields now and then. */
export function* readLayout(text: string): Generator<undefined, Layout> {
  const [first = '', ...sections] = text.trimEnd().split('\n\n');
  const fingerprint = /^ {2}description (\S*)$/m.exec(first)?.[1] ?? '';
  const head = first.replace(/^( {2}description ).*$/m, '$1');
  const [frontends, extras, backends] = [1, 2, 3].map(() => new Map<string, string>());
  const names = new Map<string, string>();
  const wishes = new Map<string, string>();
  const texts = new Map<string, string>();
  const spares = new Map<string, string[]>();
  let nextSpare = 0;
  for (const section of sections) {
    const [, kind, name = ''] = /^(frontend|backend) (\S+)/.exec(section) ?? [];
    if (kind === 'frontend') texts.set(name, section);
    else if (!name.startsWith(':') && !spareName.test(name))
      extras?.set(name, contentHash(section));
    else {
      const lines = section.split('\n').slice(1);
      const wanted = lines[0]?.trim().startsWith(servesFor)
        ? lines.shift()?.trim().slice(servesFor.length)
        : undefined;
      const heads = lines.filter((line) => !line.startsWith('  server '));
      const hash = contentHash(heads.join('\n'));
      backends?.set(name, hash);
      const number = Number(spareName.exec(name)?.[1] ?? -1);
      nextSpare = Math.max(nextSpare, number + 1);
      if (number >= 0 && wanted === undefined)
        spares.set(hash, [...(spares.get(hash) ?? []), name]);
      else {
        names.set(wanted ?? name, name);
        wishes.set(name, wanted ?? name);
      }
    }
    yield;
  }
  for (const [name, text] of texts) {
    frontends?.set(name, contentHash(renamed(text, (one) => wishes.get(one) ?? one)));
    yield;
  }
  const none = new Map<string, string>();
  return new Layout({
    fingerprint,
    head,
    frontends: frontends ?? none,
    extras: extras ?? none,
    backends: backends ?? none,
    names,
    spares,
    wanted: new Map(),
    leaving: new Map(),
    nextSpare,
  });
}
