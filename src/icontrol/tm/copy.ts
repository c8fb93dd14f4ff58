/** `cp`: a second object like the first, made where secrets can be copied, too. */
import { isCopied } from '../../catalogue/move.ts';
import type { Component } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { copyOperation } from '../../config/model/copy.ts';
import type { ActionHandler, StateRegistry } from '../../config/runtime-state.ts';
import { qualify } from '../../config/text/names.ts';
import type { ConfigStore } from '../../config/types.ts';

export function provideCopy(
  store: ConfigStore,
  state: StateRegistry,
  components: readonly Component[],
): void {
  for (const component of components.filter(isCopied)) {
    const handler: ActionHandler = (request) => {
      const { name, target } = request.parameters;
      const from = qualify(String(name), '/Common');
      // A plain new name stays in the folder of the first.
      const to = qualify(String(target), from.slice(0, from.lastIndexOf('/')));
      const operation = copyOperation(store.view(), component, from, to);
      if (!operation.ok) return Promise.resolve(operation);
      const outcome = commitFor(store, request, [operation.value]);
      return Promise.resolve(outcome.ok ? { ok: true, value: {} } : outcome);
    };
    state.provideAction(component.id, 'cp', handler);
  }
}
