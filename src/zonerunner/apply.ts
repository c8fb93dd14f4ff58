/**
 * Makes named hold a plan: files first, checked by BIND's own programs, then the smallest order that
 * makes it take them, then a look at what it serves. On refusal the former configuration is put back.
 */
import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import { waitUntil } from '../platform/clock.ts';
import type { EngineClient, EngineSpec } from '../platform/engines.ts';
import {
  makeFolder,
  readTextIfPresent,
  removeIfPresent,
  writeFileDurably,
} from '../platform/files.ts';
import { allowPassage, findUser, giveFolder, isRoot, type UserIds } from '../platform/owner.ts';
import { run, runChecked } from '../platform/process.ts';
import type { StoredIdentity } from './identity.ts';
import type { NamedIdentity, NamedPlan, ZoneFile } from './named-plan.ts';
import { isServed } from './read.ts';
import { renderKey, viewKey } from './render.ts';

const startLimitMilliseconds = 15_000;
const servedLimitMilliseconds = 10_000;
const pollMilliseconds = 30;
const commandLimit = { timeoutMilliseconds: 10_000 };

export interface NamedDriverOptions {
  readonly folder: string;
  /** The device's folder: named must be able to walk from there to its own. */
  readonly root: string;
  readonly engines: EngineClient;
  readonly clock: Clock;
}

export class NamedDriver {
  readonly #options: NamedDriverOptions;
  readonly #stored: StoredIdentity;
  readonly #user: UserIds | undefined;
  /** Is anything of our files possibly not what named has in memory? True until the first success. */
  #isUnsure = true;

  constructor(options: NamedDriverOptions, stored: StoredIdentity) {
    this.#options = options;
    this.#stored = stored;
    this.#user = isRoot() ? findUser(['bind', 'named', 'nobody']) : undefined;
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

  /** Throws what could not be done and why; named goes on with what it had. */
  async apply(plan: NamedPlan): Promise<void> {
    this.#prepareFolder(plan);
    const changed = plan.zones.filter((zone) => this.#read(zone.file) !== zone.text);
    for (const zone of changed) await this.#checkZone(zone);
    for (const zone of changed) this.#write(zone.file, zone.text);
    const before = this.#read('named.conf');
    const isOtherConf = before !== plan.conf;
    if (isOtherConf) await this.#replaceConf(plan.conf);
    this.#handOver();
    const wasRunning = await this.#isAnswering();
    if (!wasRunning) await this.#start();
    else await this.#order(plan, changed, isOtherConf ? before : undefined);
    for (const zone of this.#isUnsure ? plan.zones : changed) await this.#confirm(zone);
    this.#removeOldFiles(plan);
    this.#isUnsure = false;
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
    this.#options.engines.ensure(this.spec());
    await waitUntil(
      this.#options.clock,
      'named to answer on its control channel',
      startLimitMilliseconds,
      () => this.#isAnswering(),
      pollMilliseconds,
    );
  }

  async #order(
    plan: NamedPlan,
    changed: readonly ZoneFile[],
    formerConf: string | undefined,
  ): Promise<void> {
    this.#options.engines.ensure(this.spec());
    if (formerConf !== undefined) {
      try {
        await this.#rndc('reconfig');
      } catch (error) {
        this.#write('named.conf', formerConf);
        this.#handOver();
        await this.#rndc('reconfig');
        throw error;
      }
    }
    // Everything is cheap when it is one zone or two; many at once are quicker in one order.
    const isMany = changed.length > 20 || this.#isUnsure;
    if (isMany) await this.#rndc('reload');
    else for (const zone of changed) await this.#reloadZone(zone);
    if (plan.zones.length === 0) this.#isUnsure = false;
  }

  async #reloadZone(zone: ZoneFile): Promise<void> {
    await this.#rndc('reload', zone.domain, 'IN', zone.view);
  }

  async #confirm(zone: ZoneFile): Promise<void> {
    const keyFile = this.#path(`keys/${zone.view}.key`);
    await waitUntil(
      this.#options.clock,
      `named to serve the zone ${zone.domain} of view ${zone.view} as it was written`,
      servedLimitMilliseconds,
      () =>
        isServed({ domain: zone.domain, path: this.#path(zone.file), port: this.port, keyFile }),
      pollMilliseconds,
    );
  }

  async #checkZone(zone: ZoneFile): Promise<void> {
    const candidate = this.#path('candidate.db');
    writeFileDurably(candidate, zone.text);
    const args = ['-q', '-i', 'local', '-k', 'ignore', zone.domain, candidate];
    const result = await run('named-checkzone', args, commandLimit);
    removeIfPresent(candidate);
    if (result.status === 0) return;
    const said = (result.stdout + result.stderr).trim();
    throw new Error(`BIND refuses the zone ${zone.domain}: ${said}`);
  }

  async #replaceConf(conf: string): Promise<void> {
    const candidate = 'candidate.conf';
    this.#write(candidate, conf);
    const result = await run('named-checkconf', ['-z', this.#path(candidate)], commandLimit);
    removeIfPresent(this.#path(candidate));
    if (result.status !== 0) {
      const said = (result.stdout + result.stderr).trim();
      throw new Error(`BIND refuses its configuration: ${said}`);
    }
    this.#write('named.conf', conf);
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

  #prepareFolder(plan: NamedPlan): void {
    const { folder } = this.#options;
    makeFolder(join(folder, 'keys'));
    for (const zone of plan.zones) makeFolder(join(folder, 'zones', zone.view));
    const identity = this.identity();
    const keys = new Map([['control', renderKey('evenkeel-control', identity.controlSecret)]]);
    for (const { view } of plan.zones) {
      keys.set(view, renderKey(viewKey(view), identity.secretOf(view)));
    }
    for (const [name, text] of keys) {
      const file = `keys/${name}.key`;
      if (this.#read(file) !== `${text}\n`) this.#write(file, `${text}\n`);
    }
  }

  /** A zone that is gone leaves no file to be served by mistake. */
  #removeOldFiles(plan: NamedPlan): void {
    const kept = new Set(plan.zones.map((zone) => zone.file));
    const written = new Set([...this.#writtenZones()].filter((file) => !kept.has(file)));
    for (const file of written) removeIfPresent(this.#path(file));
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
