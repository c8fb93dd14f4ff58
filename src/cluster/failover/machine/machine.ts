/**
 * The failover machine of one voter of one group: `step(state, event)` gives the next state and what to
 * do, in order. Pure; the clock is in the event. README.md has the protocol and its argument.
 */
import { arbiterVoter, everybody, isMember, isStandalone, votersOf } from './lease.ts';
import { claimed, newGroup, reconfigure } from './membership.ts';
import { advanceMode } from './mode.ts';
import {
  announceAgain,
  candidatePeriod,
  canDrain,
  evaluate,
  groupDeadline,
  handOver,
  isReady,
  silenceDeadline,
  stepDown,
  successorFor,
  successorShare,
} from './ownership.ts';
import { fitnessOf, othersFitness, ownScore } from './rank.ts';
import type {
  Command,
  Effect,
  Event,
  GroupConfig,
  GroupState,
  Message,
  Mode,
  PeerState,
  State,
} from '../types.ts';
import { isFree, release, vote, yieldsTo } from './vote.ts';

/** A witness learns of traffic groups from claims; a hostile member cannot fill its memory. */
const maximumGroups = 128;
/** Between two looks that together make a silence certain, milliseconds. */
const secondLook = 2;
const forcedOffline = 'forced offline';

export interface Durable {
  readonly mode: Mode | undefined;
  /** A gateway of the pair has answered once. */
  readonly hadGateway?: boolean;
  readonly forcedOffline: boolean;
}

export function initialState(
  config: GroupConfig,
  now: number,
  instance: number,
  durable: Durable,
): State {
  const { detect } = config.profile;
  const mode = rememberedMode(config, durable);
  const state: State = {
    config,
    instance,
    startedAt: now,
    graceUntil: isStandalone(config) ? now : now + 2 * detect,
    muteUntil: now + detect,
    talkingSince: undefined,
    sequence: Math.floor(now * 1000),
    nextHeartbeat: now,
    forcedOffline: durable.forcedOffline,
    impairments: [],
    scores: {},
    mode,
    durableMode: mode,
    modeSince: now,
    listeningSince: now,
    lastTick: now,
    certainUntil: now,
    witnessHeardSince: undefined,
    gatewayHeardAt: undefined,
    hadGateway: durable.hadGateway ?? false,
    peers: new Map(),
    groups: new Map(),
  };
  for (const group of config.trafficGroups) state.groups.set(group.name, newGroup(group.name, now));
  return state;
}

/**
 * What is on disk may be old (a restored copy). The right to go on alone is not taken from it while there are
 * witnesses: they may count by now, and will when the peer is heard.
 */
function rememberedMode(config: GroupConfig, { mode }: Durable): Mode {
  if (mode === undefined) return { epoch: 0, phase: 'unknown' };
  const isAlone = mode.phase === 'pair' || mode.phase === 'dropping';
  return isAlone && config.witnesses.length > 0 ? { epoch: mode.epoch, phase: 'unknown' } : mode;
}

export function step(before: State, event: Event): readonly [State, readonly Effect[]] {
  const state = copy(before);
  const effects: Effect[] = [];
  const { now } = event;
  switch (event.type) {
    case 'tick':
      look(state, now, effects);
      break;
    case 'message':
      receive(state, event.message, now, effects);
      break;
    case 'command':
      obey(state, event.command, now, effects);
      break;
    case 'configure':
      return settle(reconfigure(state, event.config, now, effects), now, effects);
    case 'readdress':
      return settle({ ...state, config: event.config }, now, effects);
    case 'impaired':
      state.impairments = event.by;
      state.nextHeartbeat = now;
      break;
    case 'scores':
      state.scores = event.scores;
      state.nextHeartbeat = now;
      break;
    case 'persisted':
      state.durableMode = event.mode;
      state.nextHeartbeat = now;
      break;
    case 'arbiter':
      acknowledge(state, event.acknowledged);
      break;
    case 'gateway':
      state.gatewayHeardAt = Math.max(state.gatewayHeardAt ?? event.sentAt, event.sentAt);
      if (!state.hadGateway) effects.push({ type: 'persist-gateway', hadGateway: true });
      state.hadGateway = true;
      break;
    case 'fence-refused': {
      const group = state.groups.get(event.group);
      if (group !== undefined) refuse(state, group, now);
      break;
    }
  }
  return settle(state, now, effects);
}

