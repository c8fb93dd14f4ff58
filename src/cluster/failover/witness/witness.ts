/**
 * Asking for a third vote, and giving it, over iQuery: the pair's control sends its members and key to the
 * devices named in `witness`; those answer with where their failover process listens.
 */
import { isDeepStrictEqual } from 'node:util';
import { failoverGroup, membersOf } from '../../../config/failover-group.ts';
import { textValue } from '../../../config/property-values.ts';
import type { ConfigStore } from '../../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../../iquery/types.ts';
import type { Log } from '../../../platform/log.ts';
import { heartbeatKey, voterOf, witnessesOf } from '../control/plan.ts';
import type { SocketAddress, WitnessDuty } from '../types.ts';
import { dutiesAfter, parseSocketAddress } from './witness-duties.ts';

/** A device witnesses for so many groups at most; each costs a machine and some packets. */
const maximumDuties = 64;
const addressesKey = 'failover.witness-addresses';
const dutiesKey = 'failover.witness-duties';

export interface Witnessing {
  addresses(): ReadonlyMap<string, readonly SocketAddress[]>;
  duties(): readonly WitnessDuty[];
  /** Sends the request to the witnesses that are connected, and the withdrawal to former ones. */
  ask(): void;
}

export interface WitnessOptions {
  readonly store: ConfigStore;
  readonly channel: IqueryChannel;
  readonly log: Log;
  readonly changed: () => void;
}

export function startWitnessing(options: WitnessOptions): Witnessing {
  return new WitnessExchange(options);
}

class WitnessExchange implements Witnessing {
  readonly #options: WitnessOptions;
  readonly #addresses: Map<string, readonly SocketAddress[]>;
  #duties: readonly WitnessDuty[];
  #asked: readonly string[] = [];

  constructor(options: WitnessOptions) {
    const { store, channel } = options;
    this.#options = options;
    this.#addresses = new Map(read<[string, SocketAddress[]][]>(store, addressesKey) ?? []);
    this.#duties = read<readonly WitnessDuty[]>(store, dutiesKey) ?? [];
    channel.onSession((session, state) => {
      if (state === 'open' && this.#wanted().includes(session.device)) this.#request(session, true);
    });
    channel.onMessage('witnessAnswer', (body, session) => this.#takeAnswer(body, session));
    channel.onMessage('witnessRequest', (body, session) => this.#takeRequest(body, session));
  }

  addresses(): ReadonlyMap<string, readonly SocketAddress[]> {
    return this.#addresses;
  }

  duties(): readonly WitnessDuty[] {
    return this.#duties;
  }

  ask(): void {
    const wanted = this.#wanted();
    for (const device of new Set([...this.#asked, ...wanted])) {
      const session = this.#options.channel.session(device);
      if (session !== undefined) this.#request(session, wanted.includes(device));
    }
    this.#asked = wanted;
  }

  #wanted(): readonly string[] {
    const group = failoverGroup(this.#options.store.view());
    return group === undefined ? [] : witnessesOf(group);
  }

  #request(session: IquerySession, isWanted: boolean): void {
    const view = this.#options.store.view();
    const group = failoverGroup(view);
    const key = heartbeatKey(view);
    if (group === undefined || key === '') return;
    const members = membersOf(group).map((device) => voterOf(view, device));
    session.send('control', 'witnessRequest', {
      group: group.name,
      members: isWanted
        ? members.map(({ device, addresses: all }) => ({ device, addresses: all.map(print) }))
        : [],
      key: Buffer.from(key, 'base64'),
      profile: textValue(group.properties, 'failover-profile') ?? 'fast',
    });
  }

  #takeAnswer(body: IqueryBodies['witnessAnswer'], session: IquerySession): void {
    const { store, log, changed } = this.#options;
    if (!this.#wanted().includes(session.device)) return;
    if (!body.accepted) {
      log.write('warning', `Device ${session.device} refuses to be a witness: ${body.reason}`);
      return;
    }
    const parsed = body.addresses.flatMap(parseSocketAddress);
    if (isDeepStrictEqual(this.#addresses.get(session.device), parsed)) return;
    this.#addresses.set(session.device, parsed);
    store.writeState(addressesKey, JSON.stringify([...this.#addresses]));
    log.write('notice', `Device ${session.device} is a witness of this failover group`);
    changed();
  }

  #takeRequest(body: IqueryBodies['witnessRequest'], session: IquerySession): void {
    const { store, log, changed } = this.#options;
    const { deviceName } = store.view();
    const { device } = session;
    if (body.members.length > 0 && !body.members.some((member) => member.device === device)) {
      log.write(
        'warning',
        `Device ${device} asks for a witness of ${body.group}, and is not in it`,
      );
      return;
    }
    const next = dutiesAfter(this.#duties, body, device, deviceName);
    const isTooMany = next.length > maximumDuties;
    session.send('control', 'witnessAnswer', {
      group: body.group,
      accepted: !isTooMany,
      reason: isTooMany ? `witness of ${maximumDuties} groups already` : '',
      addresses: voterOf(store.view(), deviceName).addresses.map(print),
    });
    if (isTooMany || isDeepStrictEqual(next, this.#duties)) return;
    this.#duties = next;
    store.writeState(dutiesKey, JSON.stringify(next));
    const verb = body.members.length === 0 ? 'is no longer' : 'is';
    const text = `This device ${verb} a witness of ${body.group} (asked by ${session.device})`;
    log.write('notice', text);
    changed();
  }
}

function print({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function read<T>(store: ConfigStore, key: string): T | undefined {
  const text = store.readState(key);
  // Written by this file, in the database's own transactions.
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
