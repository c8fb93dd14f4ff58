/**
 * A tap shows queries and what became of them, as they come: to few at a time, for a bounded time and
 * number of lines, and at no cost to the others while nobody looks.
 */
import { parseAddress, parsePrefix, prefixContains } from '../../base/address.ts';
import { recordType, responseCode } from '../../base/dns/constants.ts';
import { flag, readUint16 } from '../../base/dns/message.ts';
import { matchesPattern } from '../decision/pattern.ts';
import { parseQuery } from '../dns/query.ts';
import type { TapFilter } from '../protocol.ts';
import type { Packet } from './engine.ts';

const maximumTaps = 4;
export const mostTapSeconds = 30;
export const mostTapLines = 1_000;

export interface Taps {
  readonly isIdle: boolean;
  /** Told when the first opens and when the last closes. */
  onOpening(listener: (isOpen: boolean) => void): void;
  /** `reply`: undefined when the query was dropped. */
  saw(packet: Packet, reply: Uint8Array | undefined, now: number): void;
  /** Calls `done` once, with all lines. */
  open(
    filter: TapFilter,
    most: number,
    startedAt: number,
    done: (text: string) => void,
  ): { close(): void } | undefined;
}

interface Tap {
  readonly matches: (line: TapLine) => boolean;
  readonly most: number;
  readonly startedAt: number;
  readonly lines: string[];
  close(): void;
}

interface TapLine {
  readonly name: string;
  readonly type: string;
  readonly client: string;
  readonly response: string;
}

export function createTaps(): Taps {
  const taps = new Set<Tap>();
  let tellOpening: (isOpen: boolean) => void = () => undefined;
  return {
    get isIdle() {
      return taps.size === 0;
    },
    onOpening: (listener) => void (tellOpening = listener),
    saw(packet, reply, now) {
      const parsed = parseQuery(packet.bytes);
      const query = parsed.kind === 'query' ? parsed.query : undefined;
      const line: TapLine = {
        name: query?.key ?? '(malformed)',
        type: query === undefined ? '-' : typeName(query.type),
        client: packet.client,
        response: responseName(reply),
      };
      const answers = reply === undefined ? 0 : readUint16(reply, 6);
      const took = (now - packet.now).toFixed(1);
      for (const tap of taps) {
        if (!tap.matches(line)) continue;
        const at = ((now - tap.startedAt) / 1_000).toFixed(3).padStart(8);
        tap.lines.push(
          `${at} ${line.client} ${packet.transport} ${line.name} ${line.type} ${line.response} answers ${answers} ${took} ms`,
        );
        if (tap.lines.length >= tap.most) tap.close();
      }
    },
    open(filter, most, startedAt, done) {
      const matches = matcherOf(filter);
      if (taps.size >= maximumTaps || matches === undefined) return undefined;
      const tap: Tap = {
        matches,
        most: Math.min(most, mostTapLines),
        startedAt,
        lines: [],
        close() {
          if (!taps.delete(tap)) return;
          if (taps.size === 0) tellOpening(false);
          done(tap.lines.join('\n'));
        },
      };
      taps.add(tap);
      if (taps.size === 1) tellOpening(true);
      return tap;
    },
  };
}

/** Undefined: the filter makes no sense. */
function matcherOf(filter: TapFilter): ((line: TapLine) => boolean) | undefined {
  const { client, name, recordType: type, response } = filter;
  const network = client === undefined ? undefined : parsePrefix(client);
  if (client !== undefined && network === undefined) return undefined;
  return (line) => {
    if (name !== undefined && !matchesPattern(name, line.name)) return false;
    if (type !== undefined && type !== line.type) return false;
    if (response !== undefined && response !== line.response) return false;
    if (network === undefined) return true;
    const address = parseAddress(line.client.replace(/^::ffff:(?=\d+\.)/, ''));
    return address !== undefined && prefixContains(network, address);
  };
}

const typeNames = new Map(Object.entries(recordType).map(([name, code]) => [code as number, name]));
const responseNames = new Map(
  Object.entries(responseCode).map(([name, code]) => [code as number, name]),
);

function typeName(type: number): string {
  return typeNames.get(type) ?? `type${type}`;
}

function responseName(reply: Uint8Array | undefined): string {
  if (reply === undefined) return 'dropped';
  const flags = readUint16(reply, 2);
  const code = flags & 15;
  const name = responseNames.get(code) ?? `rcode${code}`;
  return (flags & flag.truncated) === 0 ? name : 'truncated';
}
