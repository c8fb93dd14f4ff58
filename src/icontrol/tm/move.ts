/** `mv`: another name or folder for an object (components that the catalogue gives the command, catalogue/move). */
import { move } from '../../catalogue/move.ts';
import type { Component } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { renameOperations } from '../../config/model/rename.ts';
import { type ActionHandler, type StateRegistry, refuse } from '../../config/runtime-state.ts';
import { leafOf } from '../../config/model/names.ts';
import { qualify } from '../../config/text/names.ts';
import type { ConfigStore } from '../../config/types.ts';

export function provideMove(
  store: ConfigStore,
  state: StateRegistry,
  components: readonly Component[],
): void {
  for (const component of components.filter(({ actions }) => actions?.includes(move) === true)) {
    const handler: ActionHandler = (request) => {
      const { name, target, 'to-folder': folder } = request.parameters;
      if ((target === undefined) === (folder === undefined)) {
        return Promise.resolve(refuse('mv: either a new name or to-folder is expected'));
      }
      const from = qualify(String(name), '/Common');
      // A plain new name stays in the folder.
      const home = String(folder ?? from.slice(0, from.lastIndexOf('/')));
      const to = qualify(String(target ?? leafOf(from)), home);
      const operations = renameOperations(store.view(), { component: component.id, from, to });
      if (!operations.ok) return Promise.resolve(operations);
      const outcome = commitFor(store, request, operations.value);
      return Promise.resolve(outcome.ok ? { ok: true, value: {} } : outcome);
    };
    state.provideAction(component.id, 'mv', handler);
  }
}
