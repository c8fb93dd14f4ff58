/** What the answering of packets works on, packet by packet: shared by the steps of an answer. */
import type { Prefix } from '../../base/address.ts';
import { nameKey } from '../../base/dns/name.ts';
import type { CompiledPool, CompiledSnapshot, CompiledWideIp } from '../decision/compile.ts';
import type { Query } from '../dns/query.ts';
import type { StartOfAuthority, Transport } from '../dns/response.ts';
import type { DnsProfile } from '../protocol.ts';
import type { ResponseRate } from './response-rate.ts';
import type { Signer } from './signer.ts';
import type { Tally } from './tally.ts';

export interface AnswerEngine {
  snapshot: CompiledSnapshot;
  /** Networks whose clients may ask why. */
  explainClients: readonly Prefix[];
  /** Shared by all servers of the group; undefined: no cookies. */
  cookieSecret: Uint8Array | undefined;
  /** Our NSID; undefined: nobody is told. */
  serverName: string | undefined;
  readonly signer: Signer;
  readonly rate: ResponseRate;
  /** Wall clock, for cookies. */
  readonly unixSeconds: () => number;
  readonly tally: Tally;
}

export interface Packet {
  readonly bytes: Uint8Array;
  readonly client: string;
  readonly transport: Transport;
  /** Of the listener that it came to. */
  readonly profile: DnsProfile;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** Why a query goes to named; decides what its reply means. */
export interface RelayedQuery {
  readonly packet: Packet;
  readonly query: Query;
  /** The wide IP that was decided and gave the query back. */
  readonly returned:
    | { readonly wideIp: CompiledWideIp; readonly pool: CompiledPool | undefined }
    | undefined;
  /** The name has a wide IP (of any type): it exists, whatever named says. */
  readonly owner: CompiledWideIp | undefined;
}

export type PacketOutcome =
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  | { readonly kind: 'drop' }
  | { readonly kind: 'relay'; readonly relayed: RelayedQuery };

/** Seconds that "no such data" may be remembered for a wide IP outside every zone. */
const synthesisedTtlSeconds = 60;

/**
 * Of the signed zone; without one, of the name itself: whatever zone was delegated to us, the name is in it,
 * so that every resolver takes the record.
 */
export function synthesisedSoa(
  { signer, snapshot }: Pick<AnswerEngine, 'signer' | 'snapshot'>,
  query: { readonly name: string },
  ttl: number = synthesisedTtlSeconds,
): StartOfAuthority {
  return {
    name: signer.zoneOf(nameKey(query.name))?.apex ?? query.name,
    primary: snapshot.settings.nameserver,
    email: `hostmaster.${snapshot.settings.nameserver}`,
    serial: Math.max(1, snapshot.sequence),
    ttl,
  };
}
