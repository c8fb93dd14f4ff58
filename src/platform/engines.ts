/**
 * Engines (HAProxy, named, …) are started and watched by the device supervisor, in their own session, so
 * that they outlive the processes that configure them. Rooms ask for one through this client; whoever
 * has to know of a death (failover) listens.
 */
import type { Clock } from './clock.ts';
import { connectLocal, type LocalPeer } from './local-channel.ts';

export interface EngineSpec {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface EngineStatus {
  readonly name: string;
  readonly pid: number;
  readonly state: 'running' | 'restarting' | 'stopped';
  /** Times it ended without being asked to. */
  readonly exits: number;
  /** Wall milliseconds of the last start. */
  readonly startedAt: number;
}

export type ToSupervisor =
  /** Start it unless it runs already with the same program and arguments. Kept across restarts. */
  | { readonly type: 'ensure'; readonly engine: EngineSpec }
  | { readonly type: 'stop'; readonly name: string }
  /** Somebody's wish for an engine or a process of the device's own; `stop` holds until `start` or the next supervisor. */
  | { readonly type: 'order'; readonly name: string; readonly order: ServiceOrder };

export type ServiceOrder = 'start' | 'stop' | 'restart';

export type FromSupervisor =
  | {
      readonly type: 'engines';
      readonly engines: readonly EngineStatus[];
      /** The device's own processes, in the same words; for `device status`. */
      readonly services?: readonly EngineStatus[];
    }
  /** Sent at once when an engine or a service of the device ended unasked, or by somebody's order. */
  | {
      readonly type: 'exited';
      readonly name: string;
      readonly pid: number;
      readonly status: string;
    };

export interface EngineClient {
  ensure(engine: EngineSpec): void;
  stop(name: string): void;
  status(name: string): EngineStatus | undefined;
  onExit(listener: (name: string, status: string) => void): void;
  /** `services`: the device's own processes. */
  onStatus(
    listener: (engines: readonly EngineStatus[], services: readonly EngineStatus[]) => void,
  ): void;
  close(): void;
}

/** Whoever carries out what people want, and not only what the configuration needs. */
export interface EngineControl extends EngineClient {
  /** Lost when the supervisor is away. */
  order(name: string, order: ServiceOrder): void;
}

export function connectEngines(supervisorSocket: string, clock: Clock): EngineControl {
  const wanted = new Map<string, EngineSpec>();
  const known = new Map<string, EngineStatus>();
  const exitListeners: ((name: string, status: string) => void)[] = [];
  const statusListeners: Parameters<EngineClient['onStatus']>[0][] = [];
  const peer: LocalPeer<ToSupervisor> = connectLocal<FromSupervisor, ToSupervisor>(
    supervisorSocket,
    clock,
    {
      onOpen(opened) {
        for (const engine of wanted.values()) opened.send({ type: 'ensure', engine });
      },
      onMessage(message) {
        if (message.type === 'exited') {
          for (const listener of exitListeners) listener(message.name, message.status);
          return;
        }
        known.clear();
        for (const engine of message.engines) known.set(engine.name, engine);
        for (const listener of statusListeners) listener(message.engines, message.services ?? []);
      },
      onClose: () => undefined,
    },
  );
  return {
    ensure(engine) {
      wanted.set(engine.name, engine);
      peer.send({ type: 'ensure', engine });
    },
    stop(name) {
      wanted.delete(name);
      peer.send({ type: 'stop', name });
    },
    order: (name, order) => peer.send({ type: 'order', name, order }),
    status: (name) => known.get(name),
    onExit: (listener) => void exitListeners.push(listener),
    onStatus: (listener) => void statusListeners.push(listener),
    close: () => peer.close(),
  };
}
