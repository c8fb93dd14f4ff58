/** The room's wiring: configuration and health in, HAProxy and nftables out, statistics back. */
import type { AppliedTracker } from '../config/applied.ts';
import type { EnginePreviews } from '../config/engine-previews.ts';
import type { RecordBook, StateRegistry } from '../config/runtime-state.ts';
import { recordMirror } from '../config/mirror-addresses.ts';
import type { IqueryChannel } from '../iquery/types.ts';
import { textValue } from '../config/property-values.ts';
import type { Commit, ConfigStore, ConfigView } from '../config/types.ts';
import type { HealthFeed } from '../monitor/health.ts';
import type { TrafficWatch } from '../monitor/traffic-watch.ts';
import type { Clock } from '../platform/clock.ts';
import type { DevicePaths } from '../platform/device-paths.ts';
import type { EngineClient } from '../platform/engines.ts';
import { type KernelNetwork, kernelNetwork } from '../platform/kernel-network.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { type PacketFilter, openPacketFilter } from '../platform/packet-filter.ts';
import { HaproxyDriver, haproxyPlaces, wasSharing } from './haproxy/apply.ts';
import { type FactOptions, factsOf } from './device-facts.ts';
import { explainVirtual } from './explain-action.ts';
import type { ProxiedSession } from './haproxy/sessions.ts';
import { connectionBook } from './connection-book.ts';
import { plannedAtOnce } from './backlog.ts';
import { CatchUp } from './catch-up.ts';
import { type CountsSource, countsSource } from './counts.ts';
import { connectionSource } from './connection-source.ts';
import { markOfHash, markTop, markTopMask } from './classify.ts';
import { startLastHop } from './last-hop/start.ts';
import { Stapler } from './haproxy/stapler.ts';
import type { Places } from './haproxy/place-files.ts';
import { startPolicyLog } from './haproxy/policy-log.ts';
import { policyLogSocket } from './haproxy/render.ts';
import { StatisticsPoll } from './haproxy/poll.ts';
import { memberFlows } from './member-flows.ts';
import type { MirroredVirtual } from '../config/mirrored-virtual.ts';
import { mirroredSnats, mirroredVirtuals } from './mirrored.ts';
import { NameWatch } from './names/name-watch.ts';
import { tableName } from './nftables/render.ts';
import { renderSnats, snatTableName } from './nftables/snat.ts';
import { DirectTables } from './nftables/direct-table.ts';
import { SnatTable } from './nftables/snat-table.ts';
import { planSnats, snatComponents } from './plan-snat.ts';
import { PacketDriver } from './nftables/apply.ts';
import { FlowPoll } from './nftables/flow-poll.ts';
import { answerSets, memberSets } from './nftables/read.ts';
import { PacketPoll } from './nftables/poll.ts';
import { recordBook } from './record-book.ts';
import { sharedDeletions } from './shared-deletions.ts';
import { policyCheck } from './policy-check.ts';
import { tlsCheck } from './prepare.ts';
import { registerPreviews } from './previews.ts';
import { streamCheck } from './stream-check.ts';
import { Resets } from './resets.ts';
import { policyStatistics, ruleStatistics } from './rule-statistics.ts';
import {
  countedProfiles,
  profileStatistics,
  virtualAddressStatistics,
} from './shared-statistics.ts';
import {
  type Measured,
  connectionsOf,
  memberStatistics,
  nodeStatistics,
  poolStatistics,
  snatStatistics,
  virtualStatistics,
} from './statistics.ts';
import { TrafficState, type TouchedTraffic } from './traffic-state.ts';
import type { DeviceFacts, SnatPlan } from './types.ts';
import { startWeighing } from './weigher.ts';

export interface LtmOptions extends FactOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  readonly previews?: Pick<EnginePreviews, 'register'>;
  readonly health: HealthFeed & { readonly traffic?: TrafficWatch };
  readonly engines: EngineClient;
  readonly paths: Pick<DevicePaths, 'haproxy'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Where clients are: gtm's. */
  readonly geography?: Places;
  readonly filter?: PacketFilter;
  readonly network?: KernelNetwork;
}

const persistRecords = 'ltm persistence persist-records';

