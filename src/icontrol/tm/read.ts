/** What GET answers, and what a write shows of its result: a target in one view of the configuration. */
import type { Component, ComponentId } from '../../catalogue/types.ts';
import type { Sliced } from '../../base/slices.ts';
import type { ConfigView } from '../../config/types.ts';
import type { HttpResponse } from '../../platform/https-server.ts';
import type { Services } from '../context.ts';
import { itemNotFound, objectNotFound, operationNotSupported } from '../wire/errors.ts';
import { componentKind, link } from '../wire/paths.ts';
import { type Query, parseQuery } from '../wire/query.ts';
import { answered, failedWith, streamed } from '../wire/reply.ts';
import type { Target } from '../wire/route.ts';
import { singletonKind, stateAnswer, statisticsAnswer } from './statistics.ts';
import {
  type ReadContext,
  collectionText,
  exampleJson,
  itemJson,
  itemsText,
  objectJson,
  organizingText,
} from '../wire/wire.ts';

/** `view`: as far as the caller may see it. */
export function read(
  services: Services,
  view: ConfigView,
  target: Target,
  query: Query,
): HttpResponse {
  const context = readContext(services, view);
  switch (target.kind) {
    case 'organizing':
      return streamed(organizingText(context.components, target.path, query));
    case 'example':
      return answered(exampleJson(target.component, target.place, query));
    case 'collection':
      return hasObjects(target.component)
        ? streamed(collectionText(context, target.component, query))
        : readState(services, view, target, query);
    case 'object': {
      if (!hasObjects(target.component)) return readState(services, view, target, query);
      const object = objectJson(context, target.component, target.name, query);
      if (object === undefined) return failedWith([objectNotFound(target.component, target.name)]);
      return answered(object);
    }
    case 'items': {
      const found = itemsText(context, target, query);
      return found === undefined ? nothingThere(view, target) : streamed(found);
    }
    case 'item': {
      const found = itemJson(context, target, target.item, query);
      return found === undefined ? nothingThere(view, target, target.item) : answered(found);
    }
    case 'stats':
      return readStatistics(services, view, target, query);
  }
}

function readContext(services: Services, view: ConfigView): ReadContext {
  return {
    view: withShown(services, view),
    components: services.components,
    component: (id) => services.component(id),
    fields: (id, items, name, item) => services.state.fields(id, items, name, item),
    texts: view === services.store.view() ? services.texts.reader(view) : undefined,
  };
}

/** Makes the texts of these lists before somebody asks for them, in slices. */
export function* warmingLists(services: Services, listed: readonly ComponentId[]): Sliced<void> {
  const query = parseQuery('');
  if (!query.ok) return;
  for (const id of listed) {
    const component = services.component(id);
    if (component === undefined) continue;
    const texts = collectionText(
      readContext(services, services.store.view()),
      component,
      query.value,
    );
    while (texts.next().done !== true) yield;
  }
}

function hasObjects({ stateOnly, shows }: Component): boolean {
  return stateOnly !== true || shows !== undefined;
}

/** With the objects that are shown by the id of another component: nothing of them but their names. */
function withShown(services: Services, view: ConfigView): ReadContext['view'] {
  const sourceOf = (id: ComponentId): ComponentId | undefined => services.component(id)?.shows;
  return {
    get: (id: ComponentId, name: string) => {
      const source = sourceOf(id);
      if (source === undefined) return view.get(id, name);
      const object = view.get(source, name);
      return object === undefined ? undefined : { ...object, component: id, properties: {} };
    },
    names: (id) => view.names(sourceOf(id) ?? id),
    stored: (id, name) => view.stored(sourceOf(id) ?? id, name),
  };
}

type PlaceTarget = Extract<Target, { readonly kind: 'items' | 'item' }>;

/** The object is missing, or what is named below it. */
function nothingThere(
  view: ConfigView,
  { component, name, within }: Pick<PlaceTarget, 'component' | 'name' | 'within'>,
  item = within.at(-1)?.item,
): HttpResponse {
  const hasObject = view.stored(component.id, name) !== undefined;
  return failedWith([
    hasObject && item !== undefined ? itemNotFound(item) : objectNotFound(component, name),
  ]);
}

function statisticsContext(services: Services, view: ConfigView) {
  return { view, statistics: services.state.statistics };
}

type StateTarget = Extract<Target, { readonly kind: 'collection' | 'object' }>;

function readState(
  services: Services,
  view: ConfigView,
  target: StateTarget,
  query: Query,
): HttpResponse {
  const { component } = target;
  const context = statisticsContext(services, view);
  const name = target.kind === 'object' ? target.name : '';
  const found =
    name === ''
      ? stateAnswer(context, component, query)
      : statisticsAnswer(context, { kind: 'object', component, name }, query);
  if (found !== undefined) return streamed(found);
  // A command has nothing to show, state has nothing to show yet.
  return component.statistics === true && name !== ''
    ? failedWith([objectNotFound(component, name)])
    : answered({
        kind:
          component.statistics === true
            ? singletonKind(component)
            : componentKind(component.id, 'state'),
        selfLink: link(`/mgmt/tm/${component.id.replaceAll(' ', '/')}`),
      });
}

function readStatistics(
  services: Services,
  view: ConfigView,
  target: Extract<Target, { readonly kind: 'stats' }>,
  query: Query,
): HttpResponse {
  const { of } = target;
  const found = statisticsAnswer(statisticsContext(services, view), of, query);
  if (found !== undefined) return streamed(found);
  switch (of.kind) {
    case 'items':
      return nothingThere(view, of);
    case 'item':
      return nothingThere(view, of, of.item);
    case 'object':
      return failedWith([objectNotFound(of.component, of.name)]);
    case 'collection':
    case 'all-items':
      return failedWith([operationNotSupported(`/${of.component.id.replaceAll(' ', '/')}`)]);
  }
}