function settle(state: State, now: number, effects: Effect[]): readonly [State, readonly Effect[]] {
  advanceMode(state, now, effects);
  if (isMember(state.config)) {
    for (const group of state.groups.values()) evaluate(state, group, now, effects);
  }
  beat(state, now, effects);
  effects.push({ type: 'wake', at: nextWake(state, now) });
  return [state, effects];
}

/** Everything that had arrived by the last tick was given to us since; after a pause silence starts anew. */
function look(state: State, now: number, effects: Effect[]): void {
  const gap = now - state.lastTick;
  if (gap > 2 * state.config.profile.interval) {
    state.listeningSince = now;
  }
  if (gap > state.config.profile.detect) {
    const message = `Failover process did not run for ${gap.toFixed(0)} ms`;
    effects.push({ type: 'log', level: 'warning', message });
  }
  state.certainUntil = state.lastTick;
  state.lastTick = now;
}

function receive(state: State, message: Message, now: number, effects: Effect[]): void {
  const { config } = state;
  if (message.from === config.device || message.deviceGroup !== config.deviceGroup) return;
  if (!everybody(config).includes(message.from)) return;
  if (!notePeer(state, message, now)) return;
  state.talkingSince ??= now;
  for (const one of message.votes) {
    const group = state.groups.get(one.group);
    if (group === undefined || one.holder !== config.device) continue;
    if (one.instance !== state.instance || one.sequence <= group.floor) continue;
    const sentAt = one.sequence / 1000;
    if (sentAt > (group.acks.get(message.from) ?? 0)) noteAck(group, message.from, sentAt);
  }
  for (const claim of message.groups) {
    const group = groupNamed(state, claim.name, now);
    if (group === undefined) continue;
    if (claim.role === 'standby') {
      release(state, group, claim, message, now);
    } else {
      if (group.role !== 'standby' && yieldsTo(state, group, claim, message.from)) {
        stepDown(state, group, now, effects, `${message.from} is ${claim.role} with precedence`);
      }
      if (group.role === 'standby') vote(state, group, message, now);
      // Two owners met, as after a cut, and the other gives way: neighbours may have learnt it.
      if (group.role === 'owner' && claim.role === 'owner') announceAgain(group, now);
      if (claim.role === 'owner') group.successor = undefined;
    }
    group.term = Math.max(group.term, group.role === 'standby' ? claim.term : group.term);
  }
  if (message.wantsReply) send(state, now, effects, [message.from], false);
}

function acknowledge(state: State, all: Extract<Event, { type: 'arbiter' }>['acknowledged']): void {
  for (const { group: name, sentAt } of all) {
    const group = state.groups.get(name);
    // What was sent before the group was given up, or before this candidacy, counts for nothing.
    if (group === undefined || group.role === 'standby' || sentAt < group.candidateSince) continue;
    if (sentAt > (group.acks.get(arbiterVoter) ?? 0)) noteAck(group, arbiterVoter, sentAt);
  }
}

/** The map may be shared with the state before. */
function noteAck(group: GroupState, voter: string, sentAt: number): void {
  group.acks = new Map(group.acks).set(voter, sentAt);
}

