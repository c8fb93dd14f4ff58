/** What two devices need to mirror connections to each other, as plain data. */
import type { MirroredVirtual } from '../../config/mirrored-virtual.ts';

export interface MirrorLink {
  readonly own: string;
  readonly peer: string;
  readonly family: 4 | 6;
}

export interface MirrorPlan {
  /** Name of the other device. */
  readonly peer: string;
  /** The first that works carries all; primary before secondary. */
  readonly links: readonly MirrorLink[];
  /** UDP, on both sides. */
  readonly port: number;
  readonly virtuals: readonly MirroredVirtual[];
}

export type Planned =
  | { readonly kind: 'on'; readonly plan: MirrorPlan }
  /** `reason` is empty when nobody asked for mirroring. */
  | { readonly kind: 'off'; readonly reason: string };
