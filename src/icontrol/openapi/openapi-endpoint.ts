/** `/mgmt/shared/evenkeel/openapi[/DOCUMENT.json]`: the documents of this very server. */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Services } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { uriNotRegistered } from '../wire/errors.ts';
import { openApiDocuments, openApiText } from './openapi.ts';
import { host } from '../wire/paths.ts';
import { answered, workerFailure } from '../wire/reply.ts';

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
  const documents = openApiDocuments(services.components, endpoints);
  if (path === openApiPath) {
    const names = [...documents.keys()];
    return answered({
      items: names.map((name) => ({ name, link: `${host}${openApiPath}/${name}.json` })),
      kind: 'shared:evenkeel:openapi:openapicollectionstate',
      selfLink: `${host}${openApiPath}`,
    });
  }
  const name = path.slice(openApiPath.length + 1).replace(/\.json$/, '');
  const document = documents.get(name);
  if (document === undefined) {
    return workerFailure(404, uriNotRegistered(path).message, request.remoteAddress);
  }
  return { status: 200, body: openApiText(document) };
}
