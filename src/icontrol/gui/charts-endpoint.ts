/** `/mgmt/shared/evenkeel/charts?object=ltm virtual /Common/web&span=hour`: values over time; without `object` of the whole device. */
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import type { Caller } from '../access/accounts.ts';
import { maySee } from '../access/roles.ts';
import type { Services } from '../context.ts';
import { objectOf } from '../history/history-state.ts';
import { operationNotSupported } from '../wire/errors.ts';
import { host } from '../wire/paths.ts';
import { answered, failedWith } from '../wire/reply.ts';

export const chartsPath = '/mgmt/shared/evenkeel/charts';

const noMeasures = {
  connections: [],
  newConnectionsPerSecond: [],
  bitsInPerSecond: [],
  bitsOutPerSecond: [],
  requestsPerSecond: [],
  connectMilliseconds: [],
  responseMilliseconds: [],
};

/** Nobody looked then, or there was nothing to measure. */
function knownOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

export function handleCharts(
  services: Services,
  request: HttpRequest,
  caller: Caller,
  path: string,
): HttpResponse {
  if (request.method !== 'GET') return failedWith([operationNotSupported(path)]);
  const query = new URLSearchParams(request.target.split('?')[1] ?? '');
  const span = query.get('span') ?? 'hour';
  if (span !== 'hour' && span !== 'day' && span !== 'week') {
    return failedWith([{ status: 400, message: `span is hour, day or week, not "${span}"` }]);
  }
  const object = objectOf(services, query.get('object') ?? undefined);
  if (!object.ok) return failedWith(object.faults);
  const key = object.value === undefined ? '' : `${object.value.component} ${object.value.name}`;
  const component = services.component(object.value?.component ?? '');
  const isVisible =
    object.value === undefined ||
    (component !== undefined && maySee(caller.access, component, object.value.name));
  const chart = isVisible ? services.charts.chart(key, span) : undefined;
  return answered({
    kind: 'evenkeel:chart',
    selfLink: `${host}${path}`,
    object: key,
    span,
    // Nothing has happened there, or not long enough.
    ...(chart === undefined
      ? { stepSeconds: 0, series: noMeasures }
      : {
          stepSeconds: chart.stepSeconds,
          until: new Date(chart.until).toISOString(),
          series: Object.fromEntries(
            Object.entries(chart.series).map(([name, values]) => [name, values.map(knownOrNull)]),
          ),
        }),
  });
}
