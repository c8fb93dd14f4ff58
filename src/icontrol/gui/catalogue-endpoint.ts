/**
 * `/mgmt/shared/evenkeel/catalogue[/MODULE/…]`: what components there are, and one of them whole, as the device
 * itself has it, with what the caller may do. Forms and tables are drawn from this.
 */
import type { Component } from '../../catalogue/types.ts';
import type { Json, JsonObject } from '../../config/text/json.ts';
import { componentPath } from '../../config/text/urls.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { readView } from '../tm/commit.ts';
import { operationNotSupported, uriNotRegistered } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith } from '../wire/reply.ts';
import { rightsJson } from './rights.ts';

export const cataloguePath = '/mgmt/shared/evenkeel/catalogue';

export function handleCatalogue(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const rest = path.slice(cataloguePath.length + 1);
  if (rest === '') {
    return answered({
      kind: 'evenkeel:catalogue',
      selfLink: `${host}${cataloguePath}`,
      items: services.components.map((component) => summaryJson(services, caller, component)),
    });
  }
  const component = services.component(rest.replaceAll('/', ' '));
  if (component === undefined) return failedWith([uriNotRegistered(path)]);
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const name = query.get('name') ?? undefined;
  const held =
    name === undefined ? undefined : readView(services, caller).stored(component.id, name);
  return answered({
    kind: 'evenkeel:component',
    selfLink: `${host}${path}`,
    // Plain data: what TypeScript does not know of it is that no value is a function.
    component: component as unknown as Json,
    rights: rightsJson(caller.access, component, services.component, name),
    count: countOf(services, component),
    // The rest is inherited, or default.
    ...(held !== undefined && { own: Object.keys(held.properties) }),
  });
}

function summaryJson(services: Services, { access }: Caller, component: Component): JsonObject {
  const { id, noun, help, naming } = component;
  const { read } = rightsJson(access, component, services.component);
  return {
    id,
    noun,
    help,
    path: componentPath(id),
    naming: naming.kind,
    ...(component.stateOnly === true && { stateOnly: true }),
    ...(component.shows !== undefined && { shows: component.shows }),
    ...(component.fixed === true && { fixed: true }),
    ...(component.absent !== undefined && { absent: component.absent }),
    ...(component.statistics === true && { statistics: true }),
    ...(component.inherits === true && { inherits: true }),
    ...(component.actions !== undefined && {
      actions: component.actions.map(({ command }) => command),
    }),
    ...(read !== true && { unreadable: read }),
    count: countOf(services, component),
  };
}

function countOf({ store }: Services, { id, stateOnly }: Component): number {
  return stateOnly === true ? 0 : store.view().count(id);
}