/** False: old, repeated or from a former run. */
function notePeer(state: State, message: Message, now: number): boolean {
  const known = state.peers.get(message.from);
  if (known !== undefined) {
    const isOlderRun = message.instance < known.instance;
    if (isOlderRun && now - known.heardAt < state.config.profile.detect) return false;
    if (message.instance === known.instance && message.sequence <= known.sequence) return false;
  }
  const wasAble = known?.fitness === 'able' && known.instance === message.instance;
  const heard = message.heard.find((one) => one.device === state.config.device);
  const peer: PeerState = {
    device: message.from,
    instance: message.instance,
    sequence: message.sequence,
    heardAt: now,
    mode: message.mode,
    fitness: message.fitness,
    ableSince: message.fitness === 'able' ? (wasAble ? known.ableSince : now) : undefined,
    claims: message.groups,
    heardUs: heard?.sequence ?? 0,
    // Also one that we were not told of yet.
    hearsWitness: message.heard.some(
      ({ device, age }) => age < state.config.profile.detect && !isMember(state.config, device),
    ),
  };
  state.peers.set(message.from, peer);
  return true;
}

/** Not at once again: a lease about to end, or an nft that fails, must not keep the process busy. */
function refuse(state: State, group: GroupState, now: number): void {
  group.isRefused = true;
  group.fenceAfter = now + candidatePeriod(state);
}

function obey(state: State, command: Command, now: number, effects: Effect[]): void {
  if (command.kind === 'online') {
    state.forcedOffline = false;
    state.nextHeartbeat = now;
    effects.push({ type: 'persist-offline', forcedOffline: false });
    effects.push({ type: 'log', level: 'notice', message: 'Command: go online' });
    return;
  }
  if (command.kind === 'offline') {
    effects.push({ type: 'persist-offline', forcedOffline: true });
    effects.push({ type: 'log', level: 'notice', message: '010c0044:5: Command: go offline all' });
    leave(state, now, effects, forcedOffline);
    return;
  }
  if (command.kind === 'leave') {
    leave(state, now, effects, 'failover process stopped');
    return;
  }
  standby(state, command, now, effects);
}

function leave(state: State, now: number, effects: Effect[], reason: string): void {
  state.forcedOffline = true;
  state.nextHeartbeat = now;
  for (const group of claimed(state)) {
    if (reason === forcedOffline) {
      const message = `010c0055:5: Forced offline for traffic group ${group.name}`;
      effects.push({ type: 'log', level: 'notice', message });
    }
    const successor = successorFor(state, group, now);
    if (successor === undefined) stepDown(state, group, now, effects, reason);
    else handOver(state, group, successor, now, effects, { reason, drains: false });
  }
}

function standby(
  state: State,
  command: Extract<Command, { kind: 'standby' }>,
  now: number,
  effects: Effect[],
): void {
  const groups = claimed(state).filter(
    (group) => command.trafficGroup === undefined || group.name === command.trafficGroup,
  );
  if (groups.length === 0) {
    const what = command.trafficGroup ?? 'any traffic group';
    effects.push({ type: 'refused', reason: `this device is not active for ${what}` });
    return;
  }
  const moves = groups.map((group) => {
    const device = command.device ?? successorFor(state, group, now);
    return { group, device };
  });
  for (const { group, device } of moves) {
    if (device === undefined || !isReady(state, device, now)) {
      const who = device === undefined ? 'no other device' : `device ${device} is not`;
      const why = othersFitness(state, now);
      effects.push({ type: 'refused', reason: `${who} able to take ${group.name} now (${why})` });
      return;
    }
  }
  for (const { group, device } of moves) {
    // `device` was checked for each move just above.
    if (device === undefined) continue;
    if (command.device !== undefined) effects.push(targeted(state, group.name, device));
    const drains = canDrain(state);
    handOver(state, group, device, now, effects, { reason: 'command: go standby', drains });
  }
}

/** BIG-IP names the address of the device. */
function targeted(state: State, group: string, device: string): Effect {
  const voter = state.config.members.find((member) => member.device === device);
  const address = voter?.addresses[0]?.address ?? device;
  const message = `010c002b:5: Traffic group ${group} received a targeted failover command for ${address}`;
  return { type: 'log', level: 'notice', message };
}

