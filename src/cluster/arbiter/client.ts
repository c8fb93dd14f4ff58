/**
 * Asks the arbiter (an etcd cluster) round after round for one device. One request is under way at a time;
 * what it says is handed on as acknowledgements that count from the moment at which the request was begun.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import { type JsonServer, openJsonServer } from '../../platform/json-post.ts';
import type { Log } from '../../platform/log.ts';
import type { Arbiter, Profile } from '../failover/types.ts';
import { decodeAnswer, encodeRound } from './etcd.ts';
import {
  type Acknowledged,
  type ArbiterClaim,
  type ArbiterRelease,
  concludeRound,
  type Ledger,
  newLedger,
  planRound,
} from './ledger.ts';

/** etcd removes the records of a device that is silent for so long; nobody's safety rests on it. */
const leaseSeconds = 10;
const leaseRenewals = 3;
/** After an endpoint that did not answer, in intervals of the profile. */
const failurePause = 4;
/** So many rounds in an interval while somebody waits. */
const urgentHaste = 5;

/** What a device wants of its groups. */
export interface ArbiterWishes {
  readonly claims: readonly ArbiterClaim[];
  /** All other groups. */
  readonly releases: readonly ArbiterRelease[];
  /** It stands for one, or waits for one that was handed to it: every millisecond counts. */
  readonly isUrgent: boolean;
}

export interface ArbiterStatus {
  readonly endpoint: string;
  /** Milliseconds since it last answered; null: never. */
  readonly silence: number | null;
  /** Of the last round that was answered, milliseconds. */
  readonly roundTrip: number | null;
  /** Why the last round failed; '' when it did not. */
  readonly failure: string;
}

export interface ArbiterParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly device: string;
  readonly instance: number;
  readonly profile: Profile;
  wishes(): ArbiterWishes;
  acknowledged(all: readonly Acknowledged[]): void;
}

export interface ArbiterClient {
  /** Something changed: asks at once when no request is under way. */
  hurry(): void;
  status(): ArbiterStatus;
  close(): void;
}

export function startArbiter(arbiter: Arbiter, parts: ArbiterParts): ArbiterClient {
  return new Client(arbiter, parts);
}

class Client implements ArbiterClient {
  readonly #arbiter: Arbiter;
  readonly #parts: ArbiterParts;
  #ledger: Ledger;
  #server: JsonServer | undefined;
  #endpoint = 0;
  #lease = '';
  #leaseRenewedAt = 0;
  #isAsking = false;
  #isClosed = false;
  #cancel: Cancel = () => undefined;
  #answeredAt: number | undefined;
  #roundTrip: number | null = null;
  #failure = '';

  constructor(arbiter: Arbiter, parts: ArbiterParts) {
    this.#arbiter = arbiter;
    this.#parts = parts;
    this.#ledger = newLedger(parts.device, parts.instance, parts.profile.detect);
    this.#after(0);
  }

  hurry(): void {
    if (this.#isAsking || this.#failure !== '' || !this.#isUrgent()) return;
    this.#after(0);
  }

  /** Also when a record of ours waits to be given up: somebody else waits for that. */
  #isUrgent(): boolean {
    const { isUrgent, releases } = this.#parts.wishes();
    return isUrgent || planRound(this.#ledger, [], releases, 0).writes.length > 0;
  }

  status(): ArbiterStatus {
    const now = this.#parts.clock.monotonicMilliseconds();
    return {
      endpoint: this.#url(),
      silence: this.#answeredAt === undefined ? null : Math.round(now - this.#answeredAt),
      roundTrip: this.#roundTrip,
      failure: this.#failure,
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#server?.close();
  }

  #url(): string {
    return this.#arbiter.endpoints[this.#endpoint % this.#arbiter.endpoints.length] ?? '';
  }

  #after(milliseconds: number): void {
    if (this.#isClosed) return;
    this.#cancel();
    this.#cancel = this.#parts.clock.after(milliseconds, () => {
      this.#isAsking = true;
      this.#ask().then(
        () => this.#next(''),
        (error: unknown) => this.#next(reasonOf(error)),
      );
    });
  }

  #next(failure: string): void {
    this.#isAsking = false;
    if (this.#isClosed) return;
    const { interval } = this.#parts.profile;
    this.#noteState(failure);
    if (failure === '') {
      const { claims } = this.#parts.wishes();
      const period = claims.length > 0 ? interval : 2 * interval;
      this.#after(this.#isUrgent() ? interval / urgentHaste : period);
      return;
    }
    this.#server?.close();
    this.#server = undefined;
    this.#endpoint += 1;
    this.#after(failurePause * interval);
  }

  #noteState(failure: string): void {
    const { log } = this.#parts;
    if (failure !== '' && this.#failure === '') {
      log.write('warning', `Arbiter ${this.#url()} does not answer: ${failure}`);
    } else if (failure === '' && (this.#failure !== '' || this.#answeredAt === undefined)) {
      log.write('notice', `Arbiter ${this.#url()} answers`);
    }
    this.#failure = failure;
    if (failure === '') this.#answeredAt = this.#parts.clock.monotonicMilliseconds();
  }

  async #ask(): Promise<void> {
    await this.#keepLease();
    const { clock } = this.#parts;
    const { claims, releases } = this.#parts.wishes();
    const round = planRound(this.#ledger, claims, releases, clock.monotonicMilliseconds());
    const body = encodeRound(this.#arbiter.prefix, round, this.#lease);
    const text = await this.#post('/v3/kv/txn', body);
    const answer = decodeAnswer(this.#arbiter.prefix, round, text);
    if (answer === undefined) throw new Error('it answered something else');
    const now = clock.monotonicMilliseconds();
    this.#roundTrip = Math.round(now - round.sentAt);
    const groups = [...claims, ...releases].map(({ group }) => group);
    const [ledger, acknowledged] = concludeRound(this.#ledger, round, answer, groups, now);
    this.#ledger = ledger;
    if (acknowledged.length > 0 && !this.#isClosed) this.#parts.acknowledged(acknowledged);
  }

  async #keepLease(): Promise<void> {
    const now = this.#parts.clock.monotonicMilliseconds();
    if (this.#lease !== '') {
      if (now - this.#leaseRenewedAt < (leaseSeconds * 1000) / leaseRenewals) return;
      const kept = JSON.parse(
        await this.#post('/v3/lease/keepalive', JSON.stringify({ ID: this.#lease })),
      ) as { readonly result?: { readonly TTL?: string } };
      this.#leaseRenewedAt = now;
      // etcd leaves the time out when the lease is gone.
      if (kept.result?.TTL !== undefined) return;
    }
    const granted = JSON.parse(
      await this.#post('/v3/lease/grant', JSON.stringify({ TTL: String(leaseSeconds) })),
    ) as { readonly ID?: string };
    if (typeof granted.ID !== 'string') throw new Error('it granted no lease');
    this.#lease = granted.ID;
    this.#leaseRenewedAt = now;
  }

  async #post(path: string, body: string): Promise<string> {
    const { profile } = this.#parts;
    this.#server ??= openJsonServer(this.#url(), this.#arbiter, profile.detect);
    const { status, text } = await this.#server.post(path, body);
    if (status === 200) return text;
    // Most often: etcd has removed the lease while we were away.
    this.#lease = '';
    throw new Error(`status ${status}: ${text.slice(0, 200)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
