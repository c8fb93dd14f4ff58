/** For tests: a configuration in memory, changed by operations as the store would. */
import assert from 'node:assert/strict';
import { type Fault, faultText } from '../../base/fault.ts';
import type { Change, Operation } from '../types.ts';
import { plan } from './plan.ts';
import { Tree, stockObjects } from './tree.ts';
import { TreeView } from './view.ts';

export class TestWorld {
  view: TreeView;
  /** What the last operations changed. */
  last: readonly Change[] = [];
  #wall = 1000;

  constructor(deviceName = 'nyc-a.example.com') {
    const changes = stockObjects.map((after) => ({
      component: after.component,
      name: after.name,
      before: undefined,
      after,
    }));
    this.view = new TreeView(Tree.empty.with(changes), 0, deviceName);
  }

  try(...operations: readonly Operation[]): readonly Fault[] {
    const planned = this.#plan(operations);
    if (!planned.ok) return planned.faults;
    this.view = planned.value.after;
    this.last = planned.value.changes;
    return [];
  }

  do(...operations: readonly Operation[]): readonly Change[] {
    const planned = this.#plan(operations);
    assert.deepEqual(planned.ok ? [] : planned.faults, []);
    assert.ok(planned.ok);
    this.view = planned.value.after;
    return planned.value.changes;
  }

  /** What BIG-IP would say; nothing changes. */
  refusal(...operations: readonly Operation[]): readonly string[] {
    const planned = this.#plan(operations);
    return planned.ok ? [] : planned.faults.map(faultText);
  }

  #plan(operations: readonly Operation[]): ReturnType<typeof plan> {
    this.#wall += 1;
    return plan(this.view, operations, { wall: this.#wall, counter: 0 }, []);
  }
}

type Properties = (Operation & { kind: 'create' })['properties'];
type Changes = (Operation & { kind: 'modify' })['properties'];

export const create = (
  component: string,
  name: string,
  properties: Properties = {},
): Operation => ({
  kind: 'create',
  component,
  name,
  properties,
});

export const modify = (component: string, name: string, properties: Changes): Operation => ({
  kind: 'modify',
  component,
  name,
  properties,
});

export const remove = (component: string, name: string): Operation => ({
  kind: 'delete',
  component,
  name,
});
