/** An object's copy under another name. Pure. */
import { type Outcome, failed, succeeded } from '../../base/fault.ts';
import type { Component } from '../../catalogue/types.ts';
import type { ConfigView, Operation } from '../types.ts';
import { alreadyExists, badInput, folderMissing, notFound, nounOf } from './faults.ts';
import { folderOf } from './names.ts';
import { nameFault } from './normalise.ts';

/** Full names. */
export function copyOperation(
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
  const folder = folderOf(to);
  if (folder !== undefined && view.stored('sys folder', folder) === undefined) {
    return failed(folderMissing(folder, `${id} ${to}`));
  }
  const wrongName = nameFault(component, to);
  if (wrongName !== undefined) return failed(badInput(wrongName, `${id} ${to}`));
  return succeeded({ kind: 'restore', component: id, name: to, properties: stored.properties });
}
