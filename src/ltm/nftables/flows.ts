/** Connections on the packet path, out of the kernel's table. Pure. */

export interface Flow {
  /** IANA's number: 6 is TCP, 17 UDP. */
  readonly protocol: number;
  readonly mark: number;
  readonly client: FlowEnd;
  /** What the client asked for. */
  readonly asked: FlowEnd;
  /** What the server sees as its client. */
  readonly source: FlowEnd;
  readonly server: FlowEnd;
  /** Undefined where the kernel does not count them. */
  readonly bytesIn: number | undefined;
  readonly bytesOut: number | undefined;
  readonly packetsIn: number | undefined;
  readonly packetsOut: number | undefined;
  /** Until the kernel forgets it when nothing comes. */
  readonly leftSeconds: number;
  /** Since it began; undefined where the kernel does not note it. */
  readonly ageSeconds: number | undefined;
}

export interface FlowEnd {
  readonly address: string;
  /** Of ICMP the identifier. */
  readonly port: number;
}

/** TCP connections that are over; the kernel remembers them for a while. */
const over = new Set(['TIME_WAIT', 'CLOSE', 'LAST_ACK', 'FIN_WAIT']);

/**
 * `ipv4 2 tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… [packets=… bytes=…] src=… dst=… sport=… dport=… … mark=…`
 * as `conntrack -L -o extended` prints it; undefined for one that is over.
 */
export function parseFlow(line: string): Flow | undefined {
  const words = line.trim().split(/\s+/);
  const [, , , protocol = '', left = '', state = ''] = words;
  if (over.has(state)) return undefined;
  const sides: Map<string, string>[] = [];
  let mark = 0;
  let age: number | undefined;
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 0) continue;
    const [name, value] = [word.slice(0, at), word.slice(at + 1)];
    if (name === 'src') sides.push(new Map());
    if (name === 'mark') mark = Number(value);
    else if (name === 'delta-time') age = Number(value);
    else sides.at(-1)?.set(name, value);
  }
  const [there, back] = sides;
  if (there === undefined || back === undefined) return undefined;
  return {
    protocol: Number(protocol),
    mark,
    client: endOf(there, 'src', 'sport'),
    asked: endOf(there, 'dst', 'dport'),
    source: endOf(back, 'dst', 'dport'),
    server: endOf(back, 'src', 'sport'),
    bytesIn: numberOf(there, 'bytes'),
    bytesOut: numberOf(back, 'bytes'),
    packetsIn: numberOf(there, 'packets'),
    packetsOut: numberOf(back, 'packets'),
    leftSeconds: Number(left) || 0,
    ageSeconds: age,
  };
}

function endOf(side: ReadonlyMap<string, string>, address: string, port: string): FlowEnd {
  const number = numberOf(side, port) ?? numberOf(side, 'id') ?? 0;
  return { address: side.get(address) ?? '', port: number };
}

function numberOf(side: ReadonlyMap<string, string>, name: string): number | undefined {
  const value = Number(side.get(name));
  return Number.isFinite(value) ? value : undefined;
}

/** Of all connections of a virtual server: the key of `countFlows`. */
export function flowsKey(mark: number): string {
  return String(mark);
}

/** Of those that a server has for it. */
export function flowKey(mark: number, server: FlowEnd): string {
  return `${mark} ${server.address} ${server.port}`;
}

export function countFlows(flows: readonly Flow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { mark, server } of flows) {
    for (const key of [flowsKey(mark), flowKey(mark, server)]) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