export interface Running {
  /** Virtual servers whose connections the other device of a pair is to have, too. */
  mirrored(): readonly MirroredVirtual[];
  /** From now on deletions of persistence records reach the devices that mirror them. */
  connect(channel: IqueryChannel): void;
  readonly counts: CountsSource;
  close(): void;
}

/** HAProxy goes on after `close()`: only the supervisor stops it. */
export function startLtm(options: LtmOptions): Running {
  const room = new LtmRoom(options);
  const names = new NameWatch(options);
  const lastHop = startLastHop({ ...options, facts: factsOf(options) });
  return {
    mirrored: () => room.mirrored(),
    connect: (channel) => room.connect(channel),
    counts: countsSource(async () => room.measured(await room.recentCounters())),
    close() {
      names.close();
      lastHop.close();
      room.close();
    },
  };
}

class LtmRoom {
  readonly #options: LtmOptions;
  readonly #facts: DeviceFacts;
  readonly #haproxy: HaproxyDriver;
  readonly #packets: PacketDriver;
  readonly #poll: StatisticsPoll;
  readonly #stapler: Stapler;
  readonly #packetPoll: PacketPoll;
  readonly #snatPoll: PacketPoll;
  readonly #flows: FlowPoll;
  readonly #places: ReturnType<typeof haproxyPlaces>;
  readonly #leave: (() => void)[] = [];
  readonly #traffic: TrafficState;
  readonly #catchUp: CatchUp;
  readonly #records: RecordBook;
  readonly #resets: Resets;
  readonly #snatTable: SnatTable;
  readonly #direct: DirectTables;
  #snats: readonly SnatPlan[] = [];
  #refusals = '';

