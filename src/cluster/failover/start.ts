/**
 * Control's side: hands the plan to the failover process, carries commands to it, and shows what it says.
 * The process decides; nothing here does.
 */
import type { Properties } from '../../catalogue/types.ts';
import type { AppliedTracker } from '../../config/applied.ts';
import { refuse, type StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import { lastPart, textValue } from '../../config/property-values.ts';
import type { IqueryChannel } from '../../iquery/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { connectLocal } from '../../platform/local-channel.ts';
import type { Log } from '../../platform/log.ts';
import { failoverComponents, planFailover } from './plan.ts';
import type { FailoverStatus, FromFailover, ToFailover } from './protocol.ts';
import {
  deviceState,
  failoverSentence,
  failoverStatistics,
  trafficGroupStatistics,
} from './show.ts';
import type { Command } from './types.ts';
import { startWitnessing } from './witness.ts';

const engine = 'failover';
/** A command is carried out in a millisecond; a process that is being restarted answers later. */
const answerMilliseconds = 2000;
const localOnly = '/Common/traffic-group-local-only';

export interface FailoverOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly applied: AppliedTracker;
  /** The failover process's Unix socket. */
  readonly socket: string;
  readonly deviceName: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly channel: IqueryChannel;
  /** Kernel interface of a VLAN, as the network room names it. */
  readonly interfaceOf: (view: ConfigView, vlan: string) => string | undefined;
}

export interface Failover {
  /** Undefined while the failover process does not answer. */
  status(): FailoverStatus | undefined;
  /** Does this device answer for the group? By the last that the process said; local-only always. */
  isActiveFor(trafficGroup: string): boolean;
  onChange(listener: (status: FailoverStatus) => void): () => void;
  close(): void;
}

export function startFailover(options: FailoverOptions): Failover {
  const { store, applied, clock } = options;
  let status: FailoverStatus | undefined;
  let isConnected = false;
  let nextId = 1;
  const listeners = new Set<(status: FailoverStatus) => void>();
  const waiting = new Map<number, (reason: string | undefined) => void>();

  const witnessing = startWitnessing({ ...options, changed: () => configure() });
  const configure = (): void => {
    const view = store.view();
    const config = planFailover(view, {
      deviceName: options.deviceName,
      interfaceOf: options.interfaceOf,
      witnessAddresses: witnessing.addresses(),
      witnessing: witnessing.duties(),
    });
    peer.send({ type: 'configure', config });
    const problem = isConnected ? undefined : 'the failover process does not answer';
    applied.mark(
      engine,
      view.sequence,
      problem === undefined ? { state: 'applied' } : { state: 'failed', reason: problem },
    );
  };

  const receive = (message: FromFailover): void => {
    if (message.type === 'result') {
      waiting.get(message.id)?.(message.reason);
      return;
    }
    status = message.status;
    for (const listener of listeners) listener(message.status);
  };

  applied.register(engine);
  const peer = connectLocal<FromFailover, ToFailover>(options.socket, clock, {
    onOpen() {
      isConnected = true;
      configure();
    },
    onMessage: receive,
    onClose() {
      isConnected = false;
      status = undefined;
    },
  });
  const stop = store.onCommit((commit) => {
    const isOurs = commit.changes.some((change) => failoverComponents.includes(change.component));
    if (!isOurs) {
      applied.mark(engine, commit.sequence, { state: 'applied' });
      return;
    }
    configure();
    witnessing.ask();
  });

  const command = (order: Command): Promise<string | undefined> => {
    if (!isConnected) return Promise.resolve('the failover process does not answer');
    const id = nextId;
    nextId += 1;
    return new Promise((resolve) => {
      const finish = (reason: string | undefined): void => {
        cancel();
        waiting.delete(id);
        resolve(reason);
      };
      const cancel = clock.after(answerMilliseconds, () =>
        finish('the failover process does not answer'),
      );
      waiting.set(id, finish);
      peer.send({ type: 'command', id, command: order });
    });
  };

  register(options, () => status, command);
  return {
    status: () => status,
    isActiveFor: (group) =>
      group === localOnly ||
      status?.groups.some((one) => one.name === group && one.role === 'owner') === true,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      stop();
      peer.close();
    },
  };
}

function register(
  { state, clock, store }: FailoverOptions,
  status: () => FailoverStatus | undefined,
  command: (order: Command) => Promise<string | undefined>,
): void {
  state.provideFields('cm device', undefined, (name) => ({
    'failover-state': deviceState(status(), lastPart(name)),
  }));
  state.provideStatistics('cm failover-status', undefined, () => failoverStatistics(status()));
  state.provideStatistics('cm traffic-group', undefined, (name) =>
    trafficGroupStatistics(status(), name),
  );
  state.provideStatistics('sys failover', undefined, () => ({
    apiAnonymous: failoverSentence(status(), clock.wallMilliseconds()),
  }));
  state.provideAction('sys failover', 'run', async ({ parameters }) => {
    const order = orderOf(parameters);
    if (order.kind === 'standby' && order.device !== undefined) {
      const known = store.view().get('cm device', `/Common/${order.device}`);
      if (known === undefined) {
        return refuse(
          `The requested device (/Common/${order.device}) was not found.`,
          404,
          '01020036',
        );
      }
    }
    const reason = await command(order);
    if (reason === undefined) return { ok: true, value: {} };
    return refuse(`Failover command refused: ${reason}`, 400);
  });
}

function orderOf(parameters: Properties): Command {
  const action = textValue(parameters, 'action');
  if (action === 'offline' || action === 'online') return { kind: action };
  const device = textValue(parameters, 'device');
  return {
    kind: 'standby',
    trafficGroup: textValue(parameters, 'traffic-group'),
    device: device === undefined ? undefined : lastPart(device),
  };
}
