import type { X509Certificate } from 'node:crypto';
import { present } from '../base/assert.ts';
import type { Clock } from '../platform/clock.ts';
import { contentFeature } from '../config/store/content-feature.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { serveStreams, type StreamServer, type Wire } from '../platform/http2.ts';
import { createAcceptor } from './acceptor.ts';
import { type Admission, type Admit, admissionOf, type TrustDirectory } from './admission.ts';
import { type AllBodies, type Codec, createCodec, type Hello, type Message } from './codec.ts';
import {
  alreadyConnected,
  type ChannelCore,
  credentialsOf,
  type IqueryOptions,
  lanesOf,
  reportOf,
} from './core.ts';
import { chooseSession } from './dialler.ts';
import { createDiallers, type Diallers } from './diallers.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { lookAt, pingMilliseconds } from './liveness.ts';
import type { LaneConnection } from './lane.ts';
import { contractVersion, endSession, type LiveSession, noteClock } from './session.ts';
import { createStrangers } from './strangers.ts';
import type {
  IqueryBodies,
  IquerySession,
  PeerRelation,
  IqueryWatcher,
  PeerReport,
  WatchableIquery,
} from './types.ts';

export interface RunningIquery extends WatchableIquery {
  readonly port: number;
  close(): Promise<void>;
}

const features = ['sync-versions', 'sync-merge', 'sealed-secrets', contentFeature];

/** Of keys that were removed and are told of, the latest. */
const maximumRemoved = 1024;

/** Another program has the port: the device goes on without sessions from others, and asks again. */
const bindRetryMilliseconds = 1000;

/** A member without any session calls everybody so often. */
const lonelyMilliseconds = 3000;