  constructor(options: LtmOptions) {
    const { store, applied, health, engines, clock, log } = options;
    this.#options = options;
    this.#places = haproxyPlaces(options.paths.haproxy, store.view().deviceName);
    this.#facts = factsOf(options);
    this.#poll = new StatisticsPoll(this.#places.runtimeSocket, clock, {
      backend: (name) => this.#haproxy.layout?.servedBy(name),
      virtual: (number) => this.#traffic.virtualOfMark(markOfHash(number) ?? 0),
      hasQueues: () => this.#traffic.hasQueues,
      countsServers: () => this.#traffic.limitedBackends,
    });
    this.#haproxy = new HaproxyDriver({
      places: this.#places,
      engines,
      applied,
      clock,
      log,
      geography: options.geography,
      onLeaving: (pid, session) => this.#poll.follow(pid, session),
      onReload: () => this.#onReload(),
      onWorker: () => this.#stapler.push(),
    });
    this.#stapler = this.#newStapler();
    this.#packetPoll = this.#newPacketPoll();
    this.#snatPoll = new PacketPoll(clock, snatTableName);
    this.#flows = new FlowPoll(clock, markTop, markTopMask);
    const filter = options.filter ?? openPacketFilter();
    this.#snatTable = new SnatTable({ filter, counters: this.#snatPoll, applied, clock, log });
    this.#direct = new DirectTables({ filter, applied, clock, log });
    this.#packets = new PacketDriver({
      counters: this.#packetPoll,
      filter,
      network: options.network ?? kernelNetwork,
      applied,
      clock,
      log,
    });
    this.#traffic = new TrafficState(
      store.view(),
      this.#facts,
      this.#places,
      health.table(),
      wasSharing(this.#places),
      (frontend) => this.#haproxy.layout?.hasFrontend(frontend) ?? true,
    );
    this.#catchUp = this.#newCatchUp();
    this.#noteRefusals();
    this.#want({ backends: new Set(), virtuals: new Set(), elements: new Map() });
    this.#staple(this.#traffic.plan.virtuals.map(({ name }) => name));
    this.#planSnats(store.view());
    for (const check of [tlsCheck, policyCheck, streamCheck]) store.addCheck(check);
    this.#leave.push(
      startPolicyLog({ name: policyLogSocket(this.#places), clock, log }),
      store.onCommit((commit, _before, after) => this.#onCommit(commit, after)),
      health.onChange((changed) => this.#onHealth([...changed.keys()])),
      startWeighing({
        traffic: () => this.#traffic,
        clock,
        counters: () => this.#poll.counters(),
        flows: () => this.#flows.counts(),
        packets: () => this.#packetPoll.counters(),
        health,
        onChange: (touched) => this.#want(touched),
      }),
    );
    this.#records = recordBook({
      plan: () => this.#traffic.plan,
      nameOf: (backend) => this.#haproxy.layout?.nameOf(backend),
      ask: (commands) => this.#haproxy.ask(commands),
    });
    this.#resets = new Resets(options.state, () => store.view());
    this.#provide();
    this.#registerPreviews();
  }

  #registerPreviews(): void {
    const { previews, health } = this.#options;
    registerPreviews(previews, {
      facts: this.#facts,
      places: this.#places,
      health: () => health.table(),
      traffic: () => this.#traffic,
      layout: () => this.#haproxy.layout,
    });
  }

  #newPacketPoll(): PacketPoll {
    return new PacketPoll(
      this.#options.clock,
      tableName,
      () => [...memberSets, ...(this.#traffic.table.countsAnswers ? answerSets : [])],
      (mark) => this.#traffic.virtualOfMark(mark),
    );
  }

  #newCatchUp(): CatchUp {
    return new CatchUp({
      traffic: () => this.#traffic,
      health: () => this.#options.health.table(),
      onDone: (touched) => {
        this.#noteRefusals();
        this.#took(touched);
      },
    });
  }

  #newStapler(): Stapler {
    const { clock, log } = this.#options;
    const { certificateFolder } = this.#places;
    return new Stapler({
      certificateFolder,
      ask: (commands) => this.#haproxy.ask(commands),
      clock,
      log,
    });
  }

  connect(channel: IqueryChannel): void {
    const { state, store, log, clock } = this.#options;
    const peers = (): readonly string[] =>
      (recordMirror(store.view())?.peers ?? []).map(({ device }) => device);
    const around = { channel, peers, log, clock };
    state.provideRecords(persistRecords, sharedDeletions(this.#records, around));
  }

  mirrored(): readonly MirroredVirtual[] {
    return [...mirroredVirtuals(this.#traffic), ...mirroredSnats(this.#snats)];
  }

  close(): void {
    for (const leave of this.#leave) leave();
    this.#catchUp.close();
    this.#stapler.close();
    this.#haproxy.close();
    this.#packets.close();
    this.#snatTable.close();
    this.#direct.close();
    this.#poll.close();
    this.#packetPoll.close();
    this.#snatPoll.close();
    this.#flows.close();
  }

  #planSnats(view: ConfigView): void {
    this.#snats = planSnats(view, this.#facts);
    this.#snatTable.want(renderSnats(this.#snats), view.sequence);
  }

  #onCommit(commit: Commit, after: ConfigView): void {
    if (commit.changes.some(({ component }) => snatComponents.includes(component))) {
      this.#planSnats(after);
    } else this.#snatTable.want(renderSnats(this.#snats), after.sequence);
    const { refusals } = this.#traffic;
    const health = this.#options.health.table();
    const touched = this.#traffic.commit(after, commit.changes, health, plannedAtOnce);
    if (this.#traffic.refusals !== refusals) this.#noteRefusals();
    this.#resets.forget(commit.changes);
    this.#took(touched);
    this.#catchUp.kick();
  }

  #took(touched: TouchedTraffic): void {
    this.#poll.forget(
      [...touched.virtuals].filter((name) => this.#traffic.plans.virtual(name) === undefined),
    );
    this.#want(touched);
    this.#staple(touched.virtuals);
  }

  #staple(names: Iterable<string>): void {
    for (const name of names) {
      const plan = this.#traffic.plans.virtual(name);
      this.#stapler.want(name, plan !== undefined && 'tls' in plan ? plan.tls : undefined);
    }
  }

  #onHealth(keys: readonly string[]): void {
    const pools = new Set(
      keys.flatMap((key) => (key.startsWith('member ') ? (key.split(' ')[1] ?? []) : [])),
    );
    const isAddress = keys.some((key) => key.startsWith('virtual-address '));
    if (pools.size === 0 && !isAddress) return;
    this.#want(this.#traffic.healthChanged(pools, this.#options.health.table()));
  }

  /** Virtual servers whose listener is there now are led to it. */
  #onReload(): void {
    const touched = this.#traffic.carried();
    const { sequence, table } = this.#traffic;
    if (touched.size > 0) this.#packets.want({ sequence, table, touched });
  }

  #want(touched: TouchedTraffic): void {
    const traffic = this.#traffic;
    const { sequence, structure, servers } = traffic;
    this.#haproxy.want({
      sequence,
      structure,
      servers,
      touched,
      endsSessions: (backend) => traffic.endsSessions(backend),
    });
    this.#packets.want({ sequence, table: traffic.table, touched: touched.elements });
    const { packetVirtuals, states, plans } = traffic;
    this.#direct.want({ virtuals: packetVirtuals, pools: plans.pools, states }, sequence);
  }

  #noteRefusals(): void {
    const lines = this.#traffic.refusals.map(({ virtual, reason }) => `${virtual}: ${reason}`);
    const text = lines.join('\n');
    if (text !== this.#refusals) {
      for (const line of lines) {
        this.#options.log.write(
          'warning',
          `Virtual Server is kept but carries no traffic: ${line}`,
        );
      }
    }
    this.#refusals = text;
  }

  recentCounters = (): Promise<Measured['counters']> => this.#poll.recent();

  measured(counters: Measured['counters'] = this.#poll.counters()): Measured {
    return {
      plans: this.#traffic.plans,
      counters,
      packets: this.#packetPoll.counters(),
      flows: memberFlows(this.#traffic.packetUsers, this.#flows, this.#packetPoll),
      health: this.#options.health.table(),
    };
  }

  #memberOf({ backend, server }: ProxiedSession): { pool: string; member: string } | undefined {
    const wanted = this.#haproxy.layout?.servedBy(backend);
    const pool = wanted === undefined ? undefined : this.#traffic.structure.backend(wanted)?.pool;
    const member = pool?.members.find(({ cookie }) => cookie === server);
    return pool && member && { pool: pool.name, member: member.name };
  }

  #provide(): void {
    const { state, store, health } = this.#options;
    const resets = this.#resets;
    const measured = (): Measured => this.measured();
    state.provideRecords(persistRecords, this.#records);
    const connections = connectionSource({
      haproxy: this.#poll,
      kernel: this.#flows,
      virtuals: () => this.#traffic.plan.virtuals,
      clock: this.#options.clock,
    });
    state.provideRecords('sys connection', connectionBook(connections));
    state.provideAction('ltm explain', 'run', ({ parameters }) =>
      explainVirtual(
        {
          view: () => store.view(),
          traffic: () => this.#traffic,
          connections,
          health: () => health.table(),
          memberOf: (session) => this.#memberOf(session),
          loadOf: (pool, member) => connectionsOf(measured(), pool, member),
          clock: this.#options.clock,
        },
        parameters,
      ),
    );
    resets.provide('ltm virtual', undefined, (name) => virtualStatistics(measured(), name));
    for (const profile of countedProfiles) {
      resets.provide(profile, undefined, (name) =>
        profileStatistics(measured(), store.view(), profile, name),
      );
    }
    resets.provide('ltm virtual-address', undefined, (name) =>
      virtualAddressStatistics(measured(), store.view(), name),
    );
    resets.provide('ltm snat', undefined, (name) =>
      snatStatistics(this.#snatPoll.counters(), name),
    );
    state.provideStatistics('ltm rule', undefined, (name) => ruleStatistics(store.view(), name));
    state.provideStatistics('ltm policy', undefined, (name) =>
      policyStatistics(store.view(), name),
    );
    resets.provide('ltm pool', undefined, (name) => poolStatistics(measured(), name));
    resets.provide('ltm pool', 'members', (name, item) =>
      item === undefined ? undefined : memberStatistics(measured(), name, item),
    );
    resets.provide('ltm node', undefined, (name) => {
      const node = store.view().get('ltm node', name);
      const address = node && textValue(node.properties, 'address');
      return nodeStatistics(measured(), name, address ?? '');
    });
  }
}
