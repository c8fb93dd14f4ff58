import type { AllBodies, Hello } from './codec.ts';
import type { Contender } from './dialler.ts';
import type { LaneConnection } from './lane.ts';
import type { IquerySession, Lane, PeerRelation } from './types.ts';

/** Both lanes of one peer, from the moment both said Hello. */
export interface LiveSession extends IquerySession, Contender {
  readonly lanes: Readonly<Record<Lane, LaneConnection>>;
  /** Wall milliseconds. */
  readonly since: number;
  skewMilliseconds: number;
  /** Differences of clocks that the newest pings showed, newest last. */
  readonly skews: number[];
  /** Fingerprints of keys that the peer says were removed from the trust domain. */
  readonly removed: readonly string[];
  isOpen: boolean;
  /** The rooms above know of it. */
  wasTold: boolean;
}

export interface SessionParts {
  readonly device: string;
  readonly relation: PeerRelation;
  /** Guid of its trust domain. */
  readonly domain: string;
  readonly hello: Hello;
  readonly dialledBy: 'us' | 'them';
  readonly control: LaneConnection;
  readonly bulk: LaneConnection;
  readonly wallMilliseconds: number;
}

export function createSession(parts: SessionParts): LiveSession {
  const skew = parts.hello.wallMilliseconds - parts.wallMilliseconds;
  const lanes = { control: parts.control, bulk: parts.bulk };
  return {
    device: parts.device,
    relation: parts.relation,
    domain: parts.domain,
    remoteAddress: parts.control.wire.remoteAddress,
    software: parts.hello.software,
    features: parts.hello.features,
    instance: parts.hello.instance,
    skewMilliseconds: skew,
    skews: [skew],
    dialledBy: parts.dialledBy,
    lanes,
    since: parts.wallMilliseconds,
    removed: parts.hello.domain === parts.domain ? parts.hello.removed : [],
    isOpen: true,
    wasTold: false,
    send(lane, kind, body) {
      // AllBodies holds IqueryBodies unchanged, which a generic K hides from the checker.
      if (this.isOpen) lanes[lane].send(kind, body as AllBodies[typeof kind]);
    },
  };
}

const keptSkews = 8;

/**
 * A peer's ping tells its clock, so that a clock that was set right is not held to be wrong for as long as the
 * session lasts. Its way here only makes the difference smaller: the largest of the last two seconds is nearest.
 */
export function noteClock(session: LiveSession, sentMilliseconds: number, now: number): void {
  const { skews } = session;
  skews.push(sentMilliseconds - now);
  if (skews.length > keptSkews) skews.shift();
  session.skewMilliseconds = Math.max(...skews);
}

/**
 * Says goodbye on the bulk lane behind what is queued there, and on the control lane once that was read:
 * a closed control lane would make the other end drop what is still in the bulk lane.
 */
export function endSession({ lanes }: LiveSession, reason: string): void {
  lanes.bulk.onClose(() => lanes.control.end(reason));
  lanes.bulk.end(reason);
}

/**
 * A lane's Hello must name the device that its certificate names, in a version we speak. A member of our own domain
 * is known by its key: it may just have taken another name.
 */
export function helloFault(
  hello: Hello,
  device: string,
  relation: PeerRelation,
): string | undefined {
  if (hello.device !== device && relation !== 'trust-domain')
    return `it calls itself ${hello.device}, its certificate ${device}`;
  if (hello.version < oldestVersion) return `it speaks version ${hello.version} of iQuery`;
  if (hello.instance === '' || hello.session === '') return 'its Hello is incomplete';
  return undefined;
}

export const contractVersion = 1;
const oldestVersion = 1;
