/** One line for every write, done or refused: who, from where, what, and how it ended. Pure. */
import { type Fault, faultText } from '../../base/fault.ts';
import type { Component, ComponentId } from '../../catalogue/types.ts';
import type { Commit, CommitOutcome, Operation } from '../../config/types.ts';
import type { Caller } from './accounts.ts';
import { redacted } from './secrets.ts';

const maximumLength = 2000;

/** In the words of BIG-IP's audit log, message 01070417. */
export function auditLine(caller: Caller, what: string, outcome: string): string {
  const client = caller.isTmsh ? 'tmsh' : 'iControl REST';
  return (
    `01070417:5: AUDIT - client ${client}, user ${oneLine(caller.access.user)}, ` +
    `address ${caller.address} - ${oneLine(what)} [Status=${oneLine(outcome)}]`
  );
}

/** Nobody is known by this user yet, and the name is whatever was sent. */
export function loginLine(user: string, address: string, outcome: string): string {
  return `01070417:5: AUDIT - login of ${oneLine(user)} from ${address} [Status=${oneLine(outcome)}]`;
}

/** Whose doing a line tells; undefined: it is no line of the audit log. */
export function auditedBy(
  line: string,
): { readonly user: string; readonly address: string } | undefined {
  if (!line.startsWith('01070417:5: AUDIT - ')) return undefined;
  const [, user, address] =
    / - client [^,]*, user (.*?), address (\S+) - /.exec(line) ??
    / - login of (.*) from (\S+) \[Status=/.exec(line) ??
    [];
  return { user: user ?? '', address: address ?? '' };
}

/** What clients send stays on its line: nobody writes a line of his own into the log. */
function oneLine(text: string): string {
  const short = text.length > maximumLength ? `${text.slice(0, maximumLength)}…` : text;
  return short.replace(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** "Command OK, commit 1763….0@bigip1": what history knows the change by. */
export function outcomeText(outcome: CommitOutcome): string {
  return outcome.ok ? committedText(outcome.commit) : refusedText(outcome.faults);
}

function committedText(commit: Commit | undefined): string {
  return commit === undefined
    ? 'Command OK, no change'
    : `Command OK, commit ${commit.identity.id}`;
}

export function refusedText(faults: readonly Fault[]): string {
  const [first] = faults;
  return first === undefined ? 'failed' : faultText(first);
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
    case 'load':
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
