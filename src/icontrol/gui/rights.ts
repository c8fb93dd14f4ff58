/** What a user may do with objects of a component, and why not: for pages that say it before somebody tries. Pure. */
import { dutiesOf } from '../../catalogue/duties.ts';
import type { Component, ComponentId } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { Operation } from '../../config/types.ts';
import { type Access, type Decision, decideRead, decideWrite } from '../access/roles.ts';

/** Without `name`: of a new object in the partition Common. */
export function rightsJson(
  access: Access,
  component: Component,
  lookUp: (id: ComponentId) => Component | undefined,
  name?: string,
): JsonObject {
  const isFoldered = component.naming.kind === 'foldered';
  const subject = name ?? (isFoldered ? '/Common/new' : 'new');
  const facts = { component: lookUp, stored: () => undefined };
  const decide = (operation: Operation): Decision => decideWrite(access, operation, facts);
  const about = { component: component.id, name: subject };
  const modify = decide({ kind: 'modify', ...about, properties: {} });
  const { switches } = dutiesOf(component);
  const mayModify = modify.allowed || switches === undefined;
  return {
    read: right(decideRead(access, component)),
    create: right(decide({ kind: 'create', ...about, properties: {} })),
    modify: right(modify),
    delete: right(decide({ kind: 'delete', ...about })),
    /** Enabled, disabled, forced offline: less than to change it. */
    switch: right(mayModify ? modify : decide(switchOf(about, switches))),
  };
}

function switchOf(
  about: { readonly component: ComponentId; readonly name: string },
  { items, properties }: { readonly items: string; readonly properties: readonly string[] },
): Operation {
  const changed = Object.fromEntries(properties.map((name) => [name, '']));
  return items === ''
    ? { kind: 'modify', ...about, properties: changed }
    : { kind: 'modify-item', ...about, property: items, item: 'item', properties: changed };
}

/** True, or why not. */
function right(decision: Decision): true | string {
  return decision.allowed ? true : decision.reason;
}
