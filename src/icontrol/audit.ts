/** One line for every write, done or refused: who, from where, what, and how it ended. Pure. */
import type { Component, ComponentId } from '../catalogue/types.ts';
import type { Operation } from '../config/types.ts';
import type { Caller } from './accounts.ts';
import { redacted } from './secrets.ts';

const maximumLength = 2000;

/** In the words of BIG-IP's audit log, message 01070417. */
export function auditLine(caller: Caller, what: string, outcome: string): string {
  const client = caller.isTmsh ? 'tmsh' : 'iControl REST';
  const text = what.length > maximumLength ? `${what.slice(0, maximumLength)}…` : what;
  return `01070417:5: AUDIT - client ${client}, user ${caller.access.user}, address ${caller.address} - ${text} [Status=${outcome}]`;
}

export function describeOperations(
  operations: readonly Operation[],
  component: (id: ComponentId) => Component | undefined,
): string {
  return operations.map((operation) => describe(operation, component)).join('; ');
}

function describe(
  operation: Operation,
  component: (id: ComponentId) => Component | undefined,
): string {
  const properties = component(operation.component)?.properties ?? [];
  const object = `${operation.component} ${operation.name}`.trim();
  switch (operation.kind) {
    case 'create':
    case 'modify':
    case 'replace':
      return `${operation.kind} ${object} ${JSON.stringify(redacted(properties, operation.properties))}`;
    case 'install':
    case 'restore':
    case 'delete':
      return `${operation.kind} ${object}`;
    case 'create-item':
    case 'modify-item': {
      const items = properties.find(({ name }) => name === operation.property);
      const inner = items?.type.kind === 'items' ? items.type.properties : [];
      const verb = operation.kind === 'create-item' ? 'add' : 'modify';
      return `modify ${object} ${operation.property} ${verb} ${operation.item} ${JSON.stringify(redacted(inner, operation.properties))}`;
    }
    case 'delete-item':
      return `modify ${object} ${operation.property} delete ${operation.item}`;
  }
}
