/** What listeners have to know about static zones before they hand a packet to named. Pure data, as JSON. */

export interface ZoneAccess {
  /** Where named listens on 127.0.0.1. */
  readonly port: number;
  /** Where updates are taken on 127.0.0.1. */
  readonly updatePort: number;
  /** A client sees the first one that it matches. */
  readonly views: readonly ViewAccess[];
}

export interface ViewAccess {
  /** Networks; absent: everybody. */
  readonly clients?: readonly string[];
  /** The loopback addresses by which named knows the view: for queries, … */
  readonly queryAddress: string;
  /** … for those that it may ask others about (names in `asked`), … */
  readonly recursionAddress: string;
  /** … and for transfers that are allowed. */
  readonly transferAddress: string;
  /** Names below these are asked of other servers: recursion is wanted there, and nowhere else. */
  readonly asked: readonly string[];
  readonly zones: readonly SharedZone[];
  /**
   * How long a listener may give named's answers again without hearing that a zone has moved; absent: not at all. It is
   * told of every commit before that counts as applied; what named changes by itself, nobody tells.
   */
  readonly heldMilliseconds?: number;
}

/** A zone that others may transfer, or that others tell us about. Its name is absolute and lower case. */
export interface SharedZone {
  readonly domain: string;
  /** Networks that may transfer it. */
  readonly clients: readonly string[];
  /** Whoever signs may try: named knows the keys. */
  readonly isSigned: boolean;
  /** Whoever signs may try to change it. */
  readonly takesUpdates: boolean;
  /** Addresses whose NOTIFY counts. */
  readonly notifiers: readonly string[];
}
