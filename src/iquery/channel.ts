import { present } from '../base/assert.ts';
import type { Clock } from '../platform/clock.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { serveStreams, type StreamServer } from '../platform/http2.ts';
import { createAcceptor } from './acceptor.ts';
import { type Admit, admissionOf } from './admission.ts';
import { type Codec, createCodec, type Message } from './codec.ts';
import { type ChannelCore, credentialsOf, type IqueryOptions, lanesOf, reportOf } from './core.ts';
import { chooseSession } from './dialler.ts';
import { createDiallers, type Diallers } from './diallers.ts';
import { lookAt, pingMilliseconds } from './liveness.ts';
import { contractVersion, type LiveSession } from './session.ts';
import { createStrangers } from './strangers.ts';
import type { IqueryBodies, IqueryChannel, IquerySession, PeerReport } from './types.ts';

export interface RunningIquery extends IqueryChannel {
  readonly port: number;
  close(): Promise<void>;
}

export { iqueryPort } from './port.ts';

const features = ['sync-versions', 'sync-merge'];

/** Rejects when an address cannot be bound, naming it. */
export async function startIquery(options: IqueryOptions): Promise<RunningIquery> {
  const proto = readTextIfPresent(new URL('../../proto/iquery.proto', import.meta.url).pathname);
  const channel = createChannel(options, createCodec(present(proto, 'proto/iquery.proto')));
  const servers: StreamServer[] = [];
  let port = options.port;
  for (const address of options.addresses ?? ['::']) {
    const server = await channel.listen(address, port);
    servers.push(server);
    port = server.port;
  }
  const stopTicking = options.clock.every(pingMilliseconds, channel.tick);
  const stopTrust = options.trust.onChange(() => {
    channel.trustChanged();
    for (const server of servers) server.setCredentials(credentialsOf(options.trust.current()));
  });
  return {
    ...channel.api,
    port,
    async close() {
      stopTicking();
      stopTrust();
      channel.shutDown();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

interface Channel {
  readonly api: IqueryChannel;
  listen(address: string, port: number): Promise<StreamServer>;
  tick(): void;
  trustChanged(): void;
  shutDown(): void;
}

type Handler = (body: never, session: IquerySession) => void;

function createChannel(options: IqueryOptions, codec: Codec): Channel {
  const { clock, log, trust } = options;
  const instance = options.random.uuid();
  const strangers = createStrangers();
  const sessions = new Map<string, LiveSession>();
  const sessionListeners: ((session: IquerySession, state: 'open' | 'closed') => void)[] = [];
  const handlers = new Map<string, Handler[]>();
  let identity = trust.current().identity;
  let admit: Admit = admissionOf(trust.current());

  const dispatch = (message: Message, session: LiveSession): void => {
    if (!session.isOpen) return;
    try {
      for (const handler of handlers.get(message.kind) ?? [])
        handler(message.body as never, session);
    } catch (error) {
      // A peer's message must not take the brain down; what it broke is rebuilt from states.
      log.write('err', `iQuery message ${message.kind} from ${session.device} failed: ${error}`);
      end(session, `message ${message.kind} could not be handled`);
    }
  };
  const finish = (session: LiveSession, reason: string): void => {
    if (!session.isOpen) return;
    session.isOpen = false;
    if (sessions.get(session.device) === session) sessions.delete(session.device);
    log.write('notice', `iQuery session with ${session.device} closed: ${reason}`);
    for (const listener of sessionListeners) listener(session, 'closed');
    diallers.sessionEnded(session, reason);
  };
  /** Says goodbye on both lanes. */
  const end = (session: LiveSession, reason: string): void => {
    for (const lane of lanesOf(session)) lane.end(reason);
    finish(session, reason);
  };
  const core: ChannelCore = {
    options,
    codec,
    admit: (certificate) => admit(certificate),
    selfName: () => identity.device,
    hello: (session) => ({
      version: contractVersion,
      features,
      device: identity.device,
      software: options.software,
      instance,
      wallMilliseconds: clock.wallMilliseconds(),
      product: options.product ?? 'bigip',
      session,
    }),
    sessionOf: (device) => sessions.get(device),
    open(session) {
      const existing = sessions.get(session.device);
      if (existing !== undefined) {
        const stays = chooseSession(existing, session, identity.device, session.device);
        if (stays === 'existing') return false;
      }
      sessions.set(session.device, session);
      if (existing !== undefined) end(existing, 'replaced by a newer session');
      strangers.welcomed(session.remoteAddress);
      log.write('notice', `iQuery session with ${session.device} (${session.remoteAddress}) open`);
      for (const lane of lanesOf(session)) {
        lane.onClose((reason) => {
          for (const each of lanesOf(session)) each.destroy(reason);
          finish(session, reason);
        });
      }
      for (const listener of sessionListeners) listener(session, 'open');
      for (const lane of lanesOf(session)) {
        lane.onMessage((message) => {
          if (message.kind === 'ping') lane.send('pong', message.body as never);
          else dispatch(message, session);
        });
      }
      return true;
    },
  };
  const diallers: Diallers = createDiallers(core);
  const accepting = createAcceptor(core);
  return {
    api: {
      sessions: () => [...sessions.values()],
      session: (device) => sessions.get(device),
      want: diallers.want,
      onSession: (listener) => void sessionListeners.push(listener),
      onMessage<K extends keyof IqueryBodies>(
        kind: K,
        handler: (body: IqueryBodies[K], session: IquerySession) => void,
      ) {
        handlers.set(kind, [...(handlers.get(kind) ?? []), handler as Handler]);
      },
      peers: () => reports(sessions, diallers),
    },
    listen: (address, port) =>
      serveStreams({
        address,
        port,
        credentials: credentialsOf(trust.current()),
        accept: (source) => strangers.accept(source, clock.monotonicMilliseconds()),
        refuse: (certificate) => {
          const admission = admit(certificate);
          return admission.ok ? undefined : admission.reason;
        },
        onRefused(source, reason) {
          if (!strangers.refused(source)) return;
          log.write('warning', `iQuery connection from ${source} refused: ${reason}`);
        },
        onStream: accepting,
      }),
    tick: createTicker(clock, () => sessions.values()),
    trustChanged() {
      const directory = trust.current();
      const isNewIdentity = directory.identity.certificate !== identity.certificate;
      identity = directory.identity;
      admit = admissionOf(directory);
      // After this turn, so that the commit that shuts a device out still reaches it.
      queueMicrotask(() => {
        for (const session of sessions.values()) {
          const again = admit(session.lanes.control.wire.certificate);
          if (!again.ok) end(session, again.reason);
          else if (isNewIdentity || again.relation !== session.relation)
            end(session, 'trust has changed');
        }
        diallers.retry();
      });
    },
    shutDown() {
      diallers.close();
      for (const session of sessions.values()) end(session, 'the device shuts down');
    },
  };
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
