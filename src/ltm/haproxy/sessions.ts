/** `show sess all`: the connections that HAProxy has, with both their sides. Pure. */

export interface ProxiedSession {
  /** For `shutdown session`. */
  readonly id: string;
  readonly frontend: string;
  readonly backend: string;
  readonly server: string;
  readonly client: SessionEnd;
  /** What the client asked for. */
  readonly asked: SessionEnd;
  /** What the server sees as its client; undefined while none is connected. */
  readonly source: SessionEnd | undefined;
  readonly serverEnd: SessionEnd | undefined;
  readonly ageSeconds: number;
  /** Until it is closed when nothing comes; undefined when something is waited for. */
  readonly leftSeconds: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How the server came about. */
  readonly isPersistent: boolean;
  readonly isRedispatched: boolean;
  readonly retries: number;
  /** In the queue of a server, or of the backend. */
  readonly isWaiting: boolean;
}

export interface SessionEnd {
  readonly address: string;
  readonly port: number;
}

/** Flags of a stream in HAProxy 2.6 (include/haproxy/stream-t.h): SF_DIRECT, SF_REDISP. */
const direct = 0x1;
const redispatched = 0x100;

/** Yields now and then: there may be many. Sessions of the runtime API itself are left out. */
export function* readSessions(text: string): Generator<undefined, readonly ProxiedSession[]> {
  const sessions: ProxiedSession[] = [];
  let count = 0;
  for (const block of text.split(/\n(?=0x)/)) {
    const session = parseSession(block);
    if (session !== undefined) sessions.push(session);
    count += 1;
    if (count % blocksAtOnce === 0) yield;
  }
  return sessions;
}

const blocksAtOnce = 100;

function parseSession(block: string): ProxiedSession | undefined {
  const found = (pattern: RegExp): string => pattern.exec(block)?.[1] ?? '';
  const client = endOf(found(/ source=(\S+)/));
  const asked = endOf(found(/ listener=\S+ \(id=\d+\) addr=(\S+)/));
  if (client === undefined || asked === undefined) return undefined;
  const flags = Number(found(/^ +flags=(0x[\da-f]+)/m));
  const left = [...block.matchAll(/\brex=(\S+)/g)].flatMap(([, time = '']) => secondsOf(time));
  return {
    id: found(/^(0x[\da-f]+):/),
    frontend: found(/ frontend=(\S+)/),
    backend: found(/ backend=(\S+)/),
    server: found(/ server=(\S+)/),
    client,
    asked,
    source: endOf(found(/ backend=\S+ \(id=-?\d+ mode=\S+\) addr=(\S+)/)),
    serverEnd: endOf(found(/ server=\S+ \(id=-?\d+\) addr=(\S+)/)),
    ageSeconds: secondsOf(found(/ age=([^\s)]+)/))[0] ?? 0,
    leftSeconds: left.length === 0 ? undefined : Math.max(...left),
    bytesIn: Number(found(/^ +req=0x.* total=(\d+)/m)),
    bytesOut: Number(found(/^ +res=0x.* total=(\d+)/m)),
    isPersistent: (flags & direct) !== 0,
    isRedispatched: (flags & redispatched) !== 0,
    retries: Number(found(/ conn_retries=(\d+)/)),
    isWaiting: /pend_pos=0x/.test(block),
  };
}

/** `198.18.201.9:57612`, `::1:54384`; undefined for `unix:1` and `?`. */
function endOf(text: string): SessionEnd | undefined {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, colon);
  const port = Number(text.slice(colon + 1));
  return /^[\d.]+$|:/.test(address) && Number.isInteger(port) ? { address, port } : undefined;
}

/** `58s`, `1m4s`, `2h3m`, `1d2h`; none for `<NEVER>`. */
function secondsOf(text: string): readonly number[] {
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  if (parts.length === 0) return [];
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };
  return [parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0)];
}