/** Rejects when an address cannot be bound, unless another program has the port now. */
export async function startIquery(options: IqueryOptions): Promise<RunningIquery> {
  const proto = readTextIfPresent(new URL('../../proto/iquery.proto', import.meta.url).pathname);
  const channel = new Channel(options, createCodec(present(proto, 'proto/iquery.proto')));
  const servers: StreamServer[] = [];
  let port = options.port;
  let isClosed = false;
  const bind = async (address: string): Promise<void> => {
    const server = await channel.listen(address, port);
    if (isClosed) return server.close();
    servers.push(server);
    port = server.port;
  };
  const bindLater = (address: string): void => {
    options.clock.after(bindRetryMilliseconds, () => {
      if (isClosed) return;
      bind(address).then(
        () => options.log.write('notice', `iQuery listens on TCP port ${port}`),
        () => bindLater(address),
      );
    });
  };
  for (const address of options.addresses ?? ['::']) {
    try {
      await bind(address);
    } catch (error) {
      if (!isTaken(error)) throw error;
      const why = 'another program has it; tried again every second';
      options.log.write('err', `iQuery cannot listen on TCP port ${port}: ${why}`);
      bindLater(address);
    }
  }
  const stopTicking = options.clock.every(pingMilliseconds, () => channel.tick());
  const stopLooking = options.clock.every(lonelyMilliseconds, () => channel.lookForCompany());
  const stopTrust = options.trust.onChange(() => {
    channel.trustChanged();
    for (const server of servers) server.setCredentials(credentialsOf(options.trust.current()));
  });
  return {
    ...channel.api(),
    port,
    async close() {
      isClosed = true;
      stopTicking();
      stopLooking();
      stopTrust();
      channel.shutDown();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

type Handler = (body: never, session: IquerySession) => void;
type SessionListener = (session: IquerySession, state: 'open' | 'closed') => void;

class Channel {
  readonly #options: IqueryOptions;
  readonly #instance: string;
  readonly #strangers = createStrangers();
  readonly #sessions = new Map<string, LiveSession>();
  readonly #sessionListeners: SessionListener[] = [];
  readonly #handlers = new Map<string, Handler[]>();
  readonly #watchers = new Set<IqueryWatcher>();
  readonly #diallers: Diallers;
  readonly #accept: (wire: Wire, path: string) => void;
  readonly #lobby: Lobby<LiveSession>;
  readonly tick: () => void;
  #directory: TrustDirectory;
  /** Fingerprints of keys that members told of as removed; the configuration has them a moment later. */
  #alsoRemoved: ReadonlySet<string> = new Set();
  #admit: Admit;

  constructor(options: IqueryOptions, codec: Codec) {
    this.#options = options;
    this.#instance = options.random.uuid();
    this.#directory = options.trust.current();
    this.#admit = admissionOf(this.#directory);
    const core: ChannelCore = {
      options,
      codec,
      admit: (certificate) => this.#admission(certificate, false),
      selfName: () => this.#directory.identity.device,
      hello: (session, to) => this.#hello(session, to),
      sessionOf: (device) => this.#sessions.get(device),
      open: (session) => this.#arrive(session),
    };
    this.#diallers = createDiallers(core);
    this.#accept = createAcceptor(core);
    this.#lobby = createLobby({
      clock: options.clock,
      others: () => this.#directory.members.size - 1,
      isInCompany: () => this.#isInCompany(),
      onGather: () => {
        this.#diallers.retry();
        this.#callOthers();
      },
      isCallAnswered: (waiting) => this.#isCallAnswered(waiting),
      open: (session) => {
        if (!this.#open(session)) this.#end(session, alreadyConnected);
      },
    });
    // Those that wait, too: the other ends would hold them for lost.
    const sessions = () => [...this.#sessions.values(), ...this.#lobby.waiting()];
    this.tick = createTicker(options.clock, sessions);
  }

  /** Who hears nobody calls also those who else call us: they may know that this device was removed. */
  lookForCompany(): void {
    if (this.#directory.members.size > 1 && !this.#isInCompany()) this.#callOthers();
  }

  #isInCompany(): boolean {
    return [...this.#sessions.values()].some(({ relation }) => relation === 'trust-domain');
  }

  #isCallAnswered(waiting: ReadonlySet<string>): boolean {
    const { identity, members } = this.#directory;
    return [...this.#diallers.answered()].some(
      (device) => device !== identity.device && members.has(device) && !waiting.has(device),
    );
  }

  #callOthers(): void {
    const self = this.#directory.identity.device;
    for (const peer of this.#options.trust.everybody?.() ?? []) {
      if (peer.device !== self && !this.#diallers.dials(peer.address)) {
        void this.#diallers.callOnce(peer);
      }
    }
  }

  api(): WatchableIquery {
    const handlers = this.#handlers;
    const watchers = this.#watchers;
    return {
      sessions: () => [...this.#sessions.values()],
      session: (device) => this.#sessions.get(device),
      want: (owner, peers) => this.#diallers.want(owner, peers),
      onSession: (listener) => void this.#sessionListeners.push(listener),
      onMessage<K extends keyof IqueryBodies>(
        kind: K,
        handler: (body: IqueryBodies[K], session: IquerySession) => void,
      ) {
        handlers.set(kind, [...(handlers.get(kind) ?? []), handler]);
      },
      peers: () => reports(this.#sessions, this.#diallers),
      watch(watcher) {
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
    };
  }

  listen(address: string, port: number): Promise<StreamServer> {
    return serveStreams({
      address,
      port,
      credentials: credentialsOf(this.#options.trust.current()),
      accept: (source) => this.#mayTry(source),
      refuse: (certificate) => {
        const admission = this.#admission(certificate, false);
        return admission.ok ? undefined : admission.reason;
      },
      onRefused: (source, reason) => this.#refused(source, reason),
      farewell: (certificate) => {
        const admission = this.#admission(certificate, false);
        return admission.ok ? undefined : admission.removedKey;
      },
      onStream: this.#accept,
    });
  }

  #mayTry(source: string): boolean {
    const { clock, log, trust } = this.#options;
    const isKnown = trust.isExpected?.(source) === true || this.#diallers.dials(source);
    const now = clock.monotonicMilliseconds();
    const { isAccepted, dropped } = this.#strangers.accept(source, isKnown, now);
    if (dropped > 0) {
      const what = `${dropped} connections of strangers dropped unanswered, the last from ${source}`;
      log.write('warning', `iQuery: ${what}`);
    }
    return isAccepted;
  }

  #refused(source: string, reason: string): void {
    const { clock, log } = this.#options;
    const told = this.#strangers.refused(source, clock.monotonicMilliseconds());
    if (told === undefined) return;
    const others = told.unmentioned === 0 ? '' : ` (and ${told.unmentioned} other sources)`;
    log.write('warning', `iQuery connection from ${source} refused: ${reason}${others}`);
  }

  #admission(certificate: X509Certificate, isRunning: boolean): Admission {
    return this.#admit(certificate, { now: this.#options.clock.wallMilliseconds(), isRunning });
  }

  trustChanged(): void {
    const former = this.#directory;
    const directory = this.#options.trust.current();
    this.#directory = directory;
    // A renewed certificate of the same key ends no session: peers know us by the key.
    const isOther =
      directory.domain !== former.domain ||
      directory.identity.device !== former.identity.device ||
      directory.identity.key !== former.identity.key;
    if (directory.domain !== former.domain) this.#alsoRemoved = new Set();
    this.#admit = admissionOf(directory, this.#alsoRemoved);
    // After this turn, so that the commit that puts a device out still reaches it.
    queueMicrotask(() => {
      this.#readmit(isOther);
      this.#diallers.retry();
    });
  }

  #readmit(isOther: boolean): void {
    for (const session of this.#sessions.values()) {
      const again = this.#admission(session.lanes.control.wire.certificate, true);
      if (!again.ok) this.#end(session, again.reason);
      else if (isOther || again.relation !== session.relation) {
        this.#end(session, 'trust has changed');
      }
    }
  }

  /** A member says who was removed while we were away; the word of one that cannot remove does not count. */
  #learn({ relation, device, removed }: LiveSession): void {
    if (relation !== 'trust-domain' || !this.#directory.certifiers.has(device)) return;
    const fresh = removed
      .slice(0, maximumRemoved)
      .filter((key) => !this.#directory.removed.has(key) && !this.#alsoRemoved.has(key));
    if (fresh.length === 0) return;
    this.#alsoRemoved = new Set([...this.#alsoRemoved, ...fresh].slice(-maximumRemoved));
    this.#admit = admissionOf(this.#directory, this.#alsoRemoved);
    this.#readmit(false);
  }

  shutDown(): void {
    this.#diallers.close();
    this.#lobby.close();
    for (const session of this.#sessions.values()) this.#end(session, 'the device shuts down');
  }

  #hello(session: string, to: PeerRelation): Hello {
    const { domain, identity, removed } = this.#directory;
    const isMember = to === 'trust-domain';
    return {
      version: contractVersion,
      features,
      device: identity.device,
      software: this.#options.software,
      instance: this.#instance,
      wallMilliseconds: this.#options.clock.wallMilliseconds(),
      product: this.#options.product ?? 'bigip',
      session,
      domain: isMember ? domain : '',
      removed: isMember ? [...removed, ...this.#alsoRemoved].slice(-maximumRemoved) : [],
    };
  }

  /** Both lanes have said Hello; false when the session is not needed, or not welcome any more. */
  #arrive(session: LiveSession): boolean {
    this.#learn(session);
    for (const lane of lanesOf(session)) {
      lane.onClose((reason) => {
        if (session.isOpen) for (const each of lanesOf(session)) each.destroy(reason);
        this.#finish(session, reason);
      });
    }
    return this.#lobby.keeps(session) || this.#open(session);
  }

  #open(session: LiveSession): boolean {
    if (!session.isOpen) return false;
    const again = this.#admission(session.lanes.control.wire.certificate, true);
    if (!again.ok) {
      this.#options.log.write('warning', `iQuery session with ${session.device}: ${again.reason}`);
      return false;
    }
    const existing = this.#sessions.get(session.device);
    if (existing !== undefined) {
      const self = this.#directory.identity.device;
      if (chooseSession(existing, session, self, session.device) === 'existing') return false;
    }
    this.#sessions.set(session.device, session);
    if (existing !== undefined) this.#end(existing, 'replaced by a newer session');
    this.#strangers.welcomed(session.remoteAddress);
    const who = `${session.device} (${session.remoteAddress})`;
    this.#options.log.write('notice', `iQuery session with ${who} open`);
    session.wasTold = true;
    for (const listener of this.#sessionListeners) listener(session, 'open');
    for (const lane of lanesOf(session)) {
      lane.onMessage((message) => {
        if (message.kind === 'ping')
          this.#answerPing(message.body as AllBodies['ping'], lane, session);
        else this.#dispatch(message, session);
      });
    }
    return true;
  }

  /** `body` is a ping's, as its kind says; a pong gives it back. */
  #answerPing(body: AllBodies['ping'], lane: LaneConnection, session: LiveSession): void {
    noteClock(session, body.sentMilliseconds, this.#options.clock.wallMilliseconds());
    lane.send('pong', body);
  }

  #dispatch(message: Message, session: LiveSession): void {
    if (!session.isOpen) return;
    const { body, kind } = message;
    try {
      if (kind !== 'pong') for (const watcher of this.#watchers) watcher(kind, body, session);
      for (const handler of this.#handlers.get(message.kind) ?? []) {
        handler(message.body as never, session); // Registered under this very kind.
      }
    } catch (error) {
      // A peer's message must not take the brain down; what it broke is rebuilt from states.
      const text = `iQuery message ${message.kind} from ${session.device} failed: ${String(error)}`;
      this.#options.log.write('err', text);
      this.#end(session, `message ${message.kind} could not be handled`);
    }
  }

  #end(session: LiveSession, reason: string): void {
    endSession(session, reason);
    this.#finish(session, reason);
  }

  #finish(session: LiveSession, reason: string): void {
    if (!session.isOpen) return;
    session.isOpen = false;
    this.#lobby.leave(session);
    if (this.#sessions.get(session.device) === session) this.#sessions.delete(session.device);
    if (!session.wasTold) return this.#diallers.sessionEnded(session, reason);
    this.#options.log.write('notice', `iQuery session with ${session.device} closed: ${reason}`);
    for (const listener of this.#sessionListeners) listener(session, 'closed');
    this.#diallers.sessionEnded(session, reason);
  }
}

function createTicker(clock: Clock, sessions: () => Iterable<LiveSession>): () => void {
  let lastLook = clock.monotonicMilliseconds();
  let sequence = 0;
  return () => {
    const now = clock.monotonicMilliseconds();
    sequence += 1;
    const ping = { sequence, sentMilliseconds: clock.wallMilliseconds() };
    for (const session of sessions()) {
      for (const lane of lanesOf(session)) {
        const verdict = lookAt({ lastLook }, now, lane.lastHeard());
        if (verdict === 'we-were-away') lane.forgive();
        if (verdict === 'silent') {
          lane.destroy(`silent for ${Math.round(now - lane.lastHeard())} ms`);
        } else lane.send('ping', ping);
      }
    }
    lastLook = now;
  };
}

function reports(
  sessions: ReadonlyMap<string, LiveSession>,
  diallers: Diallers,
): readonly PeerReport[] {
  const wanted = diallers.reports();
  const covered = new Set(wanted.map((report) => report.device));
  const others = [...sessions.values()].filter((session) => !covered.has(session.device));
  return [...wanted, ...others.map((session) => reportOf(session, session.remoteAddress, 0))];
}
