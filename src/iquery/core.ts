import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Http2Credentials } from '../platform/http2.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import type { Admission, TrustDirectory } from './admission.ts';
import { joinBundle } from './certificate.ts';
import type { Codec, Hello } from './codec.ts';
import type { LaneConnection } from './lane.ts';
import type { LiveSession } from './session.ts';
import type { Lane, PeerRelation, PeerReport, WantedPeer } from './types.ts';

/** Where trust comes from (cluster/trust): the directory now, and word of each change of it. */
export interface TrustSource {
  current(): TrustDirectory;
  onChange(listener: () => void): () => void;
  /** May a handshake be expected from this address? Others share what strangers get. */
  isExpected?(address: string): boolean;
  /** Where every other member is, also those that call us and not we them. */
  everybody?(): readonly WantedPeer[];
  /** Member `by` refused us: the key with this fingerprint was removed from the trust domain. */
  onRemoved?(by: string, key: string): void;
}

export interface IqueryOptions {
  readonly trust: TrustSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** 4353; 0 lets the kernel choose (tests). */
  readonly port: number;
  /** Default: every address, IPv4 and IPv6. */
  readonly addresses?: readonly string[];
  readonly software: string;
  /** What we are to our peers: "bigip" or "bigip-dns". */
  readonly product?: string;
}

export function credentialsOf(directory: TrustDirectory): Http2Credentials {
  return {
    certificate: joinBundle([directory.identity.certificate, ...directory.chain]),
    key: directory.identity.key,
    authorities: [directory.authority],
  };
}

/** What the parts of the channel (accepting, dialling) share. */
export interface ChannelCore {
  readonly options: IqueryOptions;
  readonly codec: Codec;
  admit(certificate: X509Certificate): Admission;
  selfName(): string;
  hello(session: string, to: PeerRelation): Hello;
  sessionOf(device: string): LiveSession | undefined;
  /** False when another session with the device stays instead, or the device is out meanwhile. */
  open(session: LiveSession): boolean;
}

/** Said to a dialler whose call is not needed; it rests until the other session ends. */
export const alreadyConnected = 'a session exists already';

export function laneOf(path: string): Lane | undefined {
  if (path === lanePath('control')) return 'control';
  return path === lanePath('bulk') ? 'bulk' : undefined;
}

export function lanePath(lane: Lane): string {
  return `/evenkeel.iquery.v1/${lane}`;
}

export function lanesOf(session: LiveSession): readonly LaneConnection[] {
  return [session.lanes.control, session.lanes.bulk];
}

export function reportOf(session: LiveSession, address: string, reconnects: number): PeerReport {
  const { control, bulk } = session.lanes;
  return {
    device: session.device,
    address,
    state: 'connected',
    reason: '',
    connectedSince: session.since,
    reconnects,
    bytesIn: control.wire.bytesIn() + bulk.wire.bytesIn(),
    bytesOut: control.wire.bytesOut() + bulk.wire.bytesOut(),
    software: session.software,
    certificateExpires: control.wire.certificate.validTo,
    cipher: control.wire.cipher,
    protocol: control.wire.protocol,
    instance: session.instance,
    skewMilliseconds: session.skewMilliseconds,
    pendingBytes: control.wire.pendingBytes() + bulk.wire.pendingBytes(),
  };
}
