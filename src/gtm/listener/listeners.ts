/**
 * Keeps the wanted listeners open: a listener whose address is not there yet (a floating address, an
 * interface that is down) is tried again until it is.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import { serveDatagrams, type DatagramServer } from '../../platform/datagram.ts';
import type { Log } from '../../platform/log.ts';
import { serveStream } from '../../platform/stream.ts';
import type { DnsProfile, ListenerSpec, ListenerStatus } from '../protocol.ts';
import { createConnections, maximumConnections, type PacketHandler } from './connections.ts';
import type { LoopThreads } from './loop-threads.ts';

const retryMilliseconds = 200;
/** While the quietest is being closed. */
const spareConnections = 64;

/** With the profile of the listener. */
export type ListenerHandler = (
  ...parts: readonly [...Parameters<PacketHandler>, DnsProfile]
) => void;

export interface Listeners {
  set(wanted: readonly ListenerSpec[]): void;
  status(): readonly ListenerStatus[];
  close(): void;
}

interface OpenServer {
  readonly port: number;
  /** Only where somebody else than `onPacket` answers. */
  setProfile?(profile: DnsProfile): void;
  close(): void;
}

interface Entry {
  /** Another profile does not close it. */
  spec: ListenerSpec;
  server: OpenServer | undefined;
  reason: string;
  isWanted: boolean;
  cancelRetry: Cancel;
}

export function createListeners(
  clock: Clock,
  log: Log,
  onPacket: ListenerHandler,
  onChange: () => void,
  threads: Pick<LoopThreads, 'listen'> | undefined,
): Listeners {
  const entries = new Map<string, Entry>();
  const open = (entry: Entry): void => {
    const { spec } = entry;
    const handle: PacketHandler = (bytes, client, transport, respond) =>
      onPacket(bytes, client, transport, respond, entry.spec.profile);
    openServer(clock, spec, handle, threads).then(
      (server) => {
        if (!entry.isWanted) return server.close();
        entry.server = server;
        entry.reason = '';
        log.write('notice', `DNS listener ${labelOf(spec)} is open`);
        onChange();
      },
      (error: unknown) => {
        if (!entry.isWanted) return;
        const reason = codeOf(error);
        if (reason !== entry.reason) {
          log.write('warning', `DNS listener ${labelOf(spec)} cannot be opened: ${reason}`);
          entry.reason = reason;
          onChange();
        }
        entry.cancelRetry = clock.after(retryMilliseconds, () => open(entry));
      },
    );
  };
  const drop = (key: string, entry: Entry): void => {
    entry.isWanted = false;
    entry.cancelRetry();
    entry.server?.close();
    entries.delete(key);
  };
  return {
    set(wanted) {
      const keys = new Set(wanted.map(labelOf));
      for (const [key, entry] of entries) if (!keys.has(key)) drop(key, entry);
      for (const spec of wanted) {
        const known = entries.get(labelOf(spec));
        if (known !== undefined) {
          known.spec = spec;
          continue;
        }
        const entry: Entry = {
          spec,
          server: undefined,
          reason: 'opening',
          isWanted: true,
          cancelRetry: () => undefined,
        };
        entries.set(labelOf(spec), entry);
        open(entry);
      }
    },
    status: () =>
      [...entries.values()].map(({ spec, server, reason }) => ({
        ...spec,
        port: server?.port ?? spec.port,
        state: server === undefined ? 'waiting' : 'open',
        ...(spec.protocol === 'udp' && { loop: threads === undefined ? 'plain' : 'batched' }),
        reason,
      })),
    close() {
      for (const [key, entry] of entries) drop(key, entry);
    },
  };
}

function labelOf(spec: ListenerSpec): string {
  return `${spec.address} ${spec.port} ${spec.protocol}`;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return String(error);
}

async function openServer(
  clock: Clock,
  spec: ListenerSpec,
  onPacket: PacketHandler,
  threads: Pick<LoopThreads, 'listen'> | undefined,
): Promise<OpenServer> {
  if (spec.protocol === 'tcp') {
    const most = maximumConnections + spareConnections;
    return serveStream(spec.address, spec.port, most, createConnections(clock, onPacket));
  }
  if (threads !== undefined) return threads.listen(spec.address, spec.port, spec.profile);
  return serveDatagrams(spec.address, spec.port, (packet, address, port, server: DatagramServer) =>
    onPacket(packet, address, 'udp', (reply) => {
      const first = reply instanceof Uint8Array ? reply : reply?.[0];
      if (first !== undefined) server.send(first, port, address);
    }),
  );
}
