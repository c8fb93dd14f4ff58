/** What two devices need to mirror connections to each other, as plain data. */

/** A packet virtual server with `mirror enabled`; the traffic room says which those are. */
export interface MirroredVirtual {
  readonly name: string;
  /** Mark of its connections, the same on both devices. */
  readonly mark: number;
  /** Address with length. */
  readonly destination: string;
  /** Address with length of the clients; undefined: all. */
  readonly origin?: string;
  readonly family: 4 | 6;
  /** 0: any. */
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'any';
  readonly trafficGroup: string;
}

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
