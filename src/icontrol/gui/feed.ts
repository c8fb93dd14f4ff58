/**
 * One stream of events for each open page, instead of questions again and again: commits, changes of health,
 * and what stands in the corner. Health comes in bundles; a page that was left behind is told to ask anew.
 */
import type { Component, ComponentId } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { Commit, ConfigStore } from '../../config/types.ts';
import type { HealthEntry, HealthFeed, HealthKey } from '../../monitor/health.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import { type Access, maySee } from '../access/roles.ts';
import type { Tokens } from '../access/tokens.ts';
import { workerFailure } from '../wire/reply.ts';
import { cornerJson } from './corner.ts';
import { healthJson, isVisibleHealth } from './health-json.ts';

const maximumStreams = 64;
const maximumOfUser = 16;
/** Also how often the corner is looked at: nothing of it is told by anybody. */
const bundleMilliseconds = 500;
/** Proxies end what is silent for long; and a page that hears none for 8 seconds knows that its device is gone. */
const beatMilliseconds = 3000;
/** Objects named of a commit, and states in a bundle. */
const maximumNamed = 200;
const maximumStates = 2000;

export interface GuiFeed {
  /** `text/event-stream` until the session ends or somebody hangs up. */
  open(caller: Caller): HttpResponse;
  close(): void;
}

interface Reader {
  readonly caller: Caller;
  send(text: string): void;
  end(): void;
}

/** Of the services that endpoints share. */
export interface Sources {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly health?: HealthFeed | undefined;
  component(id: ComponentId): Component | undefined;
}

export function createGuiFeed(services: Sources): GuiFeed {
  const { store, state, clock, health } = services;
  const readers = new Set<Reader>();
  let cancels: Cancel[] = [];
  let corner = '';
  let beatenAt = 0;
  const waiting = new Map<HealthKey, HealthEntry>();
  const tellAll = (event: string, dataFor: (access: Access) => JsonObject | undefined): void => {
    for (const reader of readers) {
      const data = dataFor(reader.caller.access);
      if (data !== undefined) reader.send(eventText(event, data));
    }
  };
  const onTick = (): void => {
    const now = JSON.stringify(cornerJson(store.view(), state));
    if (now !== corner) {
      corner = now;
      for (const reader of readers) reader.send(`event: corner\ndata: ${now}\n\n`);
    }
    if (waiting.size > 0) {
      const changed = new Map(waiting);
      waiting.clear();
      tellAll('health', (access) => healthEvent(services, access, changed));
    }
    if (clock.monotonicMilliseconds() - beatenAt < beatMilliseconds) return;
    beatenAt = clock.monotonicMilliseconds();
    for (const reader of readers) beat(services, reader);
  };
  const start = (): void => {
    cancels = [
      clock.every(bundleMilliseconds, onTick),
      store.onCommit((commit) =>
        tellAll('commit', (access) => commitEvent(services, access, commit)),
      ),
      health?.onChange((changed) => {
        for (const [key, entry] of changed) waiting.set(key, entry);
      }) ?? (() => undefined),
    ];
  };
  const stop = (): void => {
    for (const cancel of cancels) cancel();
    cancels = [];
    waiting.clear();
  };
  const leave = (reader: Reader): void => {
    if (readers.delete(reader) && readers.size === 0) stop();
  };
  return {
    open(caller) {
      const own = [...readers].filter((one) => one.caller.access.user === caller.access.user);
      if (readers.size >= maximumStreams || own.length >= maximumOfUser) {
        return workerFailure(503, 'Too many open pages; close some of them.', caller.address);
      }
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
        body: {
          open(send, end) {
            const reader: Reader = { caller, send, end };
            readers.add(reader);
            if (readers.size === 1) start();
            corner = JSON.stringify(cornerJson(store.view(), state));
            send(`retry: 2000\nevent: corner\ndata: ${corner}\n\n`);
            return () => leave(reader);
          },
        },
      };
    },
    close() {
      for (const reader of readers) reader.end();
      readers.clear();
      stop();
    },
  };
}

function eventText(event: string, data: JsonObject): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Whose token is no more hears nothing more. */
function beat({ tokens }: Sources, { caller, send, end }: Reader): void {
  const { token } = caller;
  if (token === undefined || tokens.named(token.value) === token) {
    send(eventText('beat', {}));
    return;
  }
  send(eventText('ended', {}));
  end();
}

/** Undefined when nothing of it is for this user. */
function commitEvent(services: Sources, access: Access, commit: Commit): JsonObject | undefined {
  const seen = commit.changes.filter(({ component, name }) => {
    const entry = services.component(component);
    return entry !== undefined && maySee(access, entry, name);
  });
  return {
    sequence: commit.sequence,
    count: seen.length,
    changes: seen.slice(0, maximumNamed).map(({ component, name, before, after }) => ({
      component,
      name,
      action: before === undefined ? 'create' : after === undefined ? 'delete' : 'modify',
    })),
  };
}

function healthEvent(
  services: Sources,
  access: Access,
  changed: ReadonlyMap<HealthKey, HealthEntry>,
): JsonObject | undefined {
  if (changed.size > maximumStates) return { isIncomplete: true, items: {} };
  const seen = [...changed].filter(([key]) => isVisibleHealth(services, access, key));
  if (seen.length === 0) return undefined;
  return { items: Object.fromEntries(seen.map(([key, entry]) => [key, healthJson(entry)])) };
}
