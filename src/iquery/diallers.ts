import type { X509Certificate } from 'node:crypto';
import type { Cancel } from '../platform/clock.ts';
import { dialStream, type Wire } from '../platform/http2.ts';
import { alreadyConnected, type ChannelCore, credentialsOf, lanePath, reportOf } from './core.ts';
import type { Hello } from './codec.ts';
import { type DialEvent, type DialState, stepDial } from './dialler.ts';
import { type LaneConnection, openLane } from './lane.ts';
import { createSession, endSession, helloFault, type LiveSession } from './session.ts';
import type { Lane, PeerRelation, PeerReport, WantedPeer } from './types.ts';

/** Keeps a session to every wanted address, one dial state machine each. */
export interface Diallers {
  want(owner: string, peers: readonly WantedPeer[]): void;
  sessionEnded(session: LiveSession, reason: string): void;
  /** Trust has changed: what was refused may be welcome now. */
  retry(): void;
  reports(): readonly PeerReport[];
  /** One call, without another when it fails; for whoever has no session. */
  callOnce(peer: WantedPeer): Promise<void>;
  /** Do we dial this address? */
  dials(address: string): boolean;
  /** Members whose TCP is open, and who have not said Hello yet. */
  answered(): ReadonlySet<string>;
  close(): void;
}

interface Target {
  peer: WantedPeer;
  state: DialState;
  cancel: Cancel | undefined;
  session: LiveSession | undefined;
  opened: number;
  loggedReason: string;
  isDropped: boolean;
}

const helloMilliseconds = 3000;

export function createDiallers(core: ChannelCore): Diallers {
  return new AllDiallers(core);
}

class AllDiallers implements Diallers {
  readonly #core: ChannelCore;
  readonly #wants = new Map<string, readonly WantedPeer[]>();
  readonly #targets = new Map<string, Target>();
  /** One for each call that was answered and has not come to an end. */
  readonly #answered = new Set<WantedPeer>();
  #isClosed = false;

  constructor(core: ChannelCore) {
    this.#core = core;
  }

