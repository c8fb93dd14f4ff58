/** Votes for other devices' groups, and nothing else: the heartbeats of a witness that has no configuration. */
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import { createDriver, type Driver } from '../process/driver.ts';
import { decodeMessage, encodeMessage } from '../heartbeats/message.ts';
import { KeyRing } from '../heartbeats/key-ring.ts';
import { createPaths, type Origin, type Paths } from '../heartbeats/paths.ts';
import { seal, unseal } from '../heartbeats/seal.ts';
import type { SocketAddress, WitnessDuty } from '../types.ts';
import { followKey, pairDuties } from './following.ts';

const secondMilliseconds = 1000;
/** Strangers are named once each, and no more than this many. */
const maximumStrangers = 64;

export interface VoterParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly local: readonly SocketAddress[];
}

export interface VotingFor {
  readonly group: string;
  readonly members: readonly { readonly device: string; readonly silence: number | null }[];
}

export interface Voter {
  follow(duties: readonly WitnessDuty[]): void;
  status(): readonly VotingFor[];
  close(): void;
}

export function startVoter(parts: VoterParts): Voter {
  return new Voting(parts);
}

interface Machine {
  readonly ring: KeyRing;
  readonly deviceGroup: string;
  readonly driver: Driver;
}

class Voting implements Voter {
  readonly #parts: VoterParts;
  readonly #paths: Paths;
  readonly #instance: number;
  readonly #stop: () => void;
  readonly #strangers = new Set<string>();
  #machines: readonly Machine[] = [];

  constructor(parts: VoterParts) {
    const { clock, log } = parts;
    this.#parts = parts;
    this.#instance = clock.wallMilliseconds();
    this.#paths = createPaths(clock, log, (datagram, from) => this.#receive(datagram, from));
    this.#stop = clock.every(secondMilliseconds, () => this.#paths.check());
  }

  follow(duties: readonly WitnessDuty[]): void {
    const voters = duties.flatMap(({ group }) => group.members);
    const detects = duties.map(({ group }) => group.profile.detect);
    this.#paths.configure({
      local: this.#parts.local,
      multicast: undefined,
      voters: [...new Map(voters.map((voter) => [voter.device, voter])).values()],
      detect: Math.min(...detects, Number.MAX_SAFE_INTEGER),
    });
    const former = this.#machines;
    const now = this.#parts.clock.wallMilliseconds();
    this.#machines = pairDuties(duties, former).map(({ duty, known }) => {
      if (known === undefined) return this.#start(duty);
      followKey(known.ring, duty.key, now);
      known.driver.happen({ type: 'configure', config: duty.group });
      return known;
    });
    for (const machine of former) {
      if (!this.#machines.includes(machine)) machine.driver.close();
    }
  }

  status(): readonly VotingFor[] {
    const now = this.#parts.clock.monotonicMilliseconds();
    return this.#machines.map(({ deviceGroup, driver }) => ({
      group: deviceGroup,
      members: driver.state().config.members.map(({ device }) => {
        const heardAt = driver.state().peers.get(device)?.heardAt;
        return { device, silence: heardAt === undefined ? null : Math.round(now - heardAt) };
      }),
    }));
  }

  close(): void {
    this.#stop();
    for (const { driver } of this.#machines) driver.close();
    this.#paths.close();
  }

  #start({ group, key }: WitnessDuty): Machine {
    const { clock, log } = this.#parts;
    const ring = new KeyRing(key);
    const driver = createDriver(group, {
      clock,
      log,
      kernel: undefined,
      instance: this.#instance,
      durable: { mode: undefined, forcedOffline: false },
      send: (to, message) => {
        const text = encodeMessage(message);
        for (const one of ring.sealing(to)) this.#paths.send(seal(text, one), to);
      },
      // A witness forgets its promises, and waits after a start until they have lapsed.
      persist: () => Promise.resolve(),
      changed: () => undefined,
      record: () => undefined,
    });
    driver.happen({ type: 'tick' });
    return { ring, deviceGroup: group.deviceGroup, driver };
  }

  #receive(datagram: Buffer, from: Origin): void {
    const opened = unseal(datagram, this.#machines);
    const message = opened === undefined ? undefined : decodeMessage(opened.text);
    if (opened === undefined || message === undefined) {
      this.#noteStranger(from.address);
      return;
    }
    const machine = opened.holders.find((one) => one.deviceGroup === message.deviceGroup);
    if (machine === undefined) return;
    const { ring, driver } = machine;
    if (!ring.admits(message.from, opened.key, this.#parts.clock.wallMilliseconds())) return;
    ring.settle(driver.state().config.members.map(({ device }) => device));
    this.#paths.note(message.from, from);
    driver.happen({ type: 'message', message });
  }

  #noteStranger(address: string): void {
    if (this.#strangers.size >= maximumStrangers || this.#strangers.has(address)) return;
    this.#strangers.add(address);
    const text = `Failover message from ${address} refused: not of a group we vote for`;
    this.#parts.log.write('warning', text);
  }
}
