/**
 * One stream from the device (server-sent events): what stands in the corner, commits, health. What pages hold is
 * thrown away when a commit touches it; states are put in place.
 */
import type { QueryClient } from '@tanstack/react-query';
import { refreshLists } from './lists.ts';
import type { States } from './queries.ts';
import { RestError } from './rest.ts';
import { currentSession } from './session.ts';

export interface Corner {
  readonly device: string;
  readonly hostname: string;
  readonly sequence: number;
  readonly failover: Report;
  readonly sync: Report;
  /** Other devices of the trust domain. */
  readonly peers: readonly Peer[];
}

export interface Peer {
  readonly device: string;
  readonly managementIp: string;
  readonly failoverState: string;
}

export interface Report {
  readonly status?: string;
  readonly color?: string;
  readonly summary?: string;
  readonly mode?: string;
  readonly details: readonly string[];
}

export interface CommitNews {
  readonly sequence: number;
  readonly count: number;
  readonly changes: readonly {
    readonly component: string;
    readonly name: string;
    readonly action: string;
  }[];
}

export interface StreamEvents {
  onCorner(corner: Corner): void;
  onCommit(news: CommitNews): void;
  /** Undefined: connected. */
  onConnection(problem: string | undefined): void;
  onEnded(): void;
}

/** Between two tries; the browser does the same while it tries by itself. */
const retryMilliseconds = 2000;
/** The device says something every three seconds (src/icontrol/gui/feed); a machine that lost its power says nothing. */
const silenceMilliseconds = 8000;
const lookMilliseconds = 2000;

/** Calls back until the result is called. */
export function followDevice(queries: QueryClient, events: StreamEvents): () => void {
  const following = new Following(queries, events);
  return () => following.close();
}

class Following {
  readonly #queries: QueryClient;
  readonly #events: StreamEvents;
  #source: EventSource;
  #isMissed = false;
  #isOver = false;
  #heardAt = performance.now();
  readonly #look: number;
  #retry = 0;

  constructor(queries: QueryClient, events: StreamEvents) {
    this.#queries = queries;
    this.#events = events;
    this.#source = this.#open();
    this.#look = window.setInterval(() => {
      if (performance.now() - this.#heardAt < silenceMilliseconds) return;
      this.#source.close();
      this.#lost();
    }, lookMilliseconds);
  }

  close(): void {
    this.#isOver = true;
    window.clearInterval(this.#look);
    window.clearTimeout(this.#retry);
    this.#source.close();
  }

  #open(): EventSource {
    const opened = new EventSource('/mgmt/shared/evenkeel/stream');
    const heard = (): void => {
      this.#heardAt = performance.now();
    };
    listen(opened, this.#queries, this.#events, heard);
    opened.addEventListener('open', () => {
      heard();
      this.#events.onConnection(undefined);
      // What happened meanwhile nobody told us.
      if (this.#isMissed) void this.#queries.invalidateQueries();
      this.#isMissed = false;
    });
    opened.addEventListener('error', () => this.#lost());
    return opened;
  }

  #lost(): void {
    this.#isMissed = true;
    this.#heardAt = performance.now();
    this.#events.onConnection('does not answer; what is shown may be old.');
    // A refusal ends it for the browser: a session that is over, or a device that only just starts.
    if (this.#source.readyState !== EventSource.CLOSED) return;
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => void this.#again(), retryMilliseconds);
  }

  async #again(): Promise<void> {
    const isOut = await currentSession().then(
      () => false,
      (error: unknown) => error instanceof RestError && error.status === 401,
    );
    if (this.#isOver) return;
    this.#source.close();
    if (isOut) this.#events.onEnded();
    else this.#source = this.#open();
  }
}

function listen(
  source: EventSource,
  queries: QueryClient,
  events: StreamEvents,
  heard: () => void,
): void {
  const on = <T>(name: string, handle: (data: T) => void): void => {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      heard();
      // The device's own words (src/icontrol/gui/feed).
      handle(JSON.parse(event.data) as T);
    });
  };
  on<Corner>('corner', (corner) => events.onCorner(corner));
  on<CommitNews>('commit', (news) => {
    forget(queries, news);
    events.onCommit(news);
  });
  on<{ readonly items: States; readonly isIncomplete?: true }>(
    'health',
    ({ items, isIncomplete }) => {
      if (isIncomplete === true) void queries.invalidateQueries({ queryKey: ['health'] });
      else putStates(queries, items);
    },
  );
  on('beat', () => undefined);
  on('ended', () => {
    source.close();
    events.onEnded();
  });
}

function forget(queries: QueryClient, { changes, count }: CommitNews): void {
  void queries.invalidateQueries({ queryKey: ['commits'] });
  const isAll = count > changes.length;
  for (const [id, changed] of Map.groupBy(changes, ({ component }) => component)) {
    refreshLists(queries, id, isAll ? undefined : changed);
    if (isAll) void queries.invalidateQueries({ queryKey: ['object', id] });
  }
  if (isAll) return;
  for (const { component, name } of changes) {
    void queries.invalidateQueries({ queryKey: ['object', component, name] });
    void queries.invalidateQueries({ queryKey: ['component', component, name] });
  }
  if (changes.some(({ action }) => action !== 'modify')) {
    void queries.invalidateQueries({ queryKey: ['catalogue'] });
    for (const id of new Set(changes.map(({ component }) => component)))
      void queries.invalidateQueries({ queryKey: ['component', id, ''], exact: true });
  }
}

function putStates(queries: QueryClient, items: States): void {
  const byKind = Map.groupBy(Object.entries(items), ([key]) => key.slice(0, key.indexOf(' ')));
  for (const [kind, entries] of byKind) {
    queries.setQueryData<States>(['health', kind], (held) =>
      held === undefined ? undefined : { ...held, ...Object.fromEntries(entries) },
    );
  }
}
