/** `/mgmt/shared/evenkeel/stream` (events, or what stands in the corner just now) and `health`. */
import type { HealthEntry, HealthKey } from '../../monitor/health.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import type { Services } from '../context.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith, streamed } from '../wire/reply.ts';
import { cornerJson } from './corner.ts';
import { healthJson, isHealthKind, isVisibleHealth } from './health-json.ts';

export const streamPath = '/mgmt/shared/evenkeel/stream';
export const healthPath = '/mgmt/shared/evenkeel/health';

/** With `Accept: text/event-stream` it goes on; else it is one answer. */
export function handleStream(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  if (/\btext\/event-stream\b/.test(request.headers['accept'] ?? '')) {
    return services.feed.open(caller);
  }
  return answered({
    kind: 'evenkeel:corner',
    ...cornerJson(services.store.view(), services.state),
  });
}

/** `?kind=member&of=/Common/web`: `kind` is node, pool, member, virtual or virtual-address. */
export function handleHealth(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const kind = query.get('kind') ?? '';
  if (!isHealthKind(kind)) {
    const message = 'kind is node, pool, member, virtual or virtual-address';
    return failedWith([{ status: 400, message }]);
  }
  const of = query.get('of');
  const start = of === null ? `${kind} ` : `${kind} ${of}`;
  const isWanted = (key: HealthKey): boolean =>
    key.startsWith(start) &&
    (of === null || key.length === start.length || key[start.length] === ' ') &&
    isVisibleHealth(services, caller.access, key);
  return streamed(healthText(path, services.health?.table().entries() ?? [], isWanted));
}

function* healthText(
  path: string,
  entries: Iterable<readonly [HealthKey, HealthEntry]>,
  isWanted: (key: HealthKey) => boolean,
): Generator<string> {
  yield `{"kind":"evenkeel:health","selfLink":${JSON.stringify(host + path)},"items":{`;
  let comma = '';
  for (const [key, entry] of entries) {
    if (!isWanted(key)) continue;
    yield `${comma}${JSON.stringify(key)}:${JSON.stringify(healthJson(entry))}`;
    comma = ',';
  }
  yield '}}';
}
