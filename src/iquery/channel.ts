import { present } from '../base/assert.ts';
import type { Clock } from '../platform/clock.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { serveStreams, type StreamServer, type Wire } from '../platform/http2.ts';
import { createAcceptor } from './acceptor.ts';
import { type Admit, admissionOf, type Identity } from './admission.ts';
import { type AllBodies, type Codec, createCodec, type Hello, type Message } from './codec.ts';
import { type ChannelCore, credentialsOf, type IqueryOptions, lanesOf, reportOf } from './core.ts';
import { chooseSession } from './dialler.ts';
import { createDiallers, type Diallers } from './diallers.ts';
import { lookAt, pingMilliseconds } from './liveness.ts';
import { contractVersion, endSession, type LiveSession } from './session.ts';
import { createStrangers } from './strangers.ts';
import type { IqueryBodies, IqueryChannel, IquerySession, PeerReport } from './types.ts';

export interface RunningIquery extends IqueryChannel {
  readonly port: number;
  close(): Promise<void>;
}

const features = ['sync-versions', 'sync-merge', 'sealed-secrets'];

/** Another program has the port: the device goes on without sessions from others, and asks again. */
const bindRetryMilliseconds = 1000;

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
  readonly #diallers: Diallers;
  readonly #accept: (wire: Wire, path: string) => void;
  readonly tick: () => void;
  #identity: Identity;
  #admit: Admit;

  constructor(options: IqueryOptions, codec: Codec) {
    this.#options = options;
    this.#instance = options.random.uuid();
    this.#identity = options.trust.current().identity;
    this.#admit = admissionOf(options.trust.current());
    const core: ChannelCore = {
      options,
      codec,
      admit: (certificate) => this.#admit(certificate),
      selfName: () => this.#identity.device,
      hello: (session) => this.#hello(session),
      sessionOf: (device) => this.#sessions.get(device),
      open: (session) => this.#open(session),
    };
    this.#diallers = createDiallers(core);
    this.#accept = createAcceptor(core);
    this.tick = createTicker(options.clock, () => this.#sessions.values());
  }

  api(): IqueryChannel {
    const handlers = this.#handlers;
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
    };
  }

  listen(address: string, port: number): Promise<StreamServer> {
    const { clock, log, trust } = this.#options;
    return serveStreams({
      address,
      port,
      credentials: credentialsOf(trust.current()),
      accept: (source) => this.#strangers.accept(source, clock.monotonicMilliseconds()),
      refuse: (certificate) => {
        const admission = this.#admit(certificate);
        return admission.ok ? undefined : admission.reason;
      },
      onRefused: (source, reason) => {
        if (!this.#strangers.refused(source)) return;
        log.write('warning', `iQuery connection from ${source} refused: ${reason}`);
      },
      onStream: this.#accept,
    });
  }

  trustChanged(): void {
    const directory = this.#options.trust.current();
    const isNewIdentity = directory.identity.certificate !== this.#identity.certificate;
    this.#identity = directory.identity;
    this.#admit = admissionOf(directory);
    // After this turn, so that the commit that puts a device out still reaches it.
    queueMicrotask(() => {
      for (const session of this.#sessions.values()) {
        const again = this.#admit(session.lanes.control.wire.certificate);
        if (!again.ok) this.#end(session, again.reason);
        else if (isNewIdentity || again.relation !== session.relation)
          this.#end(session, 'trust has changed');
      }
      this.#diallers.retry();
    });
  }

  shutDown(): void {
    this.#diallers.close();
    for (const session of this.#sessions.values()) this.#end(session, 'the device shuts down');
  }

  #hello(session: string): Hello {
    return {
      version: contractVersion,
      features,
      device: this.#identity.device,
      software: this.#options.software,
      instance: this.#instance,
      wallMilliseconds: this.#options.clock.wallMilliseconds(),
      product: this.#options.product ?? 'bigip',
      session,
    };
  }

  #open(session: LiveSession): boolean {
    const existing = this.#sessions.get(session.device);
    if (existing !== undefined) {
      const stays = chooseSession(existing, session, this.#identity.device, session.device);
      if (stays === 'existing') return false;
    }
    this.#sessions.set(session.device, session);
    if (existing !== undefined) this.#end(existing, 'replaced by a newer session');
    this.#strangers.welcomed(session.remoteAddress);
    const who = `${session.device} (${session.remoteAddress})`;
    this.#options.log.write('notice', `iQuery session with ${who} open`);
    for (const lane of lanesOf(session)) {
      lane.onClose((reason) => {
        if (session.isOpen) for (const each of lanesOf(session)) each.destroy(reason);
        this.#finish(session, reason);
      });
    }
    for (const listener of this.#sessionListeners) listener(session, 'open');
    for (const lane of lanesOf(session)) {
      lane.onMessage((message) => {
        // A ping's body is a pong's.
        if (message.kind === 'ping') lane.send('pong', message.body as AllBodies['pong']);
        else this.#dispatch(message, session);
      });
    }
    return true;
  }

  #dispatch(message: Message, session: LiveSession): void {
    if (!session.isOpen) return;
    try {
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
    if (this.#sessions.get(session.device) === session) this.#sessions.delete(session.device);
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
