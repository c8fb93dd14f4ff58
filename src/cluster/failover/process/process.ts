/**
 * The failover process: starts alone from its last configuration, speaks UDP 1026 with the other voters,
 * serves control on a Unix socket, and goes on when control is gone.
 */
import type { Clock } from '../../../platform/clock.ts';
import type { EngineControl } from '../../../platform/engines.ts';
import { type LocalPeer, serveLocal } from '../../../platform/local-channel.ts';
import type { ClaimReader } from '../../../platform/ffi/claims.ts';
import type { Log } from '../../../platform/log.ts';
import { type Arbitration, createArbitration } from './arbitration.ts';
import { createGatewayEcho, type GatewayEcho } from '../failsafes/gateway-echo.ts';
import { Door } from '../heartbeats/door.ts';
import { createDriver, type Driver } from './driver.ts';
import { CatchingUp, catchingUp } from '../failsafes/catching-up.ts';
import { type ConflictWatch, watchConflicts } from '../kernel/conflict-watch.ts';
import { createFailsafes, type Failsafes, type FailsafeTools } from '../failsafes/failsafes.ts';
import { createKernel, type Kernel, type Tools } from '../kernel/kernel.ts';
import { clearOld, putFenceUp } from './fencing.ts';
import { Keeping } from './keeping.ts';
import { type History, openHistory } from './history.ts';
import { KeyRing } from '../heartbeats/key-ring.ts';
import { type Lag, measureLag } from '../heartbeats/lag.ts';
import type { Durable } from '../machine/machine.ts';
import { decodeMessage, encodeMessage } from '../heartbeats/message.ts';
import { createPaths, type Origin, type Paths } from '../heartbeats/paths.ts';
import type { FailoverStatus, FromFailover, ToFailover } from '../protocol.ts';
import { addressesApart } from '../addresses.ts';
import { Readdressing } from './readdressing.ts';
import { openRuns, type Runs } from '../heartbeats/runs.ts';
import { seal, unseal } from '../heartbeats/seal.ts';
import { followKey, pairDuties } from '../witness/following.ts';
import { machineStatus, statusKey } from '../machine/status.ts';
import type { Conditions, FailoverConfig, GroupConfig, WitnessDuty } from '../types.ts';

const secondMilliseconds = 1000;
const shownHistory = 50;
const noDurable: Durable = { mode: undefined, forcedOffline: false };

export interface ProcessParts {
  readonly socketPath: string;
  /** Configuration and what must survive a restart; readable by root only, it has the key. */
  readonly file: string;
  readonly historyFile: string;
  /** What must not come twice: see freshness.ts. */
  readonly runsFile: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly tools: Tools;
  readonly engines: EngineControl;
  readonly failsafes: FailsafeTools;
  readonly claims: ClaimReader;
  readonly isOwnHardware: (hardware: string) => boolean;
  readonly isRealTime: boolean;
}

export interface FailoverProcess {
  /** Hands over what it has, closes the fence, removes the addresses. */
  leave(): void;
  close(): void;
}

export async function runFailover(parts: ProcessParts): Promise<FailoverProcess> {
  const failover = new Runner(parts);
  const server = await serveLocal<ToFailover, FromFailover>(parts.socketPath, {
    onOpen: (peer) => failover.meet(peer),
    onMessage: (message, peer) => failover.obey(message, peer),
    onClose: (peer) => failover.part(peer),
  });
  failover.resume();
  const stop = parts.clock.every(secondMilliseconds, () => failover.lookAround());
  return {
    leave: () => failover.leave(),
    close() {
      stop();
      failover.close();
      server.close();
    },
  };
}

interface Machine {
  readonly driver: Driver;
  readonly ring: KeyRing;
  deviceGroup: string;
}

class Runner {
  readonly #parts: ProcessParts;
  readonly #kernel: Kernel;
  readonly #paths: Paths;
  readonly #failsafes: Failsafes;
  readonly #conflicts: ConflictWatch;
  readonly #lag: Lag;
  readonly #history: History;
  /** Of other devices, as they say. */
  readonly #lags = new Map<string, number>();
  readonly #catchingUp: CatchingUp;
  /** What the failsafes say. */
  #failing: readonly string[] = [];
  readonly #runs: Runs;
  readonly #arbitration: Arbitration;
  readonly #gatewayEcho: GatewayEcho;
  readonly #controls = new Set<LocalPeer<FromFailover>>();
  /** Who gave the whole configuration last. */
  #planner: LocalPeer<FromFailover> | undefined;
  readonly #readdressing: Readdressing;
  readonly #door: Door;
  /** Of our own group. */
  readonly #ring: KeyRing;
  readonly #keeping: Keeping;
  #own: Machine | undefined;
  #witnessed: Machine[] = [];
  #toldKey = '';
  /** Known before there is a machine to give them to. */
  #scores: Conditions['scores'] = {};

