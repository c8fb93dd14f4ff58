/**
 * Keeps the wanted listeners open: a listener whose address is not there yet (a floating address, an
 * interface that is down) is tried again until it is.
 */
import type { Cancel, Clock } from '../../platform/clock.ts';
import { serveDatagrams, type DatagramServer } from '../../platform/datagram.ts';
import type { Log } from '../../platform/log.ts';
import { serveStream } from '../../platform/stream.ts';
import type { DnsProfile, ListenerSpec, ListenerStatus, SecureDoor } from '../protocol.ts';
import { createConnections, maximumConnections, type PacketHandler } from './connections.ts';
import { openSecure } from './secure-doors.ts';
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
  /** Only of those inside TLS. Throws when it cannot be used. */
  setSecure?(secure: SecureDoor): void;
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
        // Changed while it was being opened.
        if (entry.spec !== spec && !isRenewed(entry, spec, log)) return reopen(entry);
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
  const reopen = (entry: Entry): void => {
    entry.server?.close();
    entry.server = undefined;
    entry.reason = 'opening';
    open(entry);
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
          const before = known.spec;
          known.spec = spec;
          if (!isRenewed(known, before, log)) reopen(known);
          continue;
        }
        const entry = newEntry(spec);
        entries.set(labelOf(spec), entry);
        open(entry);
      }
    },
    status: () => [...entries.values()].map((entry) => statusOf(entry, threads !== undefined)),
    close() {
      for (const [key, entry] of entries) drop(key, entry);
    },
  };
}

function newEntry(spec: ListenerSpec): Entry {
  return {
    spec,
    server: undefined,
    reason: 'opening',
    isWanted: true,
    cancelRetry: () => undefined,
  };
}

/** Without the key. */
function statusOf({ reason, server, spec }: Entry, isBatched: boolean): ListenerStatus {
  const { secure, ...rest } = spec;
  return {
    ...rest,
    ...(secure !== undefined && { secure: secure.kind }),
    port: server?.port ?? spec.port,
    state: server === undefined ? 'waiting' : 'open',
    ...(spec.protocol === 'udp' && { loop: isBatched ? 'batched' : 'plain' }),
    reason,
  };
}

function labelOf({ address, port, protocol, secure }: ListenerSpec): string {
  return `${address} ${port} ${secure?.kind ?? protocol}`;
}

/** Hands a new certificate to an open server; false: it cannot be used there. */
function isRenewed({ server, spec }: Entry, before: ListenerSpec, log: Log): boolean {
  const { secure } = spec;
  if (server?.setSecure === undefined || secure === undefined) return true;
  if (JSON.stringify(secure) === JSON.stringify(before.secure)) return true;
  try {
    server.setSecure(secure);
    return true;
  } catch (error) {
    log.write('warning', `DNS listener ${labelOf(spec)}: ${codeOf(error)}`);
    return false;
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  if (error instanceof Error) return error.message;
  return String(error);
}

async function openServer(
  clock: Clock,
  spec: ListenerSpec,
  onPacket: PacketHandler,
  threads: Pick<LoopThreads, 'listen'> | undefined,
): Promise<OpenServer> {
  if (spec.secure !== undefined) return openSecure(clock, spec, spec.secure, onPacket);
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