function groupNamed(state: State, name: string, now: number): GroupState | undefined {
  const known = state.groups.get(name);
  if (known !== undefined) return known;
  if (isMember(state.config) || state.groups.size >= maximumGroups) return undefined;
  const group = newGroup(name, now);
  state.groups.set(name, group);
  return group;
}

/** Sends the heartbeat when it is due. A fresh start listens first: see README, "silent until heard". */
function beat(state: State, now: number, effects: Effect[]): void {
  if (now < state.nextHeartbeat) return;
  const claims = claimed(state);
  const isCandidate = claims.some((group) => group.role === 'candidate');
  const { interval } = state.config.profile;
  state.nextHeartbeat = now + (isCandidate ? candidatePeriod(state) : interval);
  if (isStandalone(state.config)) return;
  if (state.talkingSince === undefined) {
    if (now < state.muteUntil) return;
    state.talkingSince = now;
  }
  send(state, now, effects, everybody(state.config), claims.length > 0);
}

function send(
  state: State,
  now: number,
  effects: Effect[],
  to: readonly string[],
  wantsReply: boolean,
): void {
  state.sequence = Math.max(state.sequence + 1, Math.floor(now * 1000));
  const { config, instance, sequence, durableMode } = state;
  const message: Message = {
    deviceGroup: config.deviceGroup,
    from: config.device,
    instance,
    sequence,
    wantsReply,
    mode: durableMode,
    fitness: fitnessOf(state, now),
    heard: [...state.peers.values()].map((peer) => ({
      device: peer.device,
      sequence: peer.sequence,
      age: Math.round(now - peer.heardAt),
      instance: peer.instance,
    })),
    groups: isMember(config) ? [...state.groups.values()].map((g) => claimOf(state, g, now)) : [],
    votes: votesOf(state, now),
  };
  const others = to.filter((device) => device !== config.device);
  effects.push({ type: 'send', to: others, message });
}

function claimOf(state: State, group: GroupState, now: number): Message['groups'][number] {
  const { name, role, term, floor, successor, drains } = group;
  const saysIt = now - group.since < successorShare * state.config.profile.detect;
  const points = ownScore(state, name);
  const claim = { name, role, term, floor, ...(points === undefined ? {} : { score: points }) };
  return successor !== undefined && role === 'standby' && saysIt
    ? { ...claim, successor, drains }
    : claim;
}

function votesOf(state: State, now: number): Message['votes'] {
  const votes: Message['votes'][number][] = [];
  for (const group of state.groups.values()) {
    if (group.holder === undefined || group.holder === state.config.device) continue;
    if (isFree(group, now)) continue;
    votes.push({
      group: group.name,
      holder: group.holder,
      instance: group.holderInstance,
      sequence: group.holderSequence,
      remaining: Math.ceil(group.promiseUntil - now),
    });
  }
  return votes;
}

function nextWake(state: State, now: number): number {
  // Other events may do all that a tick would; but only ticks prove that nothing more is in the sockets.
  let at = Math.min(state.nextHeartbeat, state.lastTick + state.config.profile.interval);
  for (const group of state.groups.values()) at = Math.min(at, groupDeadline(state, group, now));
  for (const device of votersOf(state.config, state.mode)) {
    if (device === state.config.device) continue;
    at = Math.min(at, silenceDeadline(state, device, now));
  }
  if (now < state.graceUntil) at = Math.min(at, state.graceUntil);
  // Something is due but was not done: silence that needs its second look.
  return at <= now ? now + secondLook : at;
}

function copy(state: State): State {
  const groups = new Map<string, GroupState>();
  for (const [name, group] of state.groups) groups.set(name, { ...group });
  return { ...state, peers: new Map(state.peers), groups };
}