  constructor(parts: ProcessParts) {
    const { clock, log } = parts;
    this.#parts = parts;
    this.#kernel = createKernel(parts.tools);
    this.#runs = openRuns(parts.runsFile, clock, log);
    this.#keeping = new Keeping(parts.file, clock, log);
    this.#ring = new KeyRing(this.#keeping.saved?.config.key ?? '', this.#keeping.saved?.formers);
    this.#gatewayEcho = createGatewayEcho(clock);
    this.#arbitration = createArbitration({ clock, log, instance: this.#runs.instance });
    this.#paths = createPaths(clock, log, (datagram, from) => this.#receive(datagram, from));
    this.#door = new Door(parts.tools.nftables, log);
    this.#lag = measureLag(clock);
    this.#history = openHistory(parts.historyFile, clock, log);
    this.#conflicts = watchConflicts({
      clock,
      log,
      claims: parts.claims,
      isOwn: parts.isOwnHardware,
      activeSince: (name) => {
        const group = this.#own?.driver.state().groups.get(name);
        return group?.role === 'owner' ? group.since : undefined;
      },
      announce: (group, address) => this.#kernel.announceAddress(group, address),
    });
    this.#readdressing = new Readdressing({
      ...parts,
      kernel: this.#kernel,
      conflicts: this.#conflicts,
      keeping: this.#keeping,
      driver: () => this.#own?.driver,
      apply: (config) => this.#apply(config),
    });
    this.#failsafes = createFailsafes({
      clock,
      log,
      engines: parts.engines,
      tools: parts.failsafes,
      changed: (by) => {
        this.#failing = by;
        this.#impair();
      },
    });
    this.#catchingUp = new CatchingUp({ clock, log, changed: () => this.#impair() });
  }

  /** From the configuration of the last run. */
  resume(): void {
    if (this.#keeping.saved === undefined) return;
    if (this.#keeping.saved.config.mirrors === true) this.#catchingUp.begin();
    this.#apply(this.#keeping.saved.config);
    this.#impair();
  }

  meet(control: LocalPeer<FromFailover>): void {
    this.#controls.add(control);
    this.#failsafes.control(true);
    this.#tell();
  }

  part(control: LocalPeer<FromFailover>): void {
    this.#controls.delete(control);
    this.#failsafes.control(this.#controls.size > 0);
  }

  obey(message: ToFailover, control: LocalPeer<FromFailover>): void {
    if (message.type === 'configure') {
      this.#planner = control;
      this.#configure(message.config);
      return;
    }
    if (message.type === 'addresses') {
      // Whoever did not give the whole begins anew, with the whole.
      if (control === this.#planner) this.#readdressing.add(message.changes);
      else control.close();
      return;
    }
    if (message.type === 'conditions') {
      this.#failsafes.report(message.conditions.failsafes);
      this.#scores = message.conditions.scores;
      this.#own?.driver.happen({ type: 'scores', scores: this.#scores });
      return;
    }
    if (message.type === 'behind') {
      if (message.isBehind && !this.#ownsAny()) this.#catchingUp.begin();
      else this.#catchingUp.end();
      return;
    }
    const reason =
      this.#own === undefined
        ? 'the failover process has no configuration yet'
        : this.#own.driver.happen({ type: 'command', command: message.command });
    control.send({ type: 'result', id: message.id, reason });
    this.#tell();
  }

  lookAround(): void {
    this.#paths.check();
    this.#failsafes.look();
    if (this.#own !== undefined) {
      // Interfaces come and go; the fence must be on each.
      const { config } = this.#own.driver.state();
      putFenceUp(this.#kernel, this.#parts.log, config, this.#own.driver.state());
      this.#kernel.findLinks(config);
      this.#kernel.renewAddresses();
    }
    this.#tell();
  }

  leave(): void {
    this.#own?.driver.happen({ type: 'command', command: { kind: 'leave' } });
  }

  close(): void {
    this.#readdressing.clear();
    this.#keeping.close();
    this.#arbitration.close();
    this.#gatewayEcho.close();
    this.#failsafes.close();
    this.#catchingUp.end();
    for (const machine of this.#machines()) machine.driver.close();
    this.#conflicts.close();
    this.#lag.close();
    this.#runs.close();
    this.#paths.close();
    for (const control of this.#controls) control.close();
  }

  #impair(): void {
    const by = [...this.#failing, ...(this.#catchingUp.isBehind ? [catchingUp] : [])];
    this.#own?.driver.happen({ type: 'impaired', by });
  }

  #ownsAny(): boolean {
    const groups = this.#own?.driver.state().groups.values() ?? [];
    return [...groups].some(({ role }) => role === 'owner');
  }

  #machines(): readonly Machine[] {
    return this.#own === undefined ? this.#witnessed : [this.#own, ...this.#witnessed];
  }

  #receive(datagram: Buffer, from: Origin): void {
    const opened = unseal(datagram, this.#machines());
    const message = opened === undefined ? undefined : decodeMessage(opened.text);
    if (opened === undefined || message === undefined) {
      this.#door.noteStranger(from.address);
      return;
    }
    const machine = opened.holders.find((one) => one.deviceGroup === message.deviceGroup);
    if (machine === undefined) return;
    if (!machine.ring.admits(message.from, opened.key, this.#parts.clock.wallMilliseconds())) {
      if (machine.ring.isBehind(message.from)) this.#door.noteBehind(message.from);
      return;
    }
    if (machine === this.#own) this.#settleKeys(machine);
    const { config, sequence } = machine.driver.state();
    if (!this.#runs.admits(message, config.device, sequence)) return;
    this.#paths.note(message.from, from);
    if (message.lag !== undefined) this.#lags.set(message.from, message.lag);
    machine.driver.happen({ type: 'message', message });
  }

  #configure(given: FailoverConfig): void {
    const before = this.#keeping.saved;
    const whole = { ...given, mirrors: given.mirrors ?? before?.config.mirrors ?? false };
    this.#readdressing.clear();
    if (this.#own === undefined || before === undefined) return this.#restructure(whole);
    // Addresses come and go by themselves, some at a time.
    const { changes, rest } = addressesApart(before.config, whole);
    if (rest !== undefined) this.#restructure(rest);
    this.#readdressing.add(changes);
  }

  #restructure(config: FailoverConfig): void {
    const before = this.#keeping.saved;
    // The agreement about a witness belongs to one device group.
    const isSameGroup = before?.config.own.deviceGroup === config.own.deviceGroup;
    const kept = before?.durable ?? noDurable;
    const durable = isSameGroup ? kept : { ...kept, mode: undefined };
    const { clock, log } = this.#parts;
    this.#ring.change(config.key, clock.wallMilliseconds());
    const formers = this.#ring.formers();
    this.#keeping
      .write({ config, durable, formers })
      .catch((error: unknown) =>
        log.write('err', `cannot keep the failover configuration: ${String(error)}`),
      )
      // A full disk is no reason to speak with a former key until nobody listens to it.
      .finally(() => this.#useKey(config.key));
    this.#apply(config);
  }

  #useKey(key: string): void {
    this.#ring.keep(key);
    if (this.#own !== undefined) this.#settleKeys(this.#own);
  }

  /** The former keys go when everybody has the newest. */
  #settleKeys({ driver, ring }: Machine): void {
    if (!ring.settle(others(driver.state().config).map(({ device }) => device))) return;
    const { log } = this.#parts;
    log.write('notice', 'All devices have the new heartbeat key: the former one counts no more');
    if (this.#keeping.saved === undefined) return;
    this.#keeping
      .write({ ...this.#keeping.saved, formers: [] })
      .catch((error: unknown) =>
        log.write('warning', `cannot forget the former heartbeat key: ${String(error)}`),
      );
  }

  #apply(config: FailoverConfig): void {
    const voters = [config.own, ...config.witnessing.map((duty) => duty.group)].flatMap(others);
    const byDevice = new Map(voters.map((voter) => [voter.device, voter]));
    this.#failsafes.configure(config);
    this.#conflicts.configure(config);
    this.#paths.configure({
      local: config.localAddresses,
      multicast: config.multicast,
      voters: [...byDevice.values()],
      detect: config.own.profile.detect,
    });
    this.#door.guard(
      config,
      voters.flatMap((voter) => voter.addresses),
    );
    if (this.#own === undefined) {
      clearOld(this.#kernel, config.own);
      this.#own = this.#startMachine(config.own, this.#ring, true);
      this.#own.driver.happen({ type: 'tick' });
      this.#own.driver.happen({ type: 'scores', scores: this.#scores });
    } else {
      this.#own.deviceGroup = config.own.deviceGroup;
      putFenceUp(this.#kernel, this.#parts.log, config.own, this.#own.driver.state());
      this.#own.driver.happen({ type: 'configure', config: config.own });
    }
    this.#arbitration.follow(this.#own.driver);
    this.#gatewayEcho.follow(this.#own.driver);
    this.#kernel.findLinks(config.own);
    this.#kernel.placeFixed(config.fixedAddresses);
    this.#witness(config.witnessing);
    this.#tell();
  }

  #witness(duties: readonly WitnessDuty[]): void {
    const former = this.#witnessed;
    const now = this.#parts.clock.wallMilliseconds();
    this.#witnessed = pairDuties(duties, former).map(({ duty, known }) => {
      if (known !== undefined) {
        followKey(known.ring, duty.key, now);
        known.driver.happen({ type: 'configure', config: duty.group });
        return known;
      }
      const machine = this.#startMachine(duty.group, new KeyRing(duty.key), false);
      machine.driver.happen({ type: 'tick' });
      return machine;
    });
    for (const machine of former) {
      if (!this.#witnessed.includes(machine)) machine.driver.close();
    }
  }

  #startMachine(group: GroupConfig, ring: KeyRing, isOwn: boolean): Machine {
    const { clock, log } = this.#parts;
    const machine: Machine = {
      ring,
      deviceGroup: group.deviceGroup,
      driver: createDriver(group, {
        clock,
        log,
        kernel: isOwn ? this.#kernel : undefined,
        instance: this.#runs.instance,
        durable: isOwn ? (this.#keeping.saved?.durable ?? noDurable) : noDurable,
        send: (to, message) => {
          const text = encodeMessage({ ...message, lag: Math.round(this.#lag.worst()) });
          for (const key of ring.sealing(to)) this.#paths.send(seal(text, key), to);
        },
        record: (entry) => {
          if (isOwn) this.#history.add(entry);
        },
        persist: (durable) =>
          isOwn && this.#keeping.saved !== undefined
            ? this.#keeping.write({ ...this.#keeping.saved, durable })
            : Promise.resolve(),
        changed: () => {
          if (isOwn) this.#arbitration.changed();
          this.#tellChange();
        },
      }),
    };
    return machine;
  }

  #tell(): void {
    if (this.#own === undefined || this.#controls.size === 0) return;
    const { clock, isRealTime } = this.#parts;
    const { driver } = this.#own;
    const now = clock.monotonicMilliseconds();
    const status: FailoverStatus = {
      ...machineStatus(driver.state(), now, clock.wallMilliseconds() - now),
      failsafes: this.#failsafes.all(),
      conflicts: this.#conflicts.status(),
      arbiter: this.#arbitration.status(),
      paths: this.#paths.status(),
      drainLinks: this.#kernel.links(),
      history: this.#history.entries().slice(-shownHistory),
      worstLateness: Math.round(driver.worstLateness()),
      lags: {
        ...Object.fromEntries(this.#lags),
        [driver.state().config.device]: this.#lag.worst(),
      },
      isRealTime,
      witnessFor: this.#witnessed.map((one) => one.deviceGroup),
    };
    for (const control of this.#controls) control.send({ type: 'status', status });
  }

  #tellChange(): void {
    if (this.#catchingUp.isBehind && this.#ownsAny()) this.#catchingUp.end();
    if (this.#own === undefined || this.#controls.size === 0) return;
    const key = statusKey(this.#own.driver.state(), this.#parts.clock.monotonicMilliseconds());
    if (key === this.#toldKey) return;
    this.#toldKey = key;
    this.#tell();
  }
}

function others(group: GroupConfig): GroupConfig['members'] {
  const all = [...group.members, ...group.witnesses];
  return all.filter((voter) => voter.device !== group.device);
}
