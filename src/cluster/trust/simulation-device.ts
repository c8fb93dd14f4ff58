import { hybridReceive, hybridTick, type HybridTime, hybridZero } from '../../base/hybrid-clock.ts';
import { createLobby, type Guest, type Lobby } from '../../iquery/lobby.ts';
import { memberVerdict } from '../../iquery/membership.ts';
import { dueSteps, type RotationFacts, type RotationStep } from './rotation.ts';
import {
  changeStore,
  type DeviceObject,
  keysOf,
  mergeStores,
  rootOf,
  type Store,
  type StoreChange,
} from './simulation-store.ts';

/** A session between two devices; each end opens it for itself. */
export interface Line extends Guest {
  readonly peer: SimulatedDevice;
  /** The peer's key when they met. */
  readonly key: string;
  isOpen: boolean;
  isDead: boolean;
  other: Line | undefined;
  readonly early: Message[];
}

export type Message =
  | { readonly kind: 'state'; readonly store: Store }
  | { readonly kind: 'ask'; readonly authority: string }
  | { readonly kind: 'key'; readonly authority: string };

/** What the simulated world does for a device. */
export interface World {
  now(): number;
  after(milliseconds: number, task: () => void): () => void;
  send(from: SimulatedDevice, line: Line, message: Message): void;
  /** Calls the peer; both decide. */
  call(from: SimulatedDevice, to: string): void;
  freshName(kind: string): string;
  /** Who had which key when it learnt of an authority's; and the checks that go with it. */
  learnt(key: string, authority: string): void;
  opened(device: SimulatedDevice, line: Line): void;
  changed(device: SimulatedDevice): void;
}

/** What is switched off to see that the checks notice. */
export interface TrustDefects {
  readonly admitsRemoved?: boolean;
  readonly skipsLobby?: boolean;
  readonly offersToLeaving?: boolean;
  readonly ignoresUnanswered?: boolean;
  readonly neverAsksForKey?: boolean;
}

const day = 24 * 3600 * 1000;
const soonMilliseconds = 1000;

/** One device's part in a trust domain. What is decided elsewhere (who is a member, who waits, what is due) is the real code. */
export class SimulatedDevice {
  readonly name: string;
  readonly #world: World;
  readonly #defects: TrustDefects;
  isUp = true;
  /** Milliseconds that its wall clock is ahead. */
  skew = 0;
  key: string;
  store: Store;
  /** The authority whose key it has. */
  held: string | undefined;
  lines: Map<string, Line> = new Map();
  #last: HybridTime = hybridZero;
  #alsoRemoved = new Set<string>();
  #offers = new Set<string>();
  #lobby: Lobby<Line>;
  #lacksSince: number | undefined;
  #isLookPlanned = false;

  constructor(name: string, world: World, defects: TrustDefects) {
    this.name = name;
    this.#world = world;
    this.#defects = defects;
    this.key = world.freshName('key');
    this.store = this.#found();
    this.#lobby = this.#newLobby();
  }

  /** A domain of its own, with another key. */
  reset(): void {
    for (const line of this.lines.values()) this.hangUp(line);
    this.key = this.#world.freshName('key');
    this.store = this.#found();
    this.#forget();
  }

