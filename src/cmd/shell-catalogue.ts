/**
 * The catalogue for one command of a shell, which needs to know all components by name and one in full: loading its
 * modules takes longer than the command. So it is kept as a text, a line a component, and a line is read when the
 * component's properties are asked for.
 */
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import type { Component, ComponentId } from '../catalogue/types.ts';
import { keptText } from '../platform/kept-text.ts';

export interface ShellCatalogue {
  readonly components: readonly Component[];
  component(id: ComponentId): Component | undefined;
}

/** All that the catalogue is made from stands in these folders: it may import nothing else (test/arch). */
const catalogueSources = ['catalogue', 'base'].map((room) => join(import.meta.dirname, '..', room));

export async function shellCatalogue(): Promise<ShellCatalogue> {
  const load = () => import('../catalogue/index.ts');
  // Where Node keeps what it compiled, if it does: each user's own.
  const place = getCompileCacheDir();
  if (place !== undefined) {
    const make = async (): Promise<string> => imageOf((await load()).components);
    return catalogueOf(await keptText(join(place, 'catalogue'), catalogueSources, make));
  }
  const { componentById, components } = await load();
  return { components, component: componentById };
}

/** What is long, and of no use until the component is meant. */
const lateKeys = ['properties', 'stock'] as const;
type Late = Pick<Component, (typeof lateKeys)[number]>;

/** First line: all components, empty where they are long. Then a line each with that. */
export function imageOf(components: readonly Component[]): string {
  const early = components.map((component) => ({
    ...component,
    properties: [],
    ...(component.stock !== undefined && { stock: [] }),
  }));
  const late = components.map(({ properties, stock }) => JSON.stringify({ properties, stock }));
  return [JSON.stringify(early), ...late].join('\n');
}

export function catalogueOf(image: string): ShellCatalogue {
  const [first = '[]', ...lines] = image.split('\n');
  // Written by imageOf, for just this catalogue.
  const components = JSON.parse(first) as Component[];
  for (const [index, component] of components.entries()) addLate(component, lines[index] ?? '{}');
  const byId = new Map(components.map((component) => [component.id, component]));
  return { components, component: (id) => byId.get(id) };
}

function addLate(component: Component, line: string): void {
  let late: Late | undefined;
  for (const key of lateKeys) {
    if (!Object.hasOwn(component, key)) continue;
    Object.defineProperty(component, key, {
      // By imageOf as well.
      get: () => (late ??= JSON.parse(line) as Late)[key],
    });
  }
}
