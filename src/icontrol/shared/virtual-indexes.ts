/**
 * `vs-index`: the number by which a device calls a virtual server, as TMM's statistics do. It is good as long as the
 * process lives: the first time in the order in which they were made, then one more for each that comes.
 */
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';

/** Names of virtual servers that are gone are kept up to so many more than there are. */
const maximumGone = 1000;

export function provideVirtualIndexes(
  state: Pick<StateRegistry, 'provideFields'>,
  store: Pick<ConfigStore, 'view'>,
): void {
  const indexes = new Map<string, number>();
  let last = 0;
  state.provideFields('ltm virtual', undefined, (name) => {
    if (!indexes.has(name)) {
      const view = store.view();
      if (last === 0) for (const one of inOrder(view)) indexes.set(one, (last += 1));
      if (!indexes.has(name)) indexes.set(name, (last += 1));
      forgetGone(indexes, view);
    }
    return { 'vs-index': indexes.get(name) ?? 0 };
  });
}

function inOrder(view: ConfigView): readonly string[] {
  const created = (name: string): number => view.stored('ltm virtual', name)?.created ?? 0;
  return view
    .names('ltm virtual')
    .toSorted((a, b) => created(a) - created(b) || (a < b ? -1 : Number(a > b)));
}

function forgetGone(indexes: Map<string, number>, view: ConfigView): void {
  if (indexes.size <= view.names('ltm virtual').length + maximumGone) return;
  for (const name of indexes.keys()) {
    if (view.stored('ltm virtual', name) === undefined) indexes.delete(name);
  }
}
