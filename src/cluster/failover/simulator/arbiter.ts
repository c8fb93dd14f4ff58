/**
 * The arbiter in the simulation: etcd as a register with revisions, and the device's side of it, with the
 * real ledger. Requests and answers are lost, late and doubled like everything else; a request that its
 * sender gave up may be carried out long after.
 */
import {
  type Acknowledged,
  type ArbiterAnswer,
  type ArbiterRecord,
  type ArbiterRound,
  concludeRound,
  type Ledger,
  newLedger,
  planRound,
} from '../../arbiter/ledger.ts';
import type { State } from '../types.ts';
import { wishesOf } from '../machine/wishes.ts';

export const arbiterNode = 'etcd';
/** As in arbiter/client.ts: records of a device that is silent for so long are removed. */
const leaseMilliseconds = 10_000;

export interface SimulatedEtcd {
  apply(device: string, round: ArbiterRound): ArbiterAnswer;
}

export function createEtcd(now: () => number): SimulatedEtcd {
  const records = new Map<string, ArbiterRecord & { readonly lease: string }>();
  const heard = new Map<string, number>();
  let revision = 1;
  return {
    apply(device, round) {
      heard.set(device, now());
      for (const [group, { lease }] of records) {
        if (now() - (heard.get(lease) ?? 0) > leaseMilliseconds) records.delete(group);
      }
      const fitting = round.writes.filter(
        (write) => (records.get(write.group)?.revision ?? 0) === write.revision,
      );
      if (fitting.length > 0) revision += 1;
      for (const { group, value } of fitting) {
        records.set(group, { ...value, group, revision, lease: device });
      }
      return { written: fitting.map(({ group }) => group), records: [...records.values()] };
    },
  };
}

interface Asking {
  readonly number: number;
  readonly round: ArbiterRound;
  readonly groups: readonly string[];
}

/** The device's side; the loop of arbiter/client.ts under virtual time. */
export class SimulatedArbitration {
  #ledger: Ledger;
  #asking: Asking | undefined;
  #number = 0;
  /** For the tests of the checker: counts from the answer instead of from the sending. */
  readonly #countsFromAnswer: boolean;

  constructor(device: string, run: number, patience: number, countsFromAnswer: boolean) {
    this.#ledger = newLedger(device, run, patience);
    this.#countsFromAnswer = countsFromAnswer;
  }

  get isAsking(): boolean {
    return this.#asking !== undefined;
  }

  isUrgent(state: State): boolean {
    const { isUrgent, releases } = wishesOf(state);
    return isUrgent || planRound(this.#ledger, [], releases, 0).writes.length > 0;
  }

  ask(state: State, now: number): { readonly number: number; readonly round: ArbiterRound } {
    const { claims, releases } = wishesOf(state);
    const round = planRound(this.#ledger, claims, releases, now);
    this.#number += 1;
    const groups = [...claims, ...releases].map(({ group }) => group);
    this.#asking = { number: this.#number, round, groups };
    return { number: this.#number, round };
  }

  giveUp(number: number): void {
    if (this.#asking?.number === number) this.#asking = undefined;
  }

  /** Undefined: the answer to a request that was given up, or a second one. */
  take(number: number, answer: ArbiterAnswer, now: number): readonly Acknowledged[] | undefined {
    if (this.#asking?.number !== number) return undefined;
    const { round, groups } = this.#asking;
    this.#asking = undefined;
    const [ledger, acknowledged] = concludeRound(this.#ledger, round, answer, groups, now);
    this.#ledger = ledger;
    return this.#countsFromAnswer
      ? acknowledged.map(({ group }) => ({ group, sentAt: now }))
      : acknowledged;
  }
}
