/** `/mgmt/shared/evenkeel/openapi[/DOCUMENT.json]`: the documents of this very server. */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Services } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { uriNotRegistered } from '../wire/errors.ts';
import { openApiChunks, openApiDocument, openApiNames } from './openapi.ts';
import { host } from '../wire/paths.ts';
import { answered, streamed, workerFailure } from '../wire/reply.ts';

export const openApiPath = '/mgmt/shared/evenkeel/openapi';

export function handleOpenApi(
  services: Services,
  endpoints: readonly Endpoint[],
  request: HttpRequest,
  path: string,
): HttpResponse {
  if (request.method !== 'GET') {
    const message = `${request.method} is not supported on ${path}`;
    return workerFailure(405, message, request.remoteAddress);
  }
  const { components } = services;
  const names = openApiNames(components);
  if (path === openApiPath) {
    return answered({
      items: names.map((name) => ({ name, link: `${host}${openApiPath}/${name}.json` })),
      kind: 'shared:evenkeel:openapi:openapicollectionstate',
      selfLink: `${host}${openApiPath}`,
    });
  }
  const name = path.slice(openApiPath.length + 1).replace(/\.json$/, '');
  if (!names.includes(name)) {
    return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
  return streamed(openApiChunks(openApiDocument(name, components, endpoints)));
}
