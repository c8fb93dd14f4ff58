/** Listeners that HAProxy did not take: found, held back, and tried again when their place is free. */
import type { EngineState } from '../../config/applied.ts';
import type { Clock } from '../../platform/clock.ts';
import { probeListen } from '../../platform/listen-probe.ts';
import type { Log } from '../../platform/log.ts';
import { culpritOf, placesOf } from './culprit.ts';
import type { Layout } from './layout.ts';
import type { Structure } from './structure.ts';

const retryMilliseconds = 10_000;
const inUse = 'EADDRINUSE';

export class HeldBack {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onFree: (structure: Structure) => void;
  #isClosed = false;

  /** `onFree`: some may be tried again. */
  constructor(clock: Clock, log: Log, onFree: (structure: Structure) => void) {
    this.#clock = clock;
    this.#log = log;
    this.#onFree = onFree;
  }

  close(): void {
    this.#isClosed = true;
  }

  /**
   * Whether it is clear which listener is at fault, so that the rest can go on without it. `before`: what HAProxy has;
   * `text`: what it refused, with that reason.
   */
  async take(
    structure: Structure,
    before: Layout | undefined,
    reason: string,
    text: string,
  ): Promise<boolean> {
    const named = culpritOf(reason, text);
    const culprits = named === undefined ? await takenPlaces(structure, before) : [named];
    for (const name of culprits) {
      structure.holdBack(name, reason, before?.wanted.get(name));
      this.#log.write('err', `HAProxy does not listen for ${name} as wanted: ${reason}`);
    }
    if (named === undefined && culprits.length > 0) this.#awaitPlaces(structure, culprits);
    return culprits.length > 0;
  }

  #awaitPlaces(structure: Structure, names: readonly string[]): void {
    this.#clock.after(retryMilliseconds, () => {
      if (!this.#isClosed) void this.#letGo(structure, names);
    });
  }

  async #letGo(structure: Structure, names: readonly string[]): Promise<void> {
    const left: string[] = [];
    const free: string[] = [];
    for (const { section } of structure.heldBack()) {
      if (!names.includes(section.name)) continue;
      ((await isTaken(section.text)) ? left : free).push(section.name);
    }
    if (this.#isClosed) return;
    for (const name of free) structure.letGo(name);
    if (free.length > 0) this.#onFree(structure);
    if (left.length > 0) this.#awaitPlaces(structure, left);
  }
}

/** What the commit is told that brought listeners which are held back; undefined: there are none. */
export function failureOf(structure: Structure): EngineState | undefined {
  const held = [...structure.heldBack()];
  if (held.length === 0) return undefined;
  const reason = held.map(({ section, reason: why }) => `${section.name}: ${why}`).join('; ');
  return { state: 'failed', reason };
}

/** Frontends that are new, and whose address and port another program has. */
async function takenPlaces(
  structure: Structure,
  before: Layout | undefined,
): Promise<readonly string[]> {
  // Others may come while places are probed.
  const fresh = [...structure.frontends()].filter(({ name }) => before?.hasFrontend(name) !== true);
  const taken: string[] = [];
  for (const { name, text } of fresh) if (await isTaken(text)) taken.push(name);
  return taken;
}

async function isTaken(section: string): Promise<boolean> {
  for (const { address, port } of placesOf(section)) {
    if ((await probeListen(address, port)) === inUse) return true;
  }
  return false;
}
