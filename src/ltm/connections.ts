/** `sys connection`: what HAProxy and the kernel have open, in BIG-IP's names, chosen by its words. Pure. */
import { parseAddress, parsePrefix, prefixContains } from '../base/address.ts';
import { type Outcome, succeeded } from '../base/fault.ts';
import { type Statistics, refuse } from '../config/runtime-state.ts';
import type { ProxiedSession, SessionEnd } from './haproxy/sessions.ts';
import type { Flow } from './nftables/flows.ts';

/** So many are shown; BIG-IP has a display threshold as well. */
const mostShown = 1000;
const tcp = 6;

export const connectionFilters = [
  'age',
  'cs-client-addr',
  'cs-client-port',
  'cs-server-addr',
  'cs-server-port',
  'protocol',
  'ss-client-addr',
  'ss-client-port',
  'ss-server-addr',
  'ss-server-port',
] as const;
type FilterName = (typeof connectionFilters)[number];
export type ConnectionSelection = Readonly<Partial<Record<FilterName, string>>>;

export interface Connection {
  readonly protocol: number;
  readonly client: SessionEnd;
  readonly asked: SessionEnd;
  readonly source: SessionEnd | undefined;
  readonly server: SessionEnd | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  /** Undefined where the engine does not say. */
  readonly ageSeconds: number | undefined;
  readonly idleSeconds: number;
  readonly idleTimeoutSeconds: number;
  readonly from: ProxiedSession | Flow;
}

/** Words behind the command: `cs-client-addr 10.0.0.0/24 protocol tcp`. */
export function parseSelection(words: string): Outcome<ConnectionSelection> {
  const parts = words.split(/\s+/).filter((word) => word !== '' && word !== 'all-properties');
  const selection: Partial<Record<FilterName, string>> = {};
  while (parts.length > 0) {
    const word = parts.shift() ?? '';
    const name = connectionFilters.find((one) => one === word);
    if (name === undefined) return refuse(`"${word}" unexpected argument`);
    const value = parts.shift();
    if (value === undefined) return refuse(`"${word}" needs a value`);
    selection[name] = value;
  }
  return succeeded(selection);
}

/** `idleTimeoutSeconds`: of the virtual server that has it. */
export function ofSession(session: ProxiedSession, idleTimeoutSeconds: number): Connection {
  const { client, asked, source, serverEnd, leftSeconds } = session;
  return {
    protocol: tcp,
    client,
    asked,
    source,
    server: serverEnd,
    bytesIn: session.bytesIn,
    bytesOut: session.bytesOut,
    packetsIn: 0,
    packetsOut: 0,
    ageSeconds: session.ageSeconds,
    idleSeconds:
      leftSeconds === undefined ? 0 : Math.max(0, Math.round(idleTimeoutSeconds - leftSeconds)),
    idleTimeoutSeconds,
    from: session,
  };
}

export function ofFlow(flow: Flow): Connection {
  const { protocol, client, asked, source, server } = flow;
  return {
    protocol,
    client,
    asked,
    source,
    server,
    bytesIn: flow.bytesIn ?? 0,
    bytesOut: flow.bytesOut ?? 0,
    packetsIn: flow.packetsIn ?? 0,
    packetsOut: flow.packetsOut ?? 0,
    ageSeconds: flow.ageSeconds,
    // The kernel tells what is left of a timeout that differs by state.
    idleSeconds: 0,
    idleTimeoutSeconds: flow.leftSeconds,
    from: flow,
  };
}

const protocols: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

export function isSelected(connection: Connection, selection: ConnectionSelection): boolean {
  return Object.entries(selection).every(([name, wanted]) => {
    if (name === 'age') {
      return connection.ageSeconds !== undefined && connection.ageSeconds >= Number(wanted);
    }
    if (name === 'protocol') {
      return connection.protocol === (protocols[wanted] ?? Number(wanted));
    }
    const [side, end, kind] = name.split('-');
    const ends =
      side === 'cs'
        ? { client: connection.client, server: connection.asked }
        : { client: connection.source, server: connection.server };
    const found = end === 'client' ? ends.client : ends.server;
    if (found === undefined) return false;
    return kind === 'port' ? found.port === Number(wanted) : isWithin(found.address, wanted);
  });
}

/** An address, or a network. */
function isWithin(text: string, wanted: string): boolean {
  const address = parseAddress(text);
  const prefix = wanted.includes('/') ? parsePrefix(wanted) : undefined;
  if (address === undefined) return false;
  if (prefix !== undefined) return prefixContains(prefix, address);
  return parseAddress(wanted)?.text === address.text;
}

/** As iControl REST names them. */
export function connectionRows(connections: readonly Connection[]): Statistics {
  const rows = connections.slice(0, mostShown).map((one, index) => [String(index), rowOf(one)]);
  return Object.fromEntries(rows) as Statistics; // Pairs of a name and a row.
}

function rowOf(connection: Connection): Statistics {
  const { client, asked, source, server } = connection;
  const none: SessionEnd = { address: 'any6', port: 0 };
  return {
    connectionId: 0,
    csBytesIn: connection.bytesIn,
    csBytesOut: connection.bytesOut,
    csClientAddr: client.address,
    csClientPort: client.port,
    csPacketsIn: connection.packetsIn,
    csPacketsOut: connection.packetsOut,
    csServerAddr: asked.address,
    csServerPort: asked.port,
    flowAccelType: 'none',
    idleTime: connection.idleSeconds,
    idleTimeout: connection.idleTimeoutSeconds,
    protocol: connection.protocol,
    slot: '1',
    ssBytesIn: connection.bytesOut,
    ssBytesOut: connection.bytesIn,
    ssClientAddr: (source ?? none).address,
    ssClientPort: (source ?? none).port,
    ssPacketsIn: connection.packetsOut,
    ssPacketsOut: connection.packetsIn,
    ssServerAddr: (server ?? none).address,
    ssServerPort: (server ?? none).port,
    tmm: 0,
    type: 'any',
    unitId: 0,
  };
}

/** As tmsh prints one. */
export function connectionLine({ client, asked, source, server, ...more }: Connection): string {
  const print = (end: SessionEnd | undefined): string =>
    end === undefined
      ? 'any6.any'
      : `${end.address}${end.address.includes(':') ? '.' : ':'}${end.port}`;
  const protocol = Object.entries(protocols).find(([, one]) => one === more.protocol)?.[0];
  const ends = [client, asked, source, server].map(print);
  return [...ends, protocol ?? more.protocol, more.idleSeconds, '(tmm: 0)', 'none'].join('  ');
}
