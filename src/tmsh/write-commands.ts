/** `create`, `modify`, `delete`: what one command names changes together, or not at all. */
import type { Component } from '../catalogue/types.ts';
import { type JsonObject, changesToJson } from '../config/text/json.ts';
import { componentPath, objectPath } from '../config/text/urls.ts';
import type { Selection, WrittenName } from './names.ts';
import type { Command } from './parse-command.ts';
import { recordsPath } from './read-commands.ts';
import { Refusal, type Session, ask, askChange, selectedNames } from './session.ts';

export type WriteCommand = Extract<Command, { readonly verb: 'create' | 'modify' | 'delete' }>;

interface Write {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}

/** Throws Refusal when the device does. */
export async function change(session: Session, command: WriteCommand): Promise<void> {
  await together(session, await writesOf(session, command));
}

async function writesOf(session: Session, command: WriteCommand): Promise<readonly Write[]> {
  const { component } = command;
  switch (command.verb) {
    case 'create': {
      const body = { ...changesToJson(component.properties, command.changes), name: command.name };
      return [{ method: 'POST', path: componentPath(component.id), body }];
    }
    case 'modify': {
      const body = changesToJson(component.properties, command.changes);
      const names = await selectedNames(session, component, selectionOf(session, [command.name]));
      return names.map((name) => ({ method: 'PATCH', path: objectPath(component, name), body }));
    }
    case 'delete':
      return deletionsOf(session, component, command.names, command.isRecursive);
  }
}

async function deletionsOf(
  session: Session,
  component: Component,
  names: readonly WrittenName[],
  isRecursive: boolean,
): Promise<readonly Write[]> {
  if (component.filters !== undefined) {
    const words = names.map(({ text }) => text);
    return [{ method: 'DELETE', path: recordsPath(component, words) }];
  }
  const selection = { ...selectionOf(session, names), isRecursive };
  const selected = await selectedNames(session, component, selection);
  return selected.map((name) => ({ method: 'DELETE', path: objectPath(component, name) }));
}

function selectionOf(session: Session, names: readonly WrittenName[]): Selection {
  return { names, folder: session.folder, isRecursive: false };
}

/** What a transaction of REST holds at most. */
const largestTransaction = 5000;

const base = '/mgmt/tm/transaction';

async function together(session: Session, writes: readonly Write[]): Promise<void> {
  if (session.transaction !== undefined) return queue(session, session.transaction, writes);
  const [first] = writes;
  if (first !== undefined && writes.length === 1) {
    await askChange(session, first.method, first.path, first.body);
    return;
  }
  for (let from = 0; from < writes.length; from += largestTransaction) {
    await inTransaction(session, writes.slice(from, from + largestTransaction));
  }
}

async function queue(session: Session, id: string, writes: readonly Write[]): Promise<void> {
  const headers = { 'x-f5-rest-coordination-id': id };
  for (const { method, path, body } of writes) await ask(session, method, path, body, headers);
}

async function inTransaction(session: Session, writes: readonly Write[]): Promise<void> {
  const { json } = await ask(session, 'POST', base, {});
  const id = String(json['transId']);
  try {
    await queue(session, id, writes);
    await submit(session, id);
  } catch (error) {
    // It is over, whether the device still holds it or not.
    await session.rest.request('DELETE', `${base}/${id}`);
    if (!(error instanceof Refusal)) throw error;
    // Nobody asked for a transaction: the fault is the command's own.
    const message = error.message.replace(/^transaction failed: ?/, '');
    throw new Refusal(message, error.others, { cause: error });
  }
}

/** What was tried and not made is over for the shell, too. */
export async function submit(session: Session, id: string): Promise<void> {
  await askChange(session, 'PATCH', `${base}/${id}`, { state: 'VALIDATING' });
  if (session.isDryRun === true) await ask(session, 'DELETE', `${base}/${id}`);
}
