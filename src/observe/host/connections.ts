/** `sys connection` out of /proc/net/tcp: the client side of what the engine accepted. Pure. */
import type { Statistics } from '../../config/runtime-state.ts';

/** So many are shown; BIG-IP has a display threshold as well. */
const maximumRows = 1000;
const established = '01';

export interface Socket {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** Lines "0: 0100007F:1F90 0200007F:C350 01 …"; addresses in the byte order of the machine. */
export function parseSockets(text: string): readonly Socket[] {
  const found: Socket[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, local = '', remote = '', state] = line.trim().split(/\s+/);
    if (state !== established) continue;
    const [localAddress, localPort] = endpoint(local);
    const [remoteAddress, remotePort] = endpoint(remote);
    found.push({ localAddress, localPort, remoteAddress, remotePort });
  }
  return found;
}

function endpoint(text: string): readonly [string, number] {
  const [hex = '', port = '0'] = text.split(':');
  // Words of four bytes, each little-endian.
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16)),
  );
  const isMapped =
    bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
  const shown = isMapped ? bytes.slice(12) : bytes;
  return [shown.length === 4 ? shown.join('.') : groups(shown), Number.parseInt(port, 16)];
}

function groups(bytes: readonly number[]): string {
  const words: string[] = [];
  for (let index = 0; index < bytes.length; index += 2) {
    words.push((((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)).toString(16));
  }
  // The longest run of zeros, as RFC 5952 has it.
  const text = words.join(':');
  const runs = [...text.matchAll(/(?:^|:)(0(?::0)+)(?=:|$)/g)].map((match) => match[1] ?? '');
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const place = `:${text}:`;
  return place.replace(`:${longest}:`, '::').replace(/^:(?!:)|(?<!:):$/g, '');
}

/** Those whose own end is an address that we serve. */
export function connectionStatistics(
  sockets: readonly Socket[],
  served: ReadonlySet<string>,
): Statistics {
  const rows: Record<string, Statistics> = {};
  let index = 0;
  for (const socket of sockets) {
    if (!served.has(socket.localAddress)) continue;
    if (index >= maximumRows) break;
    rows[String(index)] = {
      connectionId: 0,
      csClientAddr: socket.remoteAddress,
      csClientPort: socket.remotePort,
      csServerAddr: socket.localAddress,
      csServerPort: socket.localPort,
      flowAccelType: 'none',
      protocol: 6,
      slot: '1',
      tmm: 0,
      type: 'any',
      unitId: 0,
    };
    index += 1;
  }
  return rows;
}
