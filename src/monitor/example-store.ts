/** For tests: a configuration that changes. */
import type { Change, CommitListener, ConfigStore } from '../config/types.ts';
import { exampleView, type ExampleObjects } from './example-view.ts';

/** A store of which only what health uses exists: a view and a feed of commits. */
export function exampleStore(objects: ExampleObjects): {
  store: ConfigStore;
  change(objects: ExampleObjects, component: string, name: string): void;
} {
  let view = exampleView(objects);
  const listeners = new Set<CommitListener>();
  const store: Pick<ConfigStore, 'view' | 'onCommit'> = {
    view: () => view,
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return {
    // The rest of a store is not health's business.
    store: store as ConfigStore,
    change(next, component, name) {
      const before = view;
      view = exampleView(next, before.sequence + 1);
      const change: Change = {
        component,
        name,
        before: before.stored(component, name),
        after: view.stored(component, name),
      };
      const identity = { id: '', device: '', time: { wall: 0, counter: 0 }, parent: '' };
      const origin = { user: 'admin', source: 'rest' } as const;
      const commit = { sequence: view.sequence, identity, origin, changes: [change] };
      for (const listener of listeners) listener(commit, before, view);
    },
  };
}
