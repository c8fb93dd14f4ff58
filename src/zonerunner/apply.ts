/**
 * Makes named hold a plan: its configuration whole (checked by BIND's own programs, rolled back when it is
 * refused), its zones by the smallest change, each read back before it counts. The commit log is the
 * truth: whatever named lost or half took is made up for from there.
 */
import { createHmac } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { waitUntil } from '../platform/clock.ts';
import type { EngineClient, EngineSpec } from '../platform/engines.ts';
import {
  isPresent,
  makeFolder,
  readTextIfPresent,
  removeIfPresent,
  writeFileDurably,
} from '../platform/files.ts';
import { filesIn } from '../platform/folder.ts';
import { allowPassage, findUser, giveFolder, isRoot, type UserIds } from '../platform/owner.ts';
import { run, runChecked } from '../platform/process.ts';
import type { Random } from '../platform/random.ts';
import type { StoredIdentity } from './identity.ts';
import { tsigSecret } from './tsig-secret.ts';
import { type HeldZone, ZoneHolder } from './named/holder.ts';
import { keyEndings, keyFileName, keyFilePrefix } from './dnssec-keys.ts';
import type { NamedIdentity, NamedPlan, ZoneFile } from './named-plan.ts';
import { renderKey, renderZone, viewKey } from './render.ts';
import type { Zone } from './zone.ts';

const startLimitMilliseconds = 15_000;
const pollMilliseconds = 30;
const commandLimit = { timeoutMilliseconds: 10_000 };

export interface NamedDriverOptions {
  readonly folder: string;
  /** The device's folder: named must be able to walk from there to its own. */
  readonly root: string;
  readonly engines: EngineClient;
  readonly clock: Clock;
  readonly random: Random;
}

/** BIND takes what it was given but for these, and says why. */
export class ZonesRefused extends Error {
  readonly zones: ReadonlyMap<Zone, string>;
  /** named has an older state of them; else they are new to it. */
  readonly isServed: boolean;

  constructor(zones: ReadonlyMap<Zone, string>, isServed: boolean) {
    super([...zones.values()].join('; '));
    this.zones = zones;
    this.isServed = isServed;
  }
}

export class NamedDriver {
  readonly #options: NamedDriverOptions;
  readonly #stored: StoredIdentity;
  readonly #user: UserIds | undefined;
  readonly #holder: ZoneHolder;
  /** May named be gone, or hold something else than we think? True until the first success. */
  #isUnsure = true;

