/** What conntrackd says of itself (`conntrackd -s …`). Pure. */

export interface DaemonCounters {
  /** Own connections that the peer is told of. */
  readonly held: number;
  /** The peer's connections, taken into the kernel. */
  readonly taken: number;
  readonly refused: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly sendErrors: number;
  readonly malformed: number;
  readonly lost: number;
  /** Interface that carries it now. */
  readonly link: string;
}

/** Of `conntrackd -s`. */
export function parseCounters(text: string): DaemonCounters {
  const number = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  const inject = text.slice(Math.max(0, text.indexOf('external inject:')));
  const injected = (what: string, field: 1 | 2): number => {
    const found = new RegExp(String.raw`connections ${what}:\s+(\d+)\s+failed:\s+(\d+)`).exec(
      inject,
    );
    return Number(found?.[field] ?? 0);
  };
  return {
    held: number(/current active connections:\s+(\d+)/),
    taken: injected('created', 1) + injected('updated', 1),
    refused: injected('created', 2) + injected('updated', 2),
    packetsSent: number(/(\d+) Pckts sent/),
    packetsReceived: number(/(\d+) Pckts recv/),
    bytesSent: number(/(\d+) Bytes sent/),
    bytesReceived: number(/(\d+) Bytes recv/),
    sendErrors: number(/(\d+) Error send/),
    malformed: number(/(\d+) Malformed msgs/),
    lost: number(/(\d+) Lost msgs/),
    link: /active device=(\S+)\)/.exec(text)?.[1] ?? '',
  };
}

/** Of `conntrack -U`: how many were touched, as it says on its last line. */
export function parseTouched(text: string): number {
  return Number(/(\d+) flow entries have been updated/.exec(text)?.[1] ?? 0);
}

/** Undefined: conntrackd can read its file. A daemon that is not there yet is no fault of the file. */
export function syntaxProblem(text: string): string | undefined {
  const line = text.split('\n').find((one) => one.includes('parsing config file'));
  return line?.replace(/^.*\[ERROR\] /, '').trim();
}
