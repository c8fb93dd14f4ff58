/**
 * Padding, so that lengths say nothing about who asked for what (RFC 7830, RFC 8467), and how long a quiet connection
 * stays open (RFC 7828). Pure.
 */
import { ednsOption } from '../../base/dns/constants.ts';
import { endsWithOpt, optionOf, withOption } from './cookie.ts';

/** RFC 8467 §4.1. */
const blockBytes = 468;
const largest = 65_535;

/** The reply in whole blocks, for a client that padded its question; others get it as it is (RFC 7830 §4). */
export function padded(query: Uint8Array, reply: Uint8Array): Uint8Array {
  if (optionOf(query, ednsOption.padding) === undefined || !endsWithOpt(reply)) return reply;
  const bare = withOption(reply, ednsOption.padding, new Uint8Array(0), largest).length;
  const total = Math.ceil(bare / blockBytes) * blockBytes;
  if (total > largest) return reply;
  return withOption(reply, ednsOption.padding, new Uint8Array(total - bare), largest);
}

/** The reply with the time that a connection may be quiet, for a client that asks for it. */
export function withKeepAlive(
  query: Uint8Array,
  reply: Uint8Array,
  idleMilliseconds: number,
): Uint8Array {
  if (optionOf(query, ednsOption.tcpKeepAlive) === undefined || !endsWithOpt(reply)) return reply;
  const units = Math.min(0xffff, Math.floor(idleMilliseconds / 100));
  const value = Uint8Array.of(units >>> 8, units & 0xff);
  return withOption(reply, ednsOption.tcpKeepAlive, value, largest);
}
