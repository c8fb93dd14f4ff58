import type { CommitMeta } from './group-store.ts';
import type { ExactChange } from './load-changes.ts';

/**
 * What users did, and what each had seen when he did it: every value of an object knows the one that it
 * replaced. A value may be replaced by what was made knowing it, or when somebody decided against it. Pure
 * but for its own memory.
 */
export interface Ledger {
  /** Every durable write of content; why it must not be, or undefined. */
  written(device: string, changes: readonly ExactChange[], meta: CommitMeta): string | undefined;
  /** Somebody overwrites what others have: from here on nothing is checked. */
  overwrite(): void;
  /** What the devices hold now. */
  holdings(devices: readonly string[]): readonly Holding[];
  /** A merge on the device begins; the next write there is its outcome. */
  merging(device: string): void;
  /**
   * It is done, having seen these. Undefined, or what was given up although nobody had changed it on another
   * side. `hasBase`: the history said what both began with. `isCut`: the power failed before it was noted what
   * the content includes now, so that later merges ask more than they had to.
   */
  merged(
    device: string,
    seen: readonly Holding[],
    hasBase: boolean,
    isCut: boolean,
  ): string | undefined;
  /** The device holds again what it held then. */
  setBack(device: string, then: Holding): void;
  /** Does one hold everything that the other does, or something made later? */
  covers(one: string, other: string): boolean;
  /** Changes that nobody decided against and that the device does not hold. */
  missingOn(device: string): readonly string[];
  isOverwritten(): boolean;
  /** Nothing happened that makes it a matter of opinion who is behind whom. */
  isClear(): boolean;
}

/** Object → the id of its value. */
export type Holding = ReadonlyMap<string, string>;

/** Of an object that never was. */
const nothing = '';

export function createLedger(isChecked: boolean): Ledger {
  return new Records(isChecked);
}

class Records implements Ledger {
  readonly #isChecked: boolean;
  /** Id of a value → that of the value before it. */
  readonly #parents = new Map<string, string>();
  readonly #objects = new Map<string, string>();
  /** Somebody saw it and decided otherwise, or it went down with its device. */
  readonly #overruled = new Set<string>();
  /** Taken again although something newer was there: what is older and newer is no longer clear. */
  readonly #chosenAgain = new Set<string>();
  readonly #held = new Map<string, Map<string, string>>();
  #merging: string | undefined;
  #isOverwritten = false;
  #wasSetBack = false;
  /** A merge is an event that the others lack, also where it changed nothing. */
  #wasMerged = false;
  /** A merge stands in a content and not in its versions. */
  #wasCut = false;

  constructor(isChecked: boolean) {
    this.#isChecked = isChecked;
  }

