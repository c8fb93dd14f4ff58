/** What a caller's roles do not allow of a write: refused in BIG-IP's words, and in the audit log. */
import type { Fault } from '../../base/fault.ts';
import type { Change, Operation } from '../../config/types.ts';
import type { Caller } from './accounts.ts';
import { auditLine, describeOperations, refusedText } from './audit.ts';
import type { Services } from '../context.ts';
import { originOf } from '../wire/origin.ts';
import { type Role, accessDenied, allPartitions, decideWrite, roleIn } from './roles.ts';
import { bringsSealed } from './foreign-secrets.ts';

/** The fault of the first operation that the caller's role does not allow; it is in the audit log then. */
export function refusalOf(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
  asked: 'by request' | 'by command' = 'by request',
): Fault | undefined {
  const view = services.store.view();
  const facts = {
    component: (id: string) => services.component(id),
    stored: (id: string, name: string) => view.stored(id, name)?.properties,
  };
  const refuse = (operation: Operation, fault: Fault, reason: string): Fault => {
    const what = describeOperations([operation], facts.component);
    const line = auditLine(caller, what, `${refusedText([fault])}; ${reason}`);
    services.log.write('warning', line);
    return fault;
  };
  for (const operation of [...operations, ...impliedCreates(services, caller, operations)]) {
    const decision = decideWrite(caller.access, operation, facts);
    if (decision.allowed) continue;
    const fault = accessDenied(caller.access, operation, facts.component(operation.component));
    return refuse(operation, fault, decision.reason);
  }
  // What a command commits is sealed already, and for its place.
  for (const operation of asked === 'by request' ? operations : []) {
    const held = facts.stored(operation.component, operation.name);
    if (!bringsSealed(caller.access, operation, held)) continue;
    return refuse(operation, foreignSecret(operation), 'sealed for another object');
  }
  return undefined;
}

/** As for what no key here opens (icontrol.md): whoever has the secret can give it. */
function foreignSecret({ component, name }: Operation): Fault {
  const message = `${component} ${name}: a secret that was sealed elsewhere is not taken; give the plain one`;
  return { status: 400, code: '01071769', message };
}

const makeNodes: readonly Role[] = ['admin', 'resource-admin', 'manager'];

/** A member makes its node: where the user may not make nodes, it must not do so either. */
function impliedCreates(
  services: Services,
  caller: Caller,
  operations: readonly Operation[],
): readonly Operation[] {
  if (makeNodes.includes(roleIn(caller.access, allPartitions))) return [];
  const origin = originOf(caller);
  const outcome = services.store.preview({ origin, operations });
  // What does not hold together is refused with its own fault.
  if (!outcome.ok || outcome.commit === undefined) return [];
  return outcome.commit.changes
    .filter(({ before, after }) => before === undefined && after !== undefined)
    .map(operationOf);
}

/** The same for changes that a command would make: of a file that is loaded, of a commit gone back to. */
export function refusalOfChanges(
  services: Services,
  caller: Caller,
  changes: readonly Change[],
): Fault | undefined {
  return refusalOf(services, caller, changes.map(operationOf), 'by command');
}

function operationOf({ component, name, before, after }: Change): Operation {
  if (after === undefined) return { kind: 'delete', component, name };
  const kind = before === undefined ? 'create' : 'replace';
  return { kind, component, name, properties: after.properties };
}
