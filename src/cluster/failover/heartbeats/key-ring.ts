/**
 * Which keys seal heartbeats and open them while the trust domain's key changes. Members get the new key at
 * different times, so for a while a device has the former ones, too; the rules need no word in the messages:
 *
 * 1. Whoever has the newest key, and has it on disk, seals with it whatever it says to anybody. A message that it
 *    opens therefore says that its sender has the key, and will not forget it.
 * 2. To a device that has not said so each message goes sealed with the former keys, as well: it can always hear us,
 *    however long it was away. That costs nothing: a seal hides nothing, it proves who speaks.
 * 3. A message sealed with a former key counts while its sender has not said so, and for five minutes at most: who was
 *    removed from trust knows that key and could speak in a member's name. What is refused is only a message
 *    lost, which can never give an address to two devices (see the protocol in ../README.md).
 * 4. When everybody has said so, the former keys are forgotten.
 *
 * A device that comes back later than five minutes hears the others, stands aside for them, and gets the key over
 * iQuery. Pure.
 */

export interface FormerKey {
  /** Base64. */
  readonly key: string;
  /** Wall milliseconds from which nothing counts that is sealed with it. */
  readonly refusedAt: number;
}

/** Longer than control takes to start again and to synchronise; a member that is away longer is not waited for. */
export const overlapMilliseconds = 300_000;
/** Each costs one more datagram for each heartbeat to a device that is away. */
const maximumFormers = 8;

export class KeyRing {
  #newest: string;
  #formers: readonly FormerKey[];
  /** Keys that a restart would forget. */
  #unkept: ReadonlySet<string> = new Set();
  readonly #confirmed = new Set<string>();

  constructor(newest: string, formers: readonly FormerKey[] = []) {
    this.#newest = newest;
    this.#formers = formers;
  }

  /** Base64; '' when there is none: nobody to speak with. */
  newest(): string {
    return this.#newest;
  }

  formers(): readonly FormerKey[] {
    return this.#formers;
  }

  /** False: it is the newest already. Nothing is sealed with it before `keep`. `now`: wall milliseconds. */
  change(key: string, now: number): boolean {
    if (key === this.#newest) return false;
    const last = this.#newest;
    const older = this.#formers.filter((one) => one.key !== key && one.key !== last);
    const former = { key: last, refusedAt: now + overlapMilliseconds };
    this.#formers = last === '' ? older : [former, ...older].slice(0, maximumFormers);
    this.#newest = key;
    this.#unkept = new Set([...this.#unkept, key]);
    this.#confirmed.clear();
    return true;
  }

  /** `key` is on disk, and so are the formers that it has: they are not forgotten any more. */
  keep(key: string): void {
    if (key === this.#newest) this.#unkept = new Set();
  }

  /** Each of them seals one copy of what is said to `device`. */
  sealing(device: string): readonly string[] {
    if (this.#newest === '') return [];
    const formers = this.#formers.map(({ key }) => key).filter((key) => !this.#unkept.has(key));
    if (this.#unkept.has(this.#newest) && formers.length > 0) return formers;
    return this.#confirmed.has(device) ? [this.#newest] : [this.#newest, ...formers];
  }

  opening(): readonly string[] {
    return this.#newest === '' ? [] : [this.#newest, ...this.#formers.map(({ key }) => key)];
  }

  /** Does a message of `device` that `key` opened count? `now`: wall milliseconds. */
  admits(device: string, key: string, now: number): boolean {
    if (key === this.#newest) {
      this.#confirmed.add(device);
      return true;
    }
    if (this.#confirmed.has(device)) return false;
    const former = this.#formers.find((one) => one.key === key);
    if (former === undefined || now >= former.refusedAt) return false;
    // A clock that is set back makes it no longer than that.
    return former.refusedAt - now <= 2 * overlapMilliseconds;
  }

  /** It has not shown that it has the newest key. */
  isBehind(device: string): boolean {
    return !this.#confirmed.has(device);
  }

  /** True: all of `devices` have the newest key, and the former ones were just forgotten. */
  settle(devices: readonly string[]): boolean {
    if (this.#unkept.size > 0 || this.#formers.length === 0) return false;
    if (devices.some((device) => this.isBehind(device))) return false;
    this.#formers = [];
    return true;
  }
}