  want(owner: string, peers: readonly WantedPeer[]): void {
    this.#wants.set(owner, peers);
    const wanted = mergeWants([...this.#wants.values()].flat());
    for (const [key, target] of this.#targets) {
      if (!isStillFor(target, wanted.get(key))) this.#drop(key, target);
    }
    for (const [key, peer] of wanted) {
      const known = this.#targets.get(key);
      if (known !== undefined) {
        known.peer = peer;
        continue;
      }
      const target = newTarget(peer);
      this.#targets.set(key, target);
      this.#feed(target, { type: 'start' });
    }
  }

  sessionEnded(session: LiveSession, reason: string): void {
    for (const target of this.#targets.values()) {
      if (target.session === session) {
        target.session = undefined;
        if (reason === alreadyConnected) this.#rest(target, session.device);
        else this.#failed(target, reason);
      } else if (this.#core.sessionOf(session.device) === undefined) {
        this.#feed(target, { type: 'gone', device: session.device });
      }
    }
  }

  retry(): void {
    for (const target of this.#targets.values()) {
      if (target.state.phase !== 'waiting') continue;
      target.cancel?.();
      this.#feed(target, { type: 'due' });
    }
  }

  reports(): readonly PeerReport[] {
    return [...this.#targets.values()].map((target) => targetReport(this.#core, target));
  }

  async callOnce(peer: WantedPeer): Promise<void> {
    const core = this.#core;
    if (core.sessionOf(peer.device ?? '') !== undefined || this.#isClosed) return;
    const attempt = await call(core, peer, this.#answered);
    if (!attempt.ok) return;
    if (this.#isClosed) endSession(attempt.session, noLongerWanted);
    else if (!core.open(attempt.session)) endSession(attempt.session, alreadyConnected);
  }

  dials(address: string): boolean {
    return [...this.#targets.values()].some(({ peer }) => peer.address === address);
  }

  answered(): ReadonlySet<string> {
    return new Set(
      [...this.#answered].flatMap(({ device }) => (device === undefined ? [] : device)),
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const target of this.#targets.values()) target.cancel?.();
  }

  #drop(key: string, target: Target): void {
    const { session } = target;
    this.#targets.delete(key);
    target.isDropped = true;
    target.cancel?.();
    // After this turn: a commit that puts a device out still reaches it.
    if (session?.isOpen === true) queueMicrotask(() => endSession(session, noLongerWanted));
  }

  #feed(target: Target, event: DialEvent): void {
    if (target.isDropped || this.#isClosed) return;
    const [state, effects] = stepDial(target.state, event);
    target.state = state;
    for (const effect of effects) {
      if (effect.type === 'dial') {
        void this.#dial(target);
      } else {
        const { clock } = this.#core.options;
        const wake = (): void => this.#feed(target, { type: 'due' });
        target.cancel = clock.after(effect.milliseconds, wake);
      }
    }
  }

  async #dial(target: Target): Promise<void> {
    const core = this.#core;
    const known = target.peer.device;
    const isNeedless = known === core.selfName() || core.sessionOf(known ?? '') !== undefined;
    if (known !== undefined && isNeedless) return this.#rest(target, known);
    const attempt = await call(core, target.peer, this.#answered);
    if (!attempt.ok) {
      if (attempt.unneeded === undefined) this.#failed(target, attempt.reason);
      else this.#rest(target, attempt.unneeded);
      return;
    }
    const { session } = attempt;
    if (target.isDropped || this.#isClosed) return endSession(session, noLongerWanted);
    target.session = session;
    // Before it opens: an opening session may already fail inside its listeners.
    this.#feed(target, { type: 'opened', device: session.device });
    if (!core.open(session)) {
      target.session = undefined;
      endSession(session, alreadyConnected);
      return this.#rest(target, session.device);
    }
    target.opened += 1;
    target.loggedReason = '';
  }

  #failed(target: Target, reason: string): void {
    const { log, random } = this.#core.options;
    if (target.loggedReason !== reason && !target.isDropped && !this.#isClosed) {
      const { address, port } = target.peer;
      log.write('warning', `no iQuery session with ${address} port ${port}: ${reason}`);
    }
    target.loggedReason = reason;
    this.#feed(target, { type: 'failed', reason, fraction: random.fraction() });
  }

  #rest(target: Target, device: string): void {
    const isSelf = device === this.#core.selfName();
    const reason = isSelf ? 'this device itself' : alreadyConnected;
    this.#feed(target, { type: 'unneeded', device, reason });
    if (isSelf || this.#core.sessionOf(device) !== undefined) return;
    // The other session has ended while we were dialling.
    this.#feed(target, { type: 'gone', device });
  }
}

const noLongerWanted = 'no longer wanted';

/** The address is still wanted, and for the device that it leads to. */
function isStillFor(target: Target, peer: WantedPeer | undefined): boolean {
  if (peer === undefined) return false;
  const { session } = target;
  if (session === undefined) return peer.device === target.peer.device;
  return peer.device === undefined || peer.device === session.device;
}

function newTarget(peer: WantedPeer): Target {
  return {
    peer,
    state: { phase: 'dialling', failures: 0 },
    cancel: undefined,
    session: undefined,
    opened: 0,
    loggedReason: '',
    isDropped: false,
  };
}

/** Two rooms may want the same address; the one that knows the device's name decides. */
function mergeWants(peers: readonly WantedPeer[]): Map<string, WantedPeer> {
  const merged = new Map<string, WantedPeer>();
  for (const peer of peers) {
    const key = `${peer.address} ${peer.port}`;
    if (merged.get(key)?.device === undefined) merged.set(key, peer);
  }
  return merged;
}

type Attempt =
  | { readonly ok: true; readonly session: LiveSession }
  | { readonly ok: false; readonly reason: string; readonly unneeded?: string };

/** Both lanes, both Hellos; or why not. Stands in `answered` from the other end's first sign of life on. */
async function call(
  core: ChannelCore,
  peer: WantedPeer,
  answered: Set<WantedPeer>,
): Promise<Attempt> {
  const one = { ...peer };
  try {
    return await callBoth(core, peer, () => void answered.add(one));
  } finally {
    answered.delete(one);
  }
}

async function callBoth(
  core: ChannelCore,
  peer: WantedPeer,
  onAnswer: () => void,
): Promise<Attempt> {
  const verdict: Met = {};
  const refuse = (certificate: X509Certificate): string | undefined =>
    meet(core, peer, certificate, verdict);
  const onFarewell = (key: string): void => {
    const { device, relation } = verdict;
    if (device === undefined || relation !== 'trust-domain') return;
    core.options.trust.onRemoved?.(device, key);
  };
  const credentials = credentialsOf(core.options.trust.current());
  const { address, port } = peer;
  const common = { address, port, credentials, refuse, onFarewell, onAnswer };
  const results = await Promise.allSettled(
    (['control', 'bulk'] as const).map((lane) => dialStream({ ...common, path: lanePath(lane) })),
  );
  const wires = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [control, bulk] = wires;
  if (control === undefined || bulk === undefined) {
    for (const wire of wires) wire.destroy();
    const failure = results.find((result) => result.status === 'rejected');
    const reason = failure?.reason instanceof Error ? failure.reason.message : 'refused';
    if (verdict.unneeded === undefined) return { ok: false, reason };
    return { ok: false, reason, unneeded: verdict.unneeded };
  }
  return greet(core, control, bulk, verdict);
}

interface Met {
  device?: string;
  relation?: PeerRelation;
  domain?: string;
  /** The device found there needs no session from here. */
  unneeded?: string;
}

function meet(
  core: ChannelCore,
  peer: WantedPeer,
  certificate: X509Certificate,
  verdict: Met,
): string | undefined {
  const admission = core.admit(certificate);
  if (!admission.ok) {
    if (admission.isSelf === true) verdict.unneeded = core.selfName();
    return admission.reason;
  }
  const { device, relation, domain } = admission;
  if (peer.device !== undefined && peer.device !== device) {
    return `the device at ${peer.address} is ${device}, not ${peer.device}`;
  }
  if (core.sessionOf(device) !== undefined) {
    verdict.unneeded = device;
    return alreadyConnected;
  }
  verdict.device = device;
  verdict.relation = relation;
  verdict.domain = domain;
  return undefined;
}

function greet(core: ChannelCore, control: Wire, bulk: Wire, met: Met): Promise<Attempt> {
  const { clock, random } = core.options;
  const { device, relation, domain } = met;
  return new Promise((resolve) => {
    if (device === undefined || relation === undefined || domain === undefined) {
      resolve({ ok: false, reason: 'no certificate was presented' });
      return;
    }
    const hellos = new Map<Lane, Hello>();
    const lanes: LaneConnection[] = [
      openLane('control', control, core.codec, clock),
      openLane('bulk', bulk, core.codec, clock),
    ];
    const fail = (reason: string, unneeded?: string): void => {
      cancel();
      for (const lane of lanes) lane.destroy(reason);
      resolve(unneeded === undefined ? { ok: false, reason } : { ok: false, reason, unneeded });
    };
    let cancel = clock.after(helloMilliseconds, () => {
      // It may be we who stood still: sockets are read before the next timer.
      cancel = clock.after(0, () => fail('no Hello came'));
    });
    const id = random.uuid();
    for (const lane of lanes) {
      lane.onClose((reason) => fail(reason, reason === alreadyConnected ? device : undefined));
      lane.onHello((hello) => {
        const fault = helloFault(hello, device, relation);
        if (fault !== undefined) return fail(fault);
        hellos.set(lane.lane, hello);
        const [first, second] = lanes;
        if (hellos.size < 2 || first === undefined || second === undefined) return;
        cancel();
        const wallMilliseconds = clock.wallMilliseconds();
        const them = { device, relation, domain, hello };
        const parts = { ...them, control: first, bulk: second, wallMilliseconds };
        resolve({ ok: true, session: createSession({ ...parts, dialledBy: 'us' }) });
      });
      lane.send('hello', core.hello(id, relation));
    }
  });
}

function targetReport(core: ChannelCore, target: Target): PeerReport {
  const { peer, state } = target;
  const device =
    peer.device ?? (state.phase === 'open' || state.phase === 'resting' ? state.device : '');
  const reconnects = Math.max(0, target.opened - 1);
  const session = core.sessionOf(device);
  if (session !== undefined) return reportOf(session, peer.address, reconnects);
  const traffic = { reconnects, bytesIn: 0, bytesOut: 0 };
  if (state.phase === 'dialling') {
    return {
      device,
      address: peer.address,
      state: 'connecting',
      reason: target.loggedReason,
      ...traffic,
    };
  }
  const reason = state.phase === 'open' ? '' : state.reason;
  return { device, address: peer.address, state: 'not-connected', reason, ...traffic };
}
