/**
 * Keeps one conntrackd and the kernel's filter as planned. conntrackd cannot be told a new configuration: another
 * file means another process, which the kernel's table and the peer's outlive.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, sleep } from '../../platform/clock.ts';
import { changeConnections } from '../../platform/connection-table.ts';
import type { EngineClient, EngineSpec } from '../../platform/engines.ts';
import { makeFolder, removeIfPresent, writeFileDurably } from '../../platform/files.ts';
import type { KernelNetwork } from '../../platform/kernel-network.ts';
import type { Log } from '../../platform/log.ts';
import type { PacketFilter } from '../../platform/packet-filter.ts';
import { run } from '../../platform/process.ts';
import { type DaemonCounters, parseCounters, parseTouched, syntaxProblem } from './read.ts';
import { renderDaemon, renderNoTable, renderTable, touches } from './render.ts';
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';
import type { MirrorPlan, Planned } from './types.ts';

export const conntrackdEngine = 'conntrackd';

/** conntrackd refuses to start while its lock is there, and leaves it behind when it is killed. */
const startScript = 'rm -f -- "$1"; exec conntrackd -C "$2"';
const answerMilliseconds = 5000;
const askAgainMilliseconds = 50;
const retryMilliseconds = 5000;
const commandMilliseconds = 5000;

/**
 * Without liberal windows packets of a connection that was elsewhere meanwhile are invalid; without events from the
 * beginning of a connection none can be had later.
 */
const settings = [
  ['net/netfilter/nf_conntrack_tcp_be_liberal', '1'],
  ['net/netfilter/nf_conntrack_events', '1'],
] as const;

export interface MirrorDriverOptions {
  readonly engines: EngineClient;
  readonly filter: PacketFilter;
  readonly network: KernelNetwork;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What was wanted holds now, or why it does not. */
  readonly settled: (failure: string | undefined) => void;
  /** A conntrackd began, and knows of no connection yet. */
  readonly started: () => void;
}

interface Running {
  readonly spec: EngineSpec;
  readonly file: string;
}

export class MirrorDriver {
  readonly #options: MirrorDriverOptions;
  #wanted: Planned = { kind: 'off', reason: '' };
  #isWorking = false;
  #isClosed = false;
  #running: Running | undefined;
  #table = '';
  #pid = 0;
  #cancelRetry: () => void = () => undefined;

