/**
 * Does the pair count its witness? Both must agree, or one could take over with the witness while the
 * other goes on alone. An epoch only grows; following to a higher one gives up a right and is always
 * safe; a right is gained only after the peer was seen in the same epoch, without the opposite one. A witness
 * that counts is never dropped because it is silent: who reaches neither it nor the peer must let go.
 */
import { isFresh, isPair, peerOf } from './lease.ts';
import type { Effect, GroupConfig, Mode, State } from '../types.ts';

/** A witness that is merely restarted should not end the agreement, nor one that comes and goes renew it. */
const settleMilliseconds = 1000;
const retryMilliseconds = 2000;

export function advanceMode(state: State, now: number, effects: Effect[]): void {
  if (!isPair(state.config)) return;
  noteWitnesses(state, now);
  const next = nextMode(state, now);
  if (next === undefined) return;
  state.mode = next;
  state.modeSince = now;
  effects.push({ type: 'persist', mode: next });
  effects.push({ type: 'log', level: 'notice', message: explain(next) });
}

function nextMode(state: State, now: number): Mode | undefined {
  const { mode, config } = state;
  const peer = state.peers.get(peerOf(config));
  const theirs = peer?.mode;
  if (theirs !== undefined && theirs.epoch > mode.epoch) {
    return entering(agreedEpoch(state, theirs));
  }
  if (theirs !== undefined && theirs.epoch === mode.epoch) {
    if (mode.phase === 'dropping') return { epoch: mode.epoch, phase: 'pair' };
    if (mode.phase === 'joining') return { epoch: mode.epoch, phase: 'witness' };
  }
  if (mode.phase === 'unknown') {
    if (theirs !== undefined) return entering(agreedEpoch(state, theirs));
    const mayPresume = config.witnesses.length === 0 && now >= state.graceUntil;
    return mayPresume ? { epoch: 1, phase: 'pair' } : undefined;
  }
  // A change begins only with a peer that was there a moment ago: one that dies within it leaves us with
  // neither right until it is back.
  if (peer === undefined || now - peer.heardAt > 2 * config.profile.interval) return undefined;
  const waited = now - state.modeSince;
  // It was taken out of the configuration; the peer learns it with the next sync.
  if (mode.phase === 'witness' && config.witnesses.length === 0 && !peer.hearsWitness) {
    return entering(mode.epoch + 1);
  }
  const isAbandoned = mode.phase === 'joining' && config.witnesses.length === 0;
  if (isAbandoned && waited > retryMilliseconds) return entering(mode.epoch + 1);
  const heard = state.witnessHeardSince;
  const isBack = heard !== undefined && now - heard >= settleMilliseconds;
  if (mode.phase === 'pair' && isBack && waited > retryMilliseconds)
    return entering(mode.epoch + 1);
  return undefined;
}

/** A peer that lives in an epoch not before ours has kept it, or is ahead. */
function agreedEpoch({ mode, config }: State, theirs: Mode): number {
  if (theirs.epoch >= mode.epoch && theirs.phase !== 'unknown') return theirs.epoch;
  return firstEpoch(Math.max(mode.epoch, theirs.epoch), config);
}

/** Nobody knows what was agreed: a witness that is configured may have counted, so it does from now on. */
function firstEpoch(remembered: number, { witnesses }: GroupConfig): number {
  const isEven = remembered % 2 === 0;
  if (witnesses.length > 0) return Math.max(2, isEven ? remembered : remembered + 1);
  return isEven ? remembered + 1 : remembered;
}

function entering(epoch: number): Mode {
  return { epoch, phase: epoch % 2 === 1 ? 'dropping' : 'joining' };
}

function noteWitnesses(state: State, now: number): void {
  const { witnesses } = state.config;
  const allAble =
    witnesses.length > 0 &&
    witnesses.every(
      (witness) =>
        isFresh(state, witness.device, now) &&
        state.peers.get(witness.device)?.fitness !== 'starting',
    );
  if (!allAble) state.witnessHeardSince = undefined;
  else state.witnessHeardSince ??= now;
}

function explain(mode: Mode): string {
  const texts = {
    unknown: 'waiting to hear from the peer once',
    dropping: 'no witness counts; waiting for the peer to agree',
    pair: 'without a witness: a pair cut on every path can split',
    joining: 'the witness is here, or may have counted; waiting for the peer to agree to count it',
    witness: 'the witness counts',
  } as const;
  return `Failover arbitration, epoch ${mode.epoch}: ${texts[mode.phase]}`;
}
