/** What a decision is about, and what comes out. Types only. */
import type { CompiledMember, CompiledPool, CompiledWideIp } from './compile.ts';
import type { GtmType } from './snapshot-types.ts';
import type { Stage } from './trace.ts';

export interface DecisionQuery {
  /** Lower case, without final dot. */
  readonly key: string;
  readonly type: GtmType;
  /** Text of the resolver's address. */
  readonly client: string;
  /** Network of the client behind the resolver (EDNS0): all its bytes, and how many bits are told. */
  readonly subnet?: { readonly bytes: readonly number[]; readonly length: number } | undefined;
  /** Monotonic milliseconds. */
  readonly now: number;
}

export type Decision =
  /** No enabled wide IP of this name and type. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'records';
      readonly wideIp: CompiledWideIp;
      readonly pool: CompiledPool;
      readonly stage: Stage | 'persisted';
      /** Empty for fallback-ip. */
      readonly members: readonly CompiledMember[];
      /** Data of resource records, of the pool's type. */
      readonly records: readonly Uint8Array[];
      readonly ttlSeconds: number;
      /** Bits of the client's network that the answer depends on; 0: on none. */
      readonly scopeLength: number;
    }
  | { readonly kind: 'drop'; readonly wideIp: CompiledWideIp; readonly pool: CompiledPool }
  | {
      readonly kind: 'return-to-dns';
      readonly wideIp: CompiledWideIp;
      readonly pool: CompiledPool | undefined;
    }
  | {
      readonly kind: 'failure';
      readonly wideIp: CompiledWideIp;
      readonly code: number;
      readonly ttlSeconds: number;
    };
