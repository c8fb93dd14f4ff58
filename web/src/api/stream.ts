/**
 * One stream from the device (server-sent events): what stands in the corner, commits, health. What pages hold is
 * thrown away when a commit touches it; states are put in place.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { States } from './queries.ts';

export interface Corner {
  readonly device: string;
  readonly hostname: string;
  readonly sequence: number;
  readonly failover: Report;
  readonly sync: Report;
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

/** Calls back until the result is called. */
export function followDevice(queries: QueryClient, events: StreamEvents): () => void {
  let isMissed = false;
  const source = new EventSource('/mgmt/shared/evenkeel/stream');
  const on = <T>(name: string, handle: (data: T) => void): void => {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      // The device's own words (src/icontrol/gui/feed).
      handle(JSON.parse(event.data) as T);
    });
  };
  source.addEventListener('open', () => {
    events.onConnection(undefined);
    // What happened meanwhile nobody told us.
    if (isMissed) void queries.invalidateQueries();
    isMissed = false;
  });
  source.addEventListener('error', () => {
    isMissed = true;
    events.onConnection('The device does not answer; what is shown may be old.');
  });
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
  on('ended', () => {
    source.close();
    events.onEnded();
  });
  return () => source.close();
}

function forget(queries: QueryClient, { changes, count }: CommitNews): void {
  void queries.invalidateQueries({ queryKey: ['commits'] });
  const isAll = count > changes.length;
  for (const id of new Set(changes.map(({ component }) => component))) {
    void queries.invalidateQueries({ queryKey: ['list', id] });
    if (isAll) void queries.invalidateQueries({ queryKey: ['object', id] });
  }
  if (isAll) return;
  for (const { component, name } of changes) {
    void queries.invalidateQueries({ queryKey: ['object', component, name] });
    void queries.invalidateQueries({ queryKey: ['component', component, name] });
  }
  if (changes.some(({ action }) => action !== 'modify')) {
    void queries.invalidateQueries({ queryKey: ['catalogue'] });
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
