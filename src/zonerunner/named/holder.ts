/**
 * What named holds of each primary zone, and the way to what it should hold: one UPDATE where that does,
 * else the file is replaced; then what it serves is read back, by IXFR or AXFR, and compared.
 */
import type { TsigSecret } from '../../base/dns/tsig.ts';
import { type Clock, waitUntil } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import type { ZoneFile } from '../named-plan.ts';
import { renderZone } from '../render.ts';
import { nextSerial } from '../serial.ts';
import type { Zone } from '../zone.ts';
import { NamedClient, type ServerAddress } from './client.ts';
import {
  addRecord,
  emptyContent,
  isSameContent,
  removeRecord,
  wantedContent,
  type ZoneContent,
} from './content.ts';
import { updateMessage } from './update.ts';

export interface HeldZone extends ZoneFile {
  readonly secret: TsigSecret;
}

/** Five times the wait for a zone to be loaded: named has been started again by then. */
const maximumTries = 5;
const loadMilliseconds = 2_000;
const loadMillisecondsPerSet = 0.1;
const pollMilliseconds = 30;

export class ZoneHolder {
  readonly #clock: Clock;
  readonly #client: NamedClient;
  readonly #server: ServerAddress;
  readonly #replace: (zone: HeldZone, text: string) => Promise<void>;
  /** As last read from named, by view and domain; what is not here is not known. */
  readonly #held = new Map<string, ZoneContent>();
  /** The very zone that is held: the same commit needs no second look. */
  readonly #zones = new Map<string, string>();

  constructor(
    options: { readonly clock: Clock; readonly random: Random; readonly port: number },
    replace: (zone: HeldZone, text: string) => Promise<void>,
  ) {
    this.#clock = options.clock;
    this.#client = new NamedClient(options);
    this.#server = { address: '127.0.0.1', port: options.port };
    this.#replace = replace;
  }

  forgetAll(): void {
    this.#held.clear();
    this.#zones.clear();
  }

  keepOnly(zones: readonly Zone[]): void {
    const kept = new Set(zones.map(keyOf));
    for (const key of this.#held.keys()) {
      if (kept.has(key)) continue;
      this.#held.delete(key);
      this.#zones.delete(key);
    }
  }

  /** Throws when named does not serve the zone as it should. */
  async converge(zone: HeldZone): Promise<void> {
    const key = keyOf(zone.zone);
    const stamp = stampOf(zone.zone);
    if (this.#zones.get(key) === stamp) return;
    const wanted = wantedContent(zone.zone);
    // named may end and come back in the middle of a change: then it is made again from what it has.
    for (let left = maximumTries; left > 0; left -= 1) {
      if (await this.#change(zone, wanted)) {
        this.#zones.set(key, stamp);
        // The same, set by set: the very sets of the next change, so that they need no look inside.
        const held = this.#held.get(key);
        if (held !== undefined) this.#held.set(key, { ...held, sets: wanted.sets });
        return;
      }
    }
    const { domain, view } = zone.zone;
    const served = await this.#learn(zone);
    const what =
      served === undefined
        ? 'nothing of it'
        : `serial ${served.serial} with ${served.sets.size} sets, not ${wanted.serial} with ${wanted.sets.size}`;
    throw new Error(
      `named does not serve the zone ${domain} of view ${view} as it was written: it has ${what}`,
    );
  }

  /** Does named hold it now? */
  async #change(zone: HeldZone, wanted: ZoneContent): Promise<boolean> {
    const key = keyOf(zone.zone);
    const held = await this.#current(zone);
    if (held !== undefined) {
      if (isSameContent(held, wanted)) return true;
      wanted.serial = nextSerial(zone.zone.serial, held.serial);
      const message = updateMessage(zone.zone, held, wanted, this.#client.id());
      this.#held.delete(key);
      if (message !== undefined && (await this.#update(zone, message, held, wanted))) {
        this.#held.set(key, held);
        return true;
      }
    }
    await this.#replace(zone, renderZone(zone.zone, wanted.serial));
    const limit = loadMilliseconds + wanted.sets.size * loadMillisecondsPerSet;
    const { domain } = zone.zone;
    try {
      await waitUntil(
        this.#clock,
        `named to load the zone ${domain}`,
        limit,
        async () => {
          const served = await this.#learn(zone);
          return served !== undefined && isSameContent(served, wanted);
        },
        pollMilliseconds,
      );
      return true;
    } catch {
      return false;
    }
  }

  /** False: named took nothing of it, or something else; `held` is not to be believed then. */
  async #update(
    zone: HeldZone,
    message: Uint8Array,
    held: ZoneContent,
    wanted: ZoneContent,
  ): Promise<boolean> {
    try {
      await this.#client.update(this.#server, message, zone.secret);
      await this.#follow(zone, held);
      return isSameContent(held, wanted);
    } catch {
      // Replacing the whole zone says why, should that fail as well.
      return false;
    }
  }

  /** A zone that named signs changes by itself. */
  async #current(zone: HeldZone): Promise<ZoneContent | undefined> {
    const known = this.#held.get(keyOf(zone.zone));
    if (known === undefined) return this.#learn(zone);
    if (!isSigned(zone.zone)) return known;
    try {
      await this.#follow(zone, known);
      return known;
    } catch {
      return this.#learn(zone);
    }
  }

  async #follow(zone: HeldZone, held: ZoneContent): Promise<void> {
    const since = held.serial;
    const whole = emptyContent();
    const isKept = isSigned(zone.zone);
    const isWhole = await this.#client.transfer(
      this.#server,
      zone.zone.domain,
      zone.secret,
      ({ kind, record }) => {
        if (kind === 'record') addRecord(whole, record, isKept);
        else if (kind === 'come') addRecord(held, record, isKept);
        else removeRecord(held, record);
      },
      since,
    );
    if (!isWhole) return;
    held.sets.clear();
    for (const [key, set] of whole.sets) held.sets.set(key, set);
    Object.assign(held, { serial: whole.serial, soa: whole.soa });
  }

  async #learn(zone: HeldZone): Promise<ZoneContent | undefined> {
    const content = emptyContent();
    const { domain } = zone.zone;
    try {
      await this.#client.transfer(this.#server, domain, zone.secret, ({ record }) => {
        addRecord(content, record, isSigned(zone.zone));
      });
    } catch {
      // Not loaded (yet), or named is away: whoever waits for it says so.
      return undefined;
    }
    this.#held.set(keyOf(zone.zone), content);
    return content;
  }
}

function isSigned(zone: Zone): boolean {
  return zone.links.dnssecPolicy !== 'none';
}

function keyOf(zone: Zone): string {
  return `${zone.view} ${zone.domain}`;
}

/** Changes with every commit of the zone: its object's version. */
function stampOf({ serial, stamp }: Zone): string {
  return `${serial} ${stamp}`;
}
