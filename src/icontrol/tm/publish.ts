/** `publish`: puts the draft of an object in force (components that the catalogue marks with `drafts`). */
import type { Component } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { publishOperations } from '../../config/model/drafts.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import { qualify } from '../../config/text/names.ts';
import type { ConfigStore } from '../../config/types.ts';

export function providePublish(
  store: ConfigStore,
  state: StateRegistry,
  components: readonly Component[],
): void {
  for (const component of components.filter(({ drafts }) => drafts === true)) {
    state.provideAction(component.id, 'publish', (request) => {
      const name = qualify(String(request.parameters['name'] ?? ''), '/Common');
      const stored = store.view().stored(component.id, name)?.properties;
      const operations = publishOperations(component, name, stored);
      if (!operations.ok) return Promise.resolve(operations);
      const outcome = commitFor(store, request, operations.value);
      return Promise.resolve(outcome.ok ? { ok: true, value: {} } : outcome);
    });
  }
}
