/**
 * A witness on a machine that has no configuration: knows some trust domains by their authorities, dials their
 * devices over iQuery, takes their requests for a vote, and votes (UDP 1026).
 */
import { isDeepStrictEqual } from 'node:util';
import { startIquery } from '../../../iquery/channel.ts';
import type { TrustDirectory } from '../../../iquery/admission.ts';
import { iqueryPort } from '../../../iquery/port.ts';
import type {
  IqueryBodies,
  IqueryChannel,
  IquerySession,
  WantedPeer,
} from '../../../iquery/types.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Log } from '../../../platform/log.ts';
import type { Random } from '../../../platform/random.ts';
import type { SocketAddress, WitnessDuty } from '../types.ts';
import { startVoter, type Voter, type VotingFor } from './voter.ts';
import type { WitnessFiles, WitnessIdentity } from './witness-state.ts';
import { dutiesAfter } from './witness-duties.ts';

const heartbeatPort = 1026;
/** Groups that a bare witness votes for at most. */
const maximumDuties = 64;
/** A domain may be added while the witness runs. */
const lookMilliseconds = 1000;
/** A device is dialled so long at one of its addresses before the next is tried. */
const turnMilliseconds = 8000;

export interface WitnessParts {
  readonly files: WitnessFiles;
  readonly identity: WitnessIdentity;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly software: string;
  /** Where it listens for heartbeats; empty: on its addresses towards the domains. */
  readonly listen: readonly string[];
}

export interface RunningWitness {
  status(): readonly VotingFor[];
  close(): Promise<void>;
}

export async function runWitness(parts: WitnessParts): Promise<RunningWitness> {
  const { files, identity, clock, log } = parts;
  let directory = directoryOf(identity, files);
  const listeners = new Set<() => void>();
  const channel = await startIquery({
    trust: {
      current: () => directory,
      onChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    clock,
    random: parts.random,
    log,
    port: iqueryPort,
    software: parts.software,
  });
  const witness = new Witness(parts, channel);
  const follow = (): void => {
    const next = directoryOf(identity, files);
    if (!isDeepStrictEqual(next, directory)) {
      directory = next;
      for (const listener of listeners) listener();
    }
    witness.follow();
  };
  const stop = clock.every(lookMilliseconds, follow);
  witness.follow();
  return {
    status: () => witness.status(),
    async close() {
      stop();
      witness.close();
      await channel.close();
    },
  };
}

function directoryOf(identity: WitnessIdentity, files: WitnessFiles): TrustDirectory {
  const { device, certificate, key, domain, authority } = identity;
  return {
    identity: { device, certificate, key },
    domain,
    authority,
    chain: [],
    members: new Map([[device, certificate]]),
    certifiers: new Set([device]),
    removed: new Set(),
    exchanged: files.domains().map((one) => ({
      domain: one.domain,
      authorities: one.authorities,
      devices: new Map(Object.entries(one.devices)),
    })),
  };
}

class Witness {
  readonly #parts: WitnessParts;
  readonly #channel: IqueryChannel;
  #voter: Voter | undefined;
  #local: readonly SocketAddress[] = [];
  #duties: readonly WitnessDuty[];

  constructor(parts: WitnessParts, channel: IqueryChannel) {
    this.#parts = parts;
    this.#channel = channel;
    this.#duties = parts.files.duties();
    channel.onMessage('witnessRequest', (body, session) => this.#takeRequest(body, session));
    channel.onMessage('domainNews', (body, session) => this.#takeNews(body, session));
  }

  follow(): void {
    const local = this.#addresses();
    if (this.#voter === undefined || !isDeepStrictEqual(local, this.#local)) {
      this.#voter?.close();
      this.#local = local;
      const { clock, log } = this.#parts;
      this.#voter = startVoter({ clock, log, local });
      this.#voter.follow(this.#duties);
    }
    this.#channel.want('witness', this.#peers());
  }

  status(): readonly VotingFor[] {
    return this.#voter?.status() ?? [];
  }

  close(): void {
    this.#voter?.close();
  }

  #addresses(): readonly SocketAddress[] {
    const { listen, files } = this.#parts;
    const own = listen.length > 0 ? listen : files.domains().map(({ local }) => local);
    return [...new Set(own)].map((address) => ({ address, port: heartbeatPort }));
  }

  /**
   * Where the domains were met, and every member of a group that it votes for: where its session is, or by
   * its addresses in turn, not all of which need to lead there from here.
   */
  #peers(): readonly WantedPeer[] {
    const turn = Math.floor(this.#parts.clock.monotonicMilliseconds() / turnMilliseconds);
    const wanted = new Map<string, WantedPeer>();
    const want = (address: string): void => void wanted.set(address, { address, port: iqueryPort });
    for (const { address } of this.#parts.files.domains()) want(address);
    for (const { device, addresses } of this.#duties.flatMap(({ group }) => group.members)) {
      const known = this.#channel.session(device)?.remoteAddress;
      const next = addresses[turn % Math.max(1, addresses.length)]?.address;
      const address = known ?? next;
      if (address !== undefined) want(address);
    }
    return [...wanted.values()];
  }

  #takeRequest(body: IqueryBodies['witnessRequest'], session: IquerySession): void {
    const { log, files, identity } = this.#parts;
    const { device } = session;
    const isForeign = !body.members.some((member) => member.device === device);
    if (body.members.length > 0 && isForeign) {
      const text = `Device ${device} asks for a witness of ${body.group}, and is not in it`;
      log.write('warning', text);
      return;
    }
    const next = dutiesAfter(this.#duties, body, device, identity.device);
    const isTooMany = next.length > maximumDuties;
    session.send('control', 'witnessAnswer', {
      group: body.group,
      accepted: !isTooMany,
      reason: isTooMany ? `witness of ${maximumDuties} groups already` : '',
      addresses: this.#local.map(({ address, port }) =>
        address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
      ),
    });
    if (isTooMany || isDeepStrictEqual(next, this.#duties)) return;
    this.#duties = next;
    files.saveDuties(next);
    const verb = body.members.length === 0 ? 'no longer votes' : 'votes';
    log.write('notice', `This witness ${verb} for ${body.group} (asked by ${device})`);
    this.#voter?.follow(next);
    this.#channel.want('witness', this.#peers());
  }

  /** The domain has other authorities or devices now. */
  #takeNews(body: IqueryBodies['domainNews'], session: IquerySession): void {
    const { files, log } = this.#parts;
    if (body.domain !== session.domain || body.authorities.length === 0) return;
    const known = files.domains().find(({ domain }) => domain === body.domain);
    if (known === undefined) return;
    const devices = Object.fromEntries(body.devices.map(({ device, key }) => [device, key]));
    const next = { ...known, authorities: body.authorities, devices };
    if (isDeepStrictEqual(known, next)) return;
    files.saveDomain(next);
    log.write('notice', `Trust domain ${body.domain} has changed, told by ${session.device}`);
  }
}