  constructor(options: MirrorDriverOptions) {
    this.#options = options;
    options.engines.onStatus(() => this.#look());
  }

  /** The newest wish counts. */
  want(planned: Planned): void {
    this.#wanted = planned;
    this.#kick();
  }

  /** conntrackd goes on. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
  }

  get isRunning(): boolean {
    return this.#pid !== 0;
  }

  /** Undefined while it does not answer. */
  async counters(): Promise<DaemonCounters | undefined> {
    if (this.#running === undefined || !this.isRunning) return undefined;
    const answer = await this.#tell(this.#running.file, '-s');
    return answer.status === 0 ? parseCounters(answer.stdout) : undefined;
  }

  /** The peer is told of every connection of these; resolves with how many the kernel has. */
  async touch(virtuals: readonly MirroredVirtual[]): Promise<number> {
    let touched = 0;
    for (const args of virtuals.flatMap(touches)) {
      touched += parseTouched(await changeConnections(args));
    }
    return touched;
  }

  /** What ends here from now on is no news for the peer, unless it is touched again. */
  async forget(): Promise<void> {
    if (this.#running !== undefined) await this.#tell(this.#running.file, '-f', 'internal');
  }

  #kick(): void {
    if (!this.#isWorking && !this.#isClosed) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    this.#cancelRetry();
    for (let done: Planned | undefined; done !== this.#wanted && !this.#isClosed;) {
      done = this.#wanted;
      try {
        if (done.kind === 'on') await this.#bring(done.plan);
        else await this.#end();
        this.#options.settled(undefined);
      } catch (error) {
        this.#options.settled(error instanceof Error ? error.message : String(error));
        this.#cancelRetry = this.#options.clock.after(retryMilliseconds, () => this.#kick());
      }
    }
    // In the same turn as the last look at #wanted, so that no wish falls between.
    this.#isWorking = false;
  }

  async #end(): Promise<void> {
    const { engines, filter } = this.#options;
    engines.stop(conntrackdEngine);
    this.#running = undefined;
    this.#pid = 0;
    if (this.#table !== renderNoTable()) await filter.apply(renderNoTable());
    this.#table = renderNoTable();
  }

  async #bring(plan: MirrorPlan): Promise<void> {
    const { engines, filter, folder, log } = this.#options;
    await this.#checkInstalled();
    const interfaces = await this.#interfacesOf(plan);
    makeFolder(folder);
    const text = renderDaemon(plan, interfaces, {
      socket: join(folder, 'ctl'),
      lock: this.#lock(),
    });
    const file = join(folder, `conntrackd-${hashOf(text)}.conf`);
    const former = this.#running;
    if (former?.file !== file) await this.#check(file, text);
    const table = renderTable(plan);
    if (this.#table !== table) await filter.apply(table);
    this.#table = table;
    this.#writeSettings();
    if (former?.file === file) return;
    const spec = this.#specOf(file);
    const formerPid = this.#pid;
    this.#running = { spec, file };
    engines.ensure(spec);
    if (await this.#answers(file, (pid) => pid !== formerPid)) {
      if (former !== undefined) removeIfPresent(former.file);
      return;
    }
    if (former !== undefined) {
      log.write('err', `conntrackd does not run with ${file}: back to ${former.file}`);
      this.#running = former;
      engines.ensure(former.spec);
    }
    throw new Error(
      `conntrackd does not answer; the end of its output says why (log/conntrackd.out)`,
    );
  }

  #specOf(file: string): EngineSpec {
    return {
      name: conntrackdEngine,
      program: 'sh',
      args: ['-c', startScript, conntrackdEngine, this.#lock(), file],
    };
  }

  #lock(): string {
    return join(this.#options.folder, 'lock');
  }

  async #checkInstalled(): Promise<void> {
    try {
      await run('conntrackd', ['-v'], { timeoutMilliseconds: commandMilliseconds });
    } catch {
      throw new Error(
        'conntrackd is not installed, so that no connection is mirrored; cure: apt-get install conntrackd conntrack',
      );
    }
  }

  async #interfacesOf(plan: MirrorPlan): Promise<readonly string[]> {
    const shown = await this.#options.network.read(['address', 'show']);
    const names: string[] = [];
    for (const [index, { own }] of plan.links.entries()) {
      const found = shown.find((one) => addressesOf(one).includes(own));
      if (found === undefined) throw new Error(`mirroring address ${own} is on no interface`);
      names.push(await this.#readableName(nameOf(found), index + 1));
    }
    return names;
  }

  /** conntrackd cannot read "1.3", BIG-IP's name of an interface: the kernel gives it a second one. */
  async #readableName(name: string, number: number): Promise<string> {
    if (/^[A-Za-z][\w.-]*$/.test(name)) return name;
    const second = `ekmirror${number}`;
    const { network } = this.#options;
    const known = await network.read(['link', 'show', 'dev', name]);
    if (JSON.stringify(known).includes(`"${second}"`)) return second;
    // Whoever has it by now had the address before.
    await network.command(['link', 'property', 'del', 'dev', second, 'altname', second]);
    const add = ['link', 'property', 'add', 'dev', name, 'altname', second];
    const refused = await network.command(add);
    if (refused !== undefined)
      throw new Error(`interface ${name} takes no second name: ${refused}`);
    return second;
  }

  /** There is no option to check a file: every command reads it first. */
  async #check(file: string, text: string): Promise<void> {
    writeFileDurably(file, text);
    const { stderr } = await this.#tell(file, '-s', 'runtime');
    const problem = syntaxProblem(stderr);
    if (problem === undefined) return;
    removeIfPresent(file);
    throw new Error(`conntrackd refuses its configuration: ${problem}`);
  }

  #writeSettings(): void {
    const { network } = this.#options;
    for (const [path, value] of settings) {
      if (network.readSetting(path) === value) continue;
      if (!network.writeSetting(path, value)) throw new Error(`the kernel does not take ${path}`);
    }
  }

  /** The process before, which is being stopped, answers at the same place. */
  async #answers(file: string, isMeant: (pid: number) => boolean): Promise<boolean> {
    const { clock } = this.#options;
    const end = clock.monotonicMilliseconds() + answerMilliseconds;
    while (clock.monotonicMilliseconds() < end && !this.#isClosed) {
      this.#look();
      const before = this.#pid;
      const { status } = await this.#tell(file, '-s', 'runtime');
      if (status === 0 && before !== 0 && before === this.#pid && isMeant(before)) return true;
      await sleep(clock, askAgainMilliseconds);
    }
    return false;
  }

  #tell(file: string, ...args: readonly string[]): ReturnType<typeof run> {
    return run('conntrackd', ['-C', file, ...args], { timeoutMilliseconds: commandMilliseconds });
  }

  #look(): void {
    const found = this.#options.engines.status(conntrackdEngine);
    const pid = found?.state === 'running' && this.#running !== undefined ? found.pid : 0;
    if (pid === this.#pid) return;
    this.#pid = pid;
    if (pid !== 0) void this.#begin(pid);
  }

  /** At its start it reads the whole table of the kernel: what is served elsewhere, too, and what is not mirrored. */
  async #begin(pid: number): Promise<void> {
    const file = this.#running?.file;
    if (file === undefined) return;
    try {
      if (!(await this.#answers(file, (one) => one === pid))) return;
      await this.forget();
      this.#options.started();
    } catch (error) {
      this.#options.log.write('err', `conntrackd cannot be asked: ${String(error)}`);
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** One of the list that `ip -json address show` prints. */
interface ShownInterface {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local?: string }[];
}

function addressesOf(one: unknown): readonly (string | undefined)[] {
  // Written by iproute2; what is missing is no address.
  return ((one as ShownInterface).addr_info ?? []).map(({ local }) => local);
}

function nameOf(one: unknown): string {
  // As above.
  return (one as ShownInterface).ifname ?? '';
}
