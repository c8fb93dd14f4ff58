/** `cp`: a second object like the first, made where secrets can be copied, too. */
import { isCopied } from '../../catalogue/move.ts';
import type { Component } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { alreadyExists, badInput, notFound, nounOf } from '../../config/model/faults.ts';
import { nameFault } from '../../config/model/normalise.ts';
import type { ActionHandler, StateRegistry } from '../../config/runtime-state.ts';
import { qualify } from '../../config/text/names.ts';
import type { ConfigStore, ConfigView, Operation } from '../../config/types.ts';
import { type Outcome, failed, succeeded } from '../../base/fault.ts';

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

function copyOperation(
  view: ConfigView,
  component: Component,
  from: string,
  to: string,
): Outcome<Operation> {
  const { id } = component;
  const stored = view.stored(id, from);
  if (stored === undefined) return failed(notFound(id, from, `${id} ${from}`));
  if (view.stored(id, to) !== undefined) {
    return failed(alreadyExists(nounOf(id), to, `${id} ${to}`));
  }
  const wrongName = nameFault(component, to);
  if (wrongName !== undefined) return failed(badInput(wrongName, `${id} ${to}`));
  return succeeded({ kind: 'restore', component: id, name: to, properties: stored.properties });
}
