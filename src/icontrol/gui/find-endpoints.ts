/** `/mgmt/shared/evenkeel/search`, `references` and `unused`: where something is, who needs it, and what nobody needs. */
import type { Component } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { ConfigView } from '../../config/types.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { finishInSlices } from '../../platform/turn.ts';
import type { Caller } from '../access/accounts.ts';
import { decideRead } from '../access/roles.ts';
import type { Services } from '../context.ts';
import { objectOf } from '../history/history-state.ts';
import { readView } from '../tm/commit.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith } from '../wire/reply.ts';
import { searching } from './search.ts';

const base = '/mgmt/shared/evenkeel';
export const searchPath = `${base}/search`;
export const referencesPath = `${base}/references`;
export const unusedPath = `${base}/unused`;

const defaultHits = 50;
const maximumHits = 500;
const longestSearch = 200;
const maximumShown = 1000;
const objectsAtOnce = 500;

type Handler = (
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
) => Promise<HttpResponse>;

/** `?text=10.1.1&$top=50&component=ltm pool`; names first. */
export const handleSearch: Handler = async (services, request, caller, path) => {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const query = queryOf(request);
  const text = (query.get('text') ?? '').trim();
  const limit = Number(query.get('$top') ?? defaultHits);
  if (text === '' || text.length > longestSearch) {
    const message = `text is what to look for, up to ${longestSearch} characters`;
    return failedWith([{ status: 400, message }]);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > maximumHits) {
    return failedWith([{ status: 400, message: `$top is a number from 1 to ${maximumHits}` }]);
  }
  const only = query.get('component');
  const among = readable(services, caller).filter(({ id }) => only === null || id === only);
  const work = searching(readView(services, caller), among, text, limit);
  const items = (await finishInSlices(work)).map((hit): JsonObject => ({ ...hit }));
  return answered({ kind: 'evenkeel:search', selfLink: `${host}${path}`, text, items });
};

/** `?object=ltm pool /Common/web`: the objects that refer to it, each with the property that does. */
export const handleReferences: Handler = async (services, request, caller, path) => {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const object = objectOf(services, queryOf(request).get('object') ?? '');
  if (!object.ok) return failedWith(object.faults);
  if (object.value === undefined) {
    return failedWith([{ status: 400, message: 'object is missing: ltm pool /Common/web' }]);
  }
  const { component, name } = object.value;
  const found = readView(services, caller).referrers(component, name);
  const items = found.slice(0, maximumShown).map((one): JsonObject => ({ ...one }));
  return answered({
    kind: 'evenkeel:references',
    selfLink: `${host}${path}`,
    count: found.length,
    items,
  });
};

/** `?component=ltm pool`: names of objects to which nothing refers; stock objects are left out. */
export const handleUnused: Handler = async (services, request, caller, path) => {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const component = services.component(queryOf(request).get('component') ?? '');
  if (component === undefined) {
    return failedWith([{ status: 400, message: 'component is missing: ltm pool' }]);
  }
  const decision = decideRead(caller.access, component);
  if (!decision.allowed) return failedWith([{ status: 403, message: decision.reason }]);
  const items = await finishInSlices(unused(readView(services, caller), component));
  return answered({ kind: 'evenkeel:unused', selfLink: `${host}${path}`, items });
};

function* unused(view: ConfigView, component: Component): Generator<undefined, readonly string[]> {
  const stock = new Set(component.stock?.map(({ name }) => name));
  const found: string[] = [];
  let looked = 0;
  for (const name of view.names(component.id)) {
    looked += 1;
    if (looked % objectsAtOnce === 0) yield undefined;
    if (!stock.has(name) && view.referrers(component.id, name).length === 0) found.push(name);
  }
  return found;
}

function readable(services: Services, { access }: Caller): readonly Component[] {
  return services.components.filter((component) => decideRead(access, component).allowed);
}

function queryOf(request: HttpRequest): URLSearchParams {
  return new URLSearchParams(request.target.split('?')[1] ?? '');
}
