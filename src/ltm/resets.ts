/** `reset-stats`: from then on counters tell what came since. Engines count on; what they had is taken off. */
import type { ComponentId } from '../catalogue/types.ts';
import { itemsValue } from '../config/property-values.ts';
import {
  type StateRegistry,
  type Statistics,
  type StatisticsProvider,
  refuse,
} from '../config/runtime-state.ts';
import type { Change, ConfigView } from '../config/types.ts';

/** What only ever grows. */
const counted =
  /(?:^|\.)(?:bitsIn|bitsOut|pktsIn|pktsOut|totConns|totRequests|numberReqs|accepts|totNativeConns)$/;

interface Counted {
  readonly items: string | undefined;
  readonly provider: StatisticsProvider;
}

export class Resets {
  readonly #state: StateRegistry;
  readonly #view: () => ConfigView;
  readonly #providers = new Map<ComponentId, Counted[]>();
  /** Component → object → item, or nothing for its own → what had been counted. */
  readonly #before = new Map<ComponentId, Map<string, Map<string, Statistics>>>();

  constructor(state: StateRegistry, view: () => ConfigView) {
    this.#state = state;
    this.#view = view;
  }

  /** The same as of the registry; all of one component are reset together. */
  provide(component: ComponentId, items: string | undefined, provider: StatisticsProvider): void {
    const known = this.#providers.get(component) ?? [];
    this.#providers.set(component, [...known, { items, provider }]);
    this.#state.provideStatistics(component, items, (name, item) =>
      since(
        this.#before
          .get(component)
          ?.get(name)
          ?.get(item ?? ''),
        provider(name, item),
      ),
    );
    if (items !== undefined) return;
    this.#state.provideAction(component, 'reset-stats', async ({ parameters }) => {
      const { name } = parameters;
      const names = this.#view().names(component);
      if (name === undefined) for (const one of names) this.#reset(component, one);
      else if (typeof name === 'string' && names.includes(name)) this.#reset(component, name);
      else return refuse(`The requested object (${String(name)}) was not found.`, 404, '01020036');
      return { ok: true, value: {} };
    });
  }

  /** Those that are gone: what comes with their names begins anew. */
  forget(changes: readonly Change[]): void {
    for (const { component, name } of changes) {
      const isGone = this.#view().get(component, name) === undefined;
      if (isGone) this.#before.get(component)?.delete(name);
    }
  }

  #reset(component: ComponentId, name: string): void {
    const all = new Map<string, Statistics>();
    for (const { items, provider } of this.#providers.get(component) ?? []) {
      for (const item of items === undefined
        ? [undefined]
        : this.#itemsOf(component, name, items)) {
        const now = provider(name, item);
        if (now !== undefined) all.set(item ?? '', now);
      }
    }
    const objects = this.#before.get(component) ?? new Map<string, Map<string, Statistics>>();
    this.#before.set(component, objects.set(name, all));
  }

  #itemsOf(component: ComponentId, name: string, property: string): readonly string[] {
    const object = this.#view().get(component, name);
    return object === undefined
      ? []
      : itemsValue(object.properties, property).map((item) => item.name);
  }
}

function since(
  before: Statistics | undefined,
  now: Statistics | undefined,
): Statistics | undefined {
  if (before === undefined || now === undefined) return now;
  return Object.fromEntries(
    Object.entries(now).map(([name, value]) => {
      const old = before[name];
      const isCount = typeof value === 'number' && typeof old === 'number' && counted.test(name);
      // Less than there was: its engine began anew.
      return [name, isCount && value >= old ? value - old : value];
    }),
  );
}