  #found(): Store {
    const authority = this.#world.freshName('authority');
    this.#hold(authority);
    const time = this.#tick();
    const root = { authority, certifiers: [this.name], others: [], answered: [] };
    return {
      guid: this.#world.freshName('domain'),
      root: { value: root, time, by: this.name },
      devices: new Map([
        [this.name, { value: { key: this.key, signedBy: authority }, time, by: this.name }],
      ]),
      revoked: new Map(),
    };
  }

  #hold(authority: string): void {
    this.held = authority;
    this.#world.learnt(this.key, authority);
  }

  #forget(): void {
    this.lines = new Map();
    this.#alsoRemoved = new Set();
    this.#offers = new Set();
    this.#lobby.close();
    this.#lobby = this.#newLobby();
    this.#lacksSince = undefined;
  }

  #newLobby(): Lobby<Line> {
    return createLobby<Line>({
      clock: { after: (delay, task) => this.#world.after(delay, task) },
      others: () => (this.#defects.skipsLobby === true ? 0 : keysOf(this.store).size - 1),
      isInCompany: () => this.openLines().length > 0,
      onGather: () => {
        for (const name of keysOf(this.store).keys()) this.#world.call(this, name);
      },
      // Who can be reached here has said Hello by then.
      isCallAnswered: () => false,
      open: (line) => {
        if (!this.#open(line)) this.hangUp(line);
      },
    });
  }

  crash(): void {
    this.isUp = false;
    for (const line of this.lines.values()) this.hangUp(line);
    this.#forget();
  }

  /** With what it had, or with what it had once. */
  start(snapshot?: { readonly store: Store; readonly key: string; readonly held?: string }): void {
    if (snapshot !== undefined) {
      this.store = snapshot.store;
      this.key = snapshot.key;
      this.held = snapshot.held;
    }
    this.isUp = true;
    this.planLook();
  }

  openLines(): readonly Line[] {
    return [...this.lines.values()].filter(({ isOpen, isDead }) => isOpen && !isDead);
  }

  isCertifier(name: string): boolean {
    return rootOf(this.store).certifiers.includes(name);
  }

  canSign(): boolean {
    return this.isCertifier(this.name) && this.held === rootOf(this.store).authority;
  }

  admits(name: string, key: string): boolean {
    const isRemoved = (one: string): boolean =>
      this.#defects.admitsRemoved !== true &&
      (this.store.revoked.has(one) || this.#alsoRemoved.has(one));
    const keys = keysOf(this.store);
    return memberVerdict({ self: this.name, keys, isRemoved }, name, key) === 'member';
  }

  removedKeys(): readonly string[] {
    return [...this.store.revoked.keys(), ...this.#alsoRemoved];
  }

  /** Both have said Hello. */
  arrive(line: Line): void {
    this.lines.set(line.device, line);
    const { peer } = line;
    if (this.isCertifier(peer.name) && peer.store.guid === this.store.guid) {
      for (const key of peer.removedKeys()) this.#alsoRemoved.add(key);
      this.#readmit();
    }
    if (line.isDead || this.#lobby.keeps(line)) return;
    if (!this.#open(line)) this.hangUp(line);
  }

  #open(line: Line): boolean {
    if (line.isDead || !this.admits(line.device, line.key)) return false;
    line.isOpen = true;
    this.#world.opened(this, line);
    this.#world.send(this, line, { kind: 'state', store: this.store });
    if (!this.canSign()) this.#ask();
    for (const message of line.early.splice(0)) this.receive(line, message);
    return true;
  }

  hangUp(line: Line): void {
    this.#lobby.leave(line);
    for (const end of [line, line.other]) if (end !== undefined) end.isDead = true;
    if (this.lines.get(line.device) === line) this.lines.delete(line.device);
    const { peer, other } = line;
    if (other !== undefined && peer.lines.get(this.name) === other) peer.lines.delete(this.name);
  }

  receive(line: Line, message: Message): void {
    if (!this.isUp) return;
    if (!line.isOpen) return void line.early.push(message);
    switch (message.kind) {
      case 'state': {
        if (message.store.guid !== this.store.guid) return;
        const before = JSON.stringify([...this.#texts()]);
        this.store = mergeStores(this.store, message.store);
        this.#last = hybridReceive(this.#last, newestTime(message.store), this.#wall());
        if (JSON.stringify([...this.#texts()]) === before) return;
        this.#tellAll(line);
        return this.#changed();
      }
      case 'ask':
        if (this.held !== message.authority || !this.isCertifier(line.device)) return;
        return this.#world.send(this, line, { kind: 'key', authority: message.authority });
      case 'key':
        if (!this.isCertifier(this.name) || !this.isCertifier(line.device)) return;
        this.#offers.add(message.authority);
        this.#world.learnt(this.key, message.authority);
        return this.#adopt();
    }
  }

  #texts(): readonly unknown[] {
    const { root, devices, revoked } = this.store;
    return [root, [...devices], [...revoked.keys()]];
  }

  #adopt(): void {
    const { authority } = rootOf(this.store);
    if (this.isCertifier(this.name) && this.#offers.has(authority)) this.#hold(authority);
  }

  #ask(): void {
    if (this.#defects.neverAsksForKey === true || !this.isCertifier(this.name)) return;
    const { authority } = rootOf(this.store);
    for (const line of this.openLines()) {
      if (this.isCertifier(line.device)) this.#world.send(this, line, { kind: 'ask', authority });
    }
  }

  #tellAll(except?: Line): void {
    for (const line of this.openLines()) {
      if (line !== except) this.#world.send(this, line, { kind: 'state', store: this.store });
    }
  }

  commit(change: StoreChange): void {
    this.store = changeStore(this.store, change, this.#tick(), this.name);
    this.#tellAll();
    this.#changed();
  }

  #changed(): void {
    const own = this.store.devices.get(this.name)?.value;
    if (own?.key !== this.key || this.store.revoked.has(this.key)) {
      this.reset();
      return this.#world.changed(this);
    }
    this.#readmit();
    this.#adopt();
    if (!this.isCertifier(this.name)) this.held = undefined;
    else if (!this.canSign()) this.#ask();
    this.#world.changed(this);
    this.planLook();
  }

  #readmit(): void {
    for (const line of this.lines.values()) {
      if (!this.admits(line.device, line.key)) this.hangUp(line);
    }
  }

  planLook(milliseconds: number = soonMilliseconds): void {
    if (this.#isLookPlanned) return;
    this.#isLookPlanned = true;
    this.#world.after(milliseconds, () => {
      this.#isLookPlanned = false;
      if (this.isUp) this.look();
    });
  }

  look(): void {
    const now = this.#world.now();
    const lacks = this.isCertifier(this.name) && !this.canSign();
    this.#lacksSince = lacks ? (this.#lacksSince ?? now) : undefined;
    for (const step of dueSteps(this.#facts(now))) this.#carryOut(step);
  }

  #facts(now: number): RotationFacts {
    const root = rootOf(this.store);
    const present = new Set([this.name, ...this.openLines().map(({ device }) => device)]);
    const revocations = new Map([...this.store.revoked.keys()].map((key) => [key, now + day]));
    const isBlind = this.#defects.ignoresUnanswered === true;
    return {
      now,
      self: this.name,
      certifiers: root.certifiers,
      present: root.certifiers.filter((name) => present.has(name)),
      canSign: this.canSign(),
      lacksKeySince: this.#lacksSince,
      authority: { since: now, until: now + 3000 * day },
      formers: 0,
      members: [...this.store.devices].flatMap(([device, { value }]) =>
        value === undefined
          ? []
          : [
              {
                device,
                until: now + 700 * day,
                isCurrent: value.signedBy === root.authority,
                isListed: [...root.certifiers, ...root.others].includes(device),
                isRevoked: this.store.revoked.has(value.key),
              },
            ],
      ),
      revocations,
      // Its change is a failover's affair (failover/heartbeats/key-ring), and no certificate depends on it.
      heartbeat: {
        since: now,
        answered: new Set(revocations.keys()),
        dueSince: undefined,
        togetherSince: undefined,
      },
      answered: new Set(isBlind ? revocations.keys() : root.answered),
      skewMilliseconds: 0,
    };
  }

  #carryOut(step: RotationStep): void {
    switch (step.kind) {
      case 'renew':
        return this.commit({ devices: this.#signed(rootOf(this.store).authority, step.devices) });
      case 'new-authority':
        return this.replaceAuthority(undefined);
      case 'list': {
        const others = [...rootOf(this.store).others, ...step.devices];
        return this.commit({ root: { others } });
      }
      case 'put-out':
        return this.commit({ devices: new Map(step.devices.map((device) => [device, null])) });
      case 'forget-formers':
      case 'forget-revocations':
        return;
    }
  }

  #signed(authority: string, devices: readonly string[]): ReadonlyMap<string, DeviceObject> {
    return new Map(
      [...keysOf(this.store)]
        .filter(([name]) => devices.includes(name))
        .map(([name, key]) => [name, { key, signedBy: authority }]),
    );
  }

  /** A new authority, given to the other certifiers first; `leaving` goes with it, and its key. */
  replaceAuthority(leaving: string | undefined): void {
    const authority = this.#world.freshName('authority');
    this.#hold(authority);
    for (const line of this.openLines()) {
      if (!this.isCertifier(line.device)) continue;
      if (line.device === leaving && this.#defects.offersToLeaving !== true) continue;
      this.#world.send(this, line, { kind: 'key', authority });
    }
    const keys = keysOf(this.store);
    const gone = leaving === undefined ? undefined : keys.get(leaving);
    const staying = [...keys.keys()].filter((name) => name !== leaving);
    const devices = new Map<string, DeviceObject | null>(this.#signed(authority, staying));
    if (leaving !== undefined) devices.set(leaving, null);
    const revoked = gone === undefined ? [] : [gone];
    const answered = [...new Set([...this.store.revoked.keys(), ...revoked])];
    this.commit({ root: { authority, answered }, devices, revoked });
  }

  /** Takes the joiner in; it takes over what we hold. False when it could not. */
  admit(joiner: SimulatedDevice, isCertifier: boolean, succeeds: boolean): void {
    const key = this.#world.freshName('key');
    const { authority, certifiers, others } = rootOf(this.store);
    const former = keysOf(this.store).get(joiner.name);
    const rest = certifiers.filter((name) => name !== joiner.name);
    const bound = others.filter((name) => name !== joiner.name);
    this.commit({
      devices: new Map([[joiner.name, { key, signedBy: authority }]]),
      revoked: former === undefined ? [] : [former],
      root: isCertifier
        ? { certifiers: [...rest, joiner.name], others: bound }
        : { certifiers: rest, others: [...bound, joiner.name] },
    });
    if (succeeds) joiner.join(this.store, key, isCertifier ? authority : undefined);
    else this.commit({ devices: new Map([[joiner.name, null]]) });
  }

  join(store: Store, key: string, authority: string | undefined): void {
    for (const line of this.lines.values()) this.hangUp(line);
    this.#forget();
    this.store = store;
    this.key = key;
    this.held = undefined;
    if (authority !== undefined) this.#hold(authority);
    this.#last = hybridReceive(this.#last, newestTime(store), this.#wall());
    this.#changed();
  }

  #wall(): number {
    return Math.round(this.#world.now() + this.skew);
  }

  #tick(): HybridTime {
    this.#last = hybridTick(this.#last, this.#wall());
    return this.#last;
  }
}

function newestTime({ root, devices, revoked }: Store): HybridTime {
  let newest = root.time;
  for (const { time } of [...devices.values(), ...revoked.values()]) {
    const isLater =
      time.wall > newest.wall || (time.wall === newest.wall && time.counter > newest.counter);
    if (isLater) newest = time;
  }
  return newest;
}
