/** The next configuration while its operations are carried out, before it is checked. Pure. */
import type { ComponentId, Properties } from '../../catalogue/types.ts';
import type { HybridTime } from '../../base/hybrid-clock.ts';
import type { StoredObject } from '../types.ts';
import type { Sliced } from '../../base/slices.ts';
import { openBox, type SecretBox } from '../secrets/types.ts';
import { type Tree, type TreeChange, stockOf } from './tree.ts';
import { sameValue } from './values.ts';

interface Entry {
  readonly component: ComponentId;
  readonly name: string;
  readonly properties: Properties | undefined;
  /** Of an object that another device changed. */
  readonly version: HybridTime | undefined;
}

export class Draft {
  readonly base: Tree;
  readonly secrets: SecretBox;
  readonly #entries = new Map<string, Entry>();

  constructor(base: Tree, secrets: SecretBox = openBox) {
    this.base = base;
    this.secrets = secrets;
  }

  get(component: ComponentId, name: string): Properties | undefined {
    const entry = this.#entries.get(`${component}|${name}`);
    return entry === undefined ? this.base.get(component, name)?.properties : entry.properties;
  }

  has(component: ComponentId, name: string): boolean {
    return this.get(component, name) !== undefined;
  }

  set(
    component: ComponentId,
    name: string,
    properties: Properties | undefined,
    version?: HybridTime,
  ): void {
    this.#entries.set(`${component}|${name}`, { component, name, properties, version });
  }

  /** Deletes; a stock object goes back to what it was at first. */
  remove(component: ComponentId, name: string): void {
    this.set(component, name, stockOf(component, name)?.properties);
  }

  /** Objects touched so far, as they are now. */
  touched(): readonly { readonly component: ComponentId; readonly name: string }[] {
    return [...this.#entries.values()].map(({ component, name }) => ({ component, name }));
  }

  /** Names of a component's objects, those of the draft included. */
  names(component: ComponentId): readonly string[] {
    const own = [...this.#entries.values()].filter((entry) => entry.component === component);
    if (own.length === 0) return this.base.names(component);
    const gone = new Set(own.map((entry) => entry.name));
    const kept = this.base.names(component).filter((name) => !gone.has(name));
    const more = own.filter((entry) => entry.properties !== undefined).map((entry) => entry.name);
    return [...kept, ...more].toSorted();
  }

  /** What really differs from the base. */
  *changing(time: HybridTime, generation: number): Sliced<TreeChange[]> {
    const result: TreeChange[] = [];
    for (const { component, name, properties, version } of this.#entries.values()) {
      yield;
      const before = this.base.get(component, name);
      if (before === undefined && properties === undefined) continue;
      if (sameValue(before?.properties, properties)) continue;
      const stamp = version ?? time;
      const created = before === undefined ? stamp.wall : before.created;
      const after: StoredObject | undefined =
        properties === undefined
          ? undefined
          : {
              component,
              name,
              properties,
              generation,
              version: stamp,
              ...(created !== undefined && { created }),
            };
      result.push({ component, name, before, after });
    }
    return result;
  }
}
