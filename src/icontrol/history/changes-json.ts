/** Changes of objects for people and programs: as tmsh's text and property by property. */
import type { Component, ComponentId, Properties, Value } from '../../catalogue/types.ts';
import { propertyChanges } from '../../config/model/property-diff.ts';
import { isSealedText } from '../../config/secrets/sealed-text.ts';
import type { Json, JsonObject } from '../../config/text/json.ts';
import { printObject } from '../../config/text/print.ts';
import type { Change } from '../../config/types.ts';
import { type Clock, sleep } from '../../platform/clock.ts';
import { redacted } from '../access/secrets.ts';

/** Objects that are shown with what changed in them; of those beyond only the names are told. */
const maximumShown = 1000;
/** Objects shown without letting others in. */
const shownAtOnce = 50;

type Shown = Pick<Change, 'component' | 'name' | 'before' | 'after'>;

export interface ChangesContext {
  readonly clock: Clock;
  component(id: ComponentId): Component | undefined;
}

/** All of them, bounded; nobody waits for whoever looks at many. */
export async function changesJson(
  changes: readonly Shown[],
  { clock, component }: ChangesContext,
): Promise<readonly JsonObject[]> {
  const shown: JsonObject[] = [];
  for (const [index, change] of changes.entries()) {
    if (index >= maximumShown) shown.push(namedChange(change));
    else shown.push(changeJson(change, component));
    if (index < maximumShown && (index + 1) % shownAtOnce === 0) await sleep(clock, 0);
  }
  return shown;
}

export function namedChange({ component, name, before, after }: Shown): JsonObject {
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'modify';
  return { component, name, action };
}

/** Without secrets; that one changed is said, not what it was. */
function changeJson(
  change: Shown,
  component: (id: ComponentId) => Component | undefined,
): JsonObject {
  const entry = component(change.component);
  const shape = entry?.properties ?? [];
  const before =
    change.before === undefined ? undefined : redacted(shape, change.before.properties);
  const after = change.after === undefined ? undefined : redacted(shape, change.after.properties);
  return {
    ...namedChange(change),
    before: before ?? null,
    after: after ?? null,
    beforeText: textOf(entry, change.name, before),
    afterText: textOf(entry, change.name, after),
    properties: [
      ...propertyChanges(shape, before ?? {}, after ?? {}).map((one) => ({
        property: one.property,
        before: orNull(one.before),
        after: orNull(one.after),
      })),
      ...changedSecrets(entry, change),
    ],
  };
}

function textOf(
  entry: Component | undefined,
  name: string,
  properties: Properties | undefined,
): string | null {
  return entry === undefined || properties === undefined
    ? null
    : printObject(entry, name, properties);
}

function orNull(value: Value | undefined): Json {
  return value ?? null;
}

/** Both sides of a changed secret that is not sealed print alike. */
function changedSecrets(
  entry: Component | undefined,
  { before, after }: Shown,
): readonly JsonObject[] {
  if (before === undefined || after === undefined) return [];
  return (entry?.properties ?? [])
    .filter(
      ({ name, secret }) => secret === true && before.properties[name] !== after.properties[name],
    )
    .filter(({ name }) => name in before.properties && name in after.properties)
    .filter(({ name }) => !isSealedText(before.properties[name]))
    .map(({ name }) => ({ property: name, before: '********', after: '********' }));
}