  written(
    device: string,
    changes: readonly ExactChange[],
    { reason, identity }: CommitMeta,
  ): string | undefined {
    // Commits of others keep their reason and their identity.
    const isLocal = reason === 'test' && identity === undefined;
    const isMerge = isLocal && this.#merging === device;
    for (const { name, after } of changes) {
      const value = after?.properties['description'];
      const before = this.#at(device, name);
      if (isLocal && !isMerge) this.#make(device, name, value, before);
      else {
        const id = value === undefined ? this.#deletion(name, before) : `${name}=${String(value)}`;
        this.#hold(device, name, id);
        if (isMerge || !this.#isChecked || this.#isOverwritten) continue;
        if (!this.#isKnownTo(id, before)) {
          return `${device} replaced ${before} by ${id}, whose author had not seen it`;
        }
      }
    }
    return undefined;
  }

  overwrite(): void {
    this.#isOverwritten = true;
  }

  isOverwritten(): boolean {
    return this.#isOverwritten;
  }

  isClear(): boolean {
    const isDeleted = [...this.#parents.keys()].some((id) => id.endsWith('!'));
    return !this.#isOverwritten && !this.#wasSetBack && !this.#wasMerged && !isDeleted;
  }

  holdings(devices: readonly string[]): readonly Holding[] {
    return devices.map((device) => new Map(this.#held.get(device)));
  }

  merging(device: string): void {
    this.#merging = device;
  }

  merged(
    device: string,
    seen: readonly Holding[],
    hasBase: boolean,
    isCut: boolean,
  ): string | undefined {
    this.#merging = undefined;
    this.#wasMerged = true;
    this.#wasCut ||= isCut;
    if (this.#isOverwritten) return undefined;
    const objects = new Set(seen.flatMap((holding) => [...holding.keys()]));
    for (const object of objects) {
      const ids = [...new Set(seen.map((holding) => holding.get(object) ?? nothing))];
      const now = this.#at(device, object);
      const newest = ids.filter((id) => ids.every((other) => this.#descends(id, other)));
      // Of more than two, each is compared with the outcome of those before it: a user may be asked too much.
      const isClear = hasBase && !this.#wasCut && seen.length === 2 && !this.#isUnclear(object);
      if (isClear && newest.length === 1 && !newest.some((id) => this.#isKnownTo(now, id))) {
        return `the merge on ${device} gave up ${newest.join()} for ${now}`;
      }
      const isOld = ids.some((id) => id !== now && this.#isKnownTo(id, now));
      for (const id of ids) if (!this.#isKnownTo(now, id)) this.#overrule(id);
      if (isOld) this.#chosenAgain.add(now);
    }
    return undefined;
  }

  setBack(device: string, then: Holding): void {
    this.#wasSetBack = true;
    const before = this.#held.get(device) ?? new Map<string, string>();
    this.#held.set(device, new Map(then));
    for (const [object, id] of before) {
      // Who does not hold it may not hold it yet: that is no memory of a deletion.
      const values = [...this.#held.keys()].map((one) => this.#at(one, object));
      const isHeld = values.some((one) => one !== nothing && this.#isKnownTo(one, id));
      if (!isHeld) this.#overrule(id);
    }
  }

  covers(one: string, other: string): boolean {
    return [...new Set(this.#objects.values())].every((object) =>
      this.#isKnownTo(this.#at(one, object), this.#at(other, object)),
    );
  }

  missingOn(device: string): readonly string[] {
    return [...this.#objects]
      .filter(([id, object]) => !this.#isKnownTo(this.#at(device, object), id))
      .map(([id]) => id);
  }

  #isUnclear(object: string): boolean {
    return [...this.#chosenAgain].some((id) => id.startsWith(`${object}=`));
  }

  /** With what it had replaced. */
  #overrule(id: string): void {
    for (let one: string | undefined = id; one !== undefined; one = this.#parents.get(one)) {
      this.#overruled.add(one);
    }
  }

  #make(device: string, object: string, value: unknown, before: string): void {
    const id = value === undefined ? `${object}!` : `${object}=${String(value)}`;
    this.#parents.set(id, before);
    this.#objects.set(id, object);
    this.#hold(device, object, id);
  }

  #at(device: string, object: string): string {
    return this.#held.get(device)?.get(object) ?? nothing;
  }

  #hold(device: string, object: string, id: string): void {
    const own = this.#held.get(device) ?? new Map<string, string>();
    own.set(object, id);
    this.#held.set(device, own);
  }

  /** An object is deleted once at most. What goes without having been deleted was never made there. */
  #deletion(object: string, before: string): string {
    const id = `${object}!`;
    return this.#parents.has(id) && this.#isKnownTo(id, before) ? id : nothing;
  }

  /** Was `id` made knowing `older`, directly or by what it replaced? */
  #isKnownTo(id: string, older: string): boolean {
    return this.#overruled.has(older) || this.#descends(id, older);
  }

  #descends(id: string, older: string): boolean {
    if (older === nothing) return true;
    // Not there is not there, whether it ever was or not.
    const object = this.#objects.get(older) ?? '';
    const newest = id === nothing && this.#parents.has(`${object}!`) ? `${object}!` : id;
    for (let one: string | undefined = newest; one !== undefined; one = this.#parents.get(one)) {
      if (one === older || this.#chosenAgain.has(one)) return true;
    }
    return false;
  }
}
