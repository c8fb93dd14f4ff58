/** What the dns process and the threads of its answer loop tell each other. */
import type { Level } from '../../platform/log.ts';
import type { PathMemory } from '../paths/path-table.ts';
import type { DnsProfile, Inquiry } from '../protocol.ts';

export interface LoopStart {
  /** Event descriptor: written after each message. */
  readonly wake: number;
  /** `monotonicOrigin` of the dns process. */
  readonly origin: number;
  /** Folder of the user's geography databases; absent: no place is known. */
  readonly geographyFolder?: string;
  /** Resolvers that asked: seen by all threads. */
  readonly resolvers: SharedArrayBuffer;
  readonly persistence: SharedArrayBuffer;
  readonly paths: PathMemory;
  /** `zoneNewsMemory`. */
  readonly zoneNews: SharedArrayBuffer;
}

export type ToLoop =
  /** Comes back in `held`. `holding` as JSON: large ones are copied several times faster than what they say. */
  | { readonly type: 'hold'; readonly generation: number; readonly holding: string }
  /** Patches of pools, as JSON; comes back in `held`, too. */
  | { readonly type: 'patch'; readonly generation: number; readonly patches: string }
  | {
      readonly type: 'listen';
      readonly id: number;
      readonly descriptor: number;
      readonly profile: DnsProfile;
    }
  | { readonly type: 'profile'; readonly id: number; readonly profile: DnsProfile }
  /** The thread closes its descriptor. */
  | { readonly type: 'leave'; readonly id: number }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly inquiry: Inquiry;
      readonly geography: string;
    }
  /** What became of a packet that was handed over; null: no answer. */
  | { readonly type: 'reply'; readonly id: number; readonly reply: Uint8Array | null }
  /** Somebody looks on: every packet is told. */
  | { readonly type: 'tap'; readonly isOpen: boolean }
  | { readonly type: 'relocate' }
  | { readonly type: 'stop' };

export type FromLoop =
  | { readonly type: 'held'; readonly generation: number }
  /** A report (CounterReport) as JSON: writing and reading it is cheaper than copying its objects. */
  | { readonly type: 'counters'; readonly report: string }
  | { readonly type: 'told'; readonly id: number; readonly text: string }
  /** To be answered by who has connections; comes back in `reply`. */
  | {
      readonly type: 'over';
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly client: string;
    }
  | {
      readonly type: 'seen';
      readonly bytes: Uint8Array;
      readonly client: string;
      readonly reply: Uint8Array | undefined;
      readonly milliseconds: number;
    }
  | { readonly type: 'log'; readonly level: Level; readonly message: string };
