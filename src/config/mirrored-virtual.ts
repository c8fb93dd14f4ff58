/** Whose connections two devices mirror: local traffic says it, the cluster's mirroring does it. */

/** A packet virtual server with `mirror enabled`, or a SNAT with `mirror`. */
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
