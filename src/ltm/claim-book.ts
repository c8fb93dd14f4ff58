/**
 * Who claims which connections, kept up claim by claim: which virtual servers need the classifier, and the number
 * that each carries. Always what `classifiedNames` and `marksOf` say of all of them together (claim-book.test.ts),
 * but a change costs what it touches. Pure.
 */
import { printAddress } from '../base/address.ts';
import { OverlayMap } from '../base/overlay-map.ts';
import {
  type Claim,
  isHost,
  markOfHash,
  marksOf,
  nameHash,
  needsClassifier,
  overlaps,
} from './classify.ts';

interface Entry {
  readonly claim: Claim;
  /** How many other claims it meets. */
  rivals: number;
}

export class ClaimBook {
  readonly #entries: Map<string, Entry>;
  /** Names by address, by port: only these can meet. */
  readonly #places: Map<string, Map<number, Set<string>>>;
  readonly #marks: Map<string, number>;
  readonly #names: Map<number, string>;

  constructor(base?: ClaimBook) {
    this.#entries = base === undefined ? new Map() : new OverlayMap(base.#entries, copyOf);
    this.#places = base === undefined ? new Map() : new OverlayMap(base.#places, copyOfPorts);
    this.#marks = base === undefined ? new Map() : new OverlayMap(base.#marks);
    this.#names = base === undefined ? new Map() : new OverlayMap(base.#names);
  }

  /** One to try something out on. */
  fork(): ClaimBook {
    return new ClaimBook(this);
  }

  /** 0 for one that claims nothing. */
  markOf(name: string): number {
    return this.#marks.get(name) ?? 0;
  }

  nameOf(mark: number): string | undefined {
    return this.#names.get(mark);
  }

  isClassified(name: string): boolean {
    const entry = this.#entries.get(name);
    return entry !== undefined && (needsClassifier(entry.claim) || entry.rivals > 0);
  }

  /** Undefined: it claims nothing any more. Returns the names whose mark or need of the classifier may have changed. */
  set(name: string, claim: Claim | undefined): ReadonlySet<string> {
    const touched = new Set([name]);
    this.#remove(name, touched);
    if (claim !== undefined) this.#add(claim, touched);
    this.#remark(name, claim !== undefined, touched);
    return touched;
  }

  #remove(name: string, touched: Set<string>): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    this.#bucketOf(entry.claim)?.delete(name);
    for (const other of this.#rivalsOf(entry.claim)) {
      other.rivals -= 1;
      if (other.rivals === 0) touched.add(other.claim.name);
    }
  }

  #add(claim: Claim, touched: Set<string>): void {
    const entry: Entry = { claim, rivals: 0 };
    for (const other of this.#rivalsOf(claim)) {
      entry.rivals += 1;
      other.rivals += 1;
      if (other.rivals === 1) touched.add(other.claim.name);
    }
    this.#entries.set(claim.name, entry);
    this.#bucketOf(claim)?.add(claim.name);
  }

  /** Undefined for networks: they need the classifier anyway, and make no rivals. */
  #bucketOf(claim: Claim): Set<string> | undefined {
    if (!isHost(claim.destination)) return undefined;
    const address = printAddress(claim.destination.address);
    let ports = this.#places.get(address);
    if (ports === undefined) this.#places.set(address, (ports = new Map()));
    let bucket = ports.get(claim.port);
    if (bucket === undefined) ports.set(claim.port, (bucket = new Set()));
    return bucket;
  }

  *#rivalsOf(claim: Claim): Iterable<Entry> {
    if (!isHost(claim.destination)) return;
    const ports = this.#places.get(printAddress(claim.destination.address));
    if (ports === undefined) return;
    const buckets = claim.port === 0 ? [...ports.values()] : [ports.get(claim.port), ports.get(0)];
    for (const bucket of buckets) {
      for (const name of bucket ?? []) {
        const other = this.#entries.get(name);
        if (other !== undefined && overlaps(claim, other.claim)) yield other;
      }
    }
  }

  /**
   * Nearly always a name has its own place among the numbers. One that comes where another is, or goes where
   * another may have had to give way, has all of them dealt again.
   */
  #remark(name: string, isThere: boolean, touched: Set<string>): void {
    const held = this.#marks.get(name);
    if ((held !== undefined) === isThere) return;
    const own = markOfHash(nameHash(name));
    const mayDisplace =
      held === undefined
        ? own === undefined || this.#names.has(own)
        : own !== held || this.#names.has(held + 1) || markOfHash(held + 1) === undefined;
    if (mayDisplace || own === undefined) this.#markAll(touched);
    else if (held === undefined) {
      this.#marks.set(name, own);
      this.#names.set(own, name);
    } else {
      this.#marks.delete(name);
      this.#names.delete(held);
    }
  }

  #markAll(touched: Set<string>): void {
    const marks = marksOf([...this.#entries.keys()]);
    for (const [name, mark] of this.#marks) if (marks.get(name) !== mark) touched.add(name);
    this.#marks.clear();
    this.#names.clear();
    for (const [name, mark] of marks) {
      this.#marks.set(name, mark);
      this.#names.set(mark, name);
    }
  }
}

function copyOf(entry: Entry): Entry {
  return { ...entry };
}

function copyOfPorts(ports: Map<number, Set<string>>): Map<number, Set<string>> {
  return new Map([...ports].map(([port, names]) => [port, new Set(names)]));
}