  constructor(options: NamedDriverOptions, stored: StoredIdentity) {
    this.#options = options;
    this.#stored = stored;
    this.#user = isRoot() ? findUser(['bind', 'named', 'nobody']) : undefined;
    this.#holder = new ZoneHolder({ ...options, port: stored.port }, (zone, text) =>
      this.#replaceZone(zone, text),
    );
  }

  get port(): number {
    return this.#stored.port;
  }

  identity(): NamedIdentity {
    const { port, controlPort, controlSecret, viewSecret } = this.#stored;
    return {
      folder: this.#options.folder,
      port,
      controlPort,
      controlSecret,
      secretOf: (view) => createHmac('sha256', viewSecret).update(view).digest('base64'),
    };
  }

  /** Was there a configuration for named before we started? */
  hasServed(): boolean {
    return this.#read('named.conf') !== undefined;
  }

  /** named ended, or is not to be believed: everything is looked at again with the next `apply`. */
  doubt(): void {
    this.#isUnsure = true;
    this.#holder.forgetAll();
  }

  /** Throws what could not be done and why; named goes on with what it had. */
  async apply(plan: NamedPlan): Promise<void> {
    const wasUnsure = this.#isUnsure;
    // Until this is done, whatever happens.
    this.#isUnsure = true;
    const before = this.#read('named.conf');
    const isOtherConf = before !== plan.conf;
    if (wasUnsure || isOtherConf) {
      this.#prepareFolder(plan);
      const isOtherHint = await this.#writeNewFiles(plan);
      if (isOtherConf) await this.#replaceConf(plan);
      this.#handOver();
      const wasRunning = await this.#isAnswering();
      this.#options.engines.ensure(this.spec());
      if (!wasRunning) await this.#start();
      // One that was just starting may have read the configuration before we wrote it.
      await this.#reconfigure(wasRunning && isOtherConf ? before : undefined);
      if (isOtherHint) await this.#rndc('reload');
      // A replacement that was cut short left its zone frozen.
      if (wasUnsure) await this.#rndc('thaw').catch(() => undefined);
    }
    this.#holder.keepOnly(plan.zones.map(({ zone }) => zone));
    const refused = await this.#converge(plan);
    if (wasUnsure || isOtherConf) this.#removeOldFiles(plan);
    if (refused !== undefined) throw refused;
    this.#isUnsure = false;
  }

  /** Each zone; what BIND refuses of one does not keep the others waiting. */
  async #converge({ zones }: NamedPlan): Promise<ZonesRefused | undefined> {
    let refused: ZonesRefused | undefined;
    for (const { zone, file } of zones) {
      if (zone.kind !== 'primary') continue;
      const secret = tsigSecret(viewKey(zone.view), this.identity().secretOf(zone.view));
      try {
        await this.#holder.converge({ zone, file, secret });
      } catch (error) {
        if (!(error instanceof ZonesRefused)) throw error;
        refused ??= error;
      }
    }
    return refused;
  }

  /** named as it is to be run: in the foreground, as nobody in particular. */
  spec(): EngineSpec {
    const user = this.#user === undefined ? [] : ['-u', this.#user.name];
    return {
      name: 'named',
      program: 'named',
      args: ['-f', ...user, '-n', '1', '-c', join(this.#options.folder, 'named.conf')],
    };
  }

  async #start(): Promise<void> {
    await waitUntil(
      this.#options.clock,
      'named to answer on its control channel',
      startLimitMilliseconds,
      () => this.#isAnswering(),
      pollMilliseconds,
    );
  }

  async #reconfigure(formerConf: string | undefined): Promise<void> {
    try {
      await this.#rndc('reconfig');
    } catch (error) {
      if (formerConf === undefined) throw error;
      this.#write('named.conf', formerConf);
      this.#handOver();
      await this.#rndc('reconfig');
      throw error;
    }
  }

  /** Zones that named shall find when it reads its configuration. Did a hint file change? */
  async #writeNewFiles({ zones }: NamedPlan): Promise<boolean> {
    let isOtherHint = false;
    const refused = new Map<Zone, string>();
    for (const { zone, file } of zones) {
      const text = renderZone(zone);
      const isNew = !isPresent(this.#path(file));
      if (zone.kind === 'primary' && isNew) {
        const refusal = await this.#checkZone(zone.domain, text);
        if (refusal !== undefined) {
          refused.set(zone, refusal);
          continue;
        }
        removeIfPresent(this.#path(`${file}.jnl`));
        this.#write(file, text);
      }
      if (zone.kind === 'hint' && this.#read(file) !== text) {
        this.#write(file, text);
        isOtherHint = true;
      }
    }
    if (refused.size > 0) throw new ZonesRefused(refused, false);
    return isOtherHint;
  }

  /** Freeze, replace, thaw: for what is too much for one UPDATE, or what named would not take as one. */
  async #replaceZone({ zone, file }: HeldZone, text: string): Promise<void> {
    const refusal = await this.#checkZone(zone.domain, text);
    if (refusal !== undefined) throw new ZonesRefused(new Map([[zone, refusal]]), true);
    const which = [zone.domain, 'IN', zone.view];
    await this.#rndc('freeze', ...which).catch(() => undefined);
    removeIfPresent(this.#path(`${file}.jnl`));
    this.#write(file, text);
    this.#handOver();
    await this.#rndc('thaw', ...which).catch(() => undefined);
    // A zone that did not load was not frozen, and is not thawed.
    await this.#rndc('reload', ...which).catch(() => undefined);
  }

  /** What BIND has against it. */
  async #checkZone(domain: string, text: string): Promise<string | undefined> {
    const candidate = this.#path('candidate.db');
    writeFileDurably(candidate, text);
    const args = ['-q', '-i', 'local', '-k', 'ignore', domain, candidate];
    const result = await run('named-checkzone', args, commandLimit);
    removeIfPresent(candidate);
    if (result.status === 0) return undefined;
    const said = (result.stdout + result.stderr).trim();
    const refusal = `BIND refuses the zone ${domain}: ${said}`;
    // Else it was not there, or not in time.
    if (result.status !== 1) throw new Error(refusal);
    return refusal;
  }

  async #replaceConf(plan: NamedPlan): Promise<void> {
    const refusal = await this.#checkConf(plan.conf);
    if (refusal !== undefined) {
      await this.#mendFiles(plan);
      const again = await this.#checkConf(plan.conf);
      if (again !== undefined) throw this.#refusalOf(plan, again);
    }
    this.#write('named.conf', plan.conf);
  }

  /** Of new zones, if they are what it does not like: their files go. */
  #refusalOf({ zones }: NamedPlan, said: string): Error {
    const known = new Set(this.#writtenZones());
    const lines = said.split('\n');
    const refused = new Map<Zone, string>();
    for (const { zone, file } of zones) {
      const start = `${zone.view}/${zone.domain}/IN: `;
      const line = lines.find((one) => one.startsWith(start));
      if (line === undefined || known.has(file)) continue;
      refused.set(zone, `BIND refuses the zone ${zone.domain}: ${line.slice(start.length)}`);
      removeIfPresent(this.#path(file));
    }
    if (refused.size > 0) return new ZonesRefused(refused, false);
    return new Error(`BIND refuses its configuration: ${said}`);
  }

  async #checkConf(conf: string): Promise<string | undefined> {
    const candidate = 'candidate.conf';
    this.#write(candidate, conf);
    const result = await run('named-checkconf', ['-z', this.#path(candidate)], commandLimit);
    removeIfPresent(this.#path(candidate));
    return result.status === 0 ? undefined : (result.stdout + result.stderr).trim();
  }

  /** A damaged file of one zone must not keep all others from being configured. */
  async #mendFiles({ zones }: NamedPlan): Promise<void> {
    for (const { zone, file } of zones) {
      if (zone.kind !== 'primary') continue;
      const args = ['-q', '-i', 'none', '-k', 'ignore', zone.domain, this.#path(file)];
      const { status } = await run('named-checkzone', args, commandLimit);
      if (status === 0) continue;
      removeIfPresent(this.#path(`${file}.jnl`));
      this.#write(file, renderZone(zone));
    }
  }

  async #isAnswering(): Promise<boolean> {
    const result = await run('rndc', this.#rndcArgs(['status']), commandLimit);
    return result.status === 0;
  }

  async #rndc(...command: string[]): Promise<void> {
    await runChecked('rndc', this.#rndcArgs(command), commandLimit);
  }

  #rndcArgs(command: readonly string[]): string[] {
    const port = String(this.#stored.controlPort);
    return ['-s', '127.0.0.1', '-p', port, '-k', this.#path('keys/control.key'), ...command];
  }

  #prepareFolder({ views, zones }: NamedPlan): void {
    const { folder } = this.#options;
    makeFolder(join(folder, 'keys'));
    const identity = this.identity();
    const keys = new Map([['control', renderKey('evenkeel-control', identity.controlSecret)]]);
    for (const view of views) {
      makeFolder(join(folder, 'zones', view));
      makeFolder(join(folder, 'dnssec', view));
      keys.set(view, renderKey(viewKey(view), identity.secretOf(view)));
    }
    for (const [name, text] of keys) {
      const file = `keys/${name}.key`;
      if (this.#read(file) !== `${text}\n`) this.#write(file, `${text}\n`);
    }
    for (const zone of zones) this.#writeKey(zone);
  }

  /** named goes on with the state of a key by itself: what is there stays. Another key of ours goes. */
  #writeKey({ zone, key }: ZoneFile): void {
    if (key === undefined) return;
    const folder = `dnssec/${zone.view}`;
    const name = keyFileName(zone, key.tag);
    const known = filesIn(this.#path(folder), '').map(({ path }) => basename(path));
    for (const file of known) {
      const isOther = file.startsWith(keyFilePrefix(zone.domain)) && !file.startsWith(`${name}.`);
      if (isOther) removeIfPresent(this.#path(`${folder}/${file}`));
    }
    if (known.includes(`${name}.private`)) return;
    for (const ending of keyEndings) {
      writeFileDurably(this.#path(`${folder}/${name}.${ending}`), key.files[ending]);
    }
  }

  /** A zone that is gone leaves no file to be served by mistake. */
  #removeOldFiles({ zones }: NamedPlan): void {
    const kept = new Set(zones.map(({ file }) => file));
    for (const file of this.#writtenZones()) {
      if (kept.has(file)) continue;
      removeIfPresent(this.#path(file));
      removeIfPresent(this.#path(`${file}.jnl`));
    }
    this.#write('zones.json', JSON.stringify([...kept].toSorted()));
  }

  #writtenZones(): readonly string[] {
    // Our own file, written whole.
    return JSON.parse(this.#read('zones.json') ?? '[]') as string[];
  }

  #handOver(): void {
    const { folder, root } = this.#options;
    if (this.#user === undefined) return;
    giveFolder(folder, this.#user);
    allowPassage(folder, root);
  }

  #path(file: string): string {
    return join(this.#options.folder, file);
  }

  #read(file: string): string | undefined {
    return readTextIfPresent(this.#path(file));
  }

  #write(file: string, text: string): void {
    writeFileDurably(this.#path(file), text);
  }
}
