/** Answers as HTTP responses: bodies in the style of the worker that BIG-IP would answer with. Pure. */
import { type Fault, faultText } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { icrdBody, restjavadBody } from './errors.ts';

export function answered(body: JsonObject, status = 200): HttpResponse {
  return { status, body: JSON.stringify(body) };
}

/** Collections are made while they are sent. */
export function streamed(chunks: Generator<string>): HttpResponse {
  return { status: 200, body: { chunks } };
}

/** DELETE: 200 with an empty body. */
export const emptyAnswer: HttpResponse = { status: 200, body: '' };

interface Failure extends HttpResponse {
  /** For pages, which show each beside its field; never sent to anybody else. */
  readonly faults: readonly Fault[];
}

/** Pages also get each fault with its place; bodies for all other clients stay BIG-IP's. */
export function withPlaces(
  { headers }: Pick<HttpRequest, 'headers'>,
  answer: HttpResponse,
): HttpResponse {
  if (headers['x-evenkeel-client'] !== 'gui' || !isFailure(answer)) return answer;
  const { faults, ...rest } = answer;
  const places = faults.map((fault) => ({ message: faultText(fault), path: fault.path ?? '' }));
  // Our own words.
  const body = JSON.parse(String(rest.body)) as JsonObject;
  return { ...rest, body: JSON.stringify({ ...body, faults: places }) };
}

function isFailure(answer: HttpResponse): answer is Failure {
  return 'faults' in answer;
}

/** `prefix` is "transaction failed:" for the commit of one, which also has its own apiError. */
export function failedWith(faults: readonly Fault[], prefix = ''): Failure {
  const status = faults[0]?.status ?? 500;
  if (prefix === '') return { ...answered(icrdBody(faults, status), status), faults };
  const body = icrdBody(faults, 400);
  const message = `${prefix}${String(body['message'])}`;
  return { ...answered({ ...body, message, apiError: 2 }, 400), faults };
}

export function workerFailure(
  status: number,
  message: string,
  referer: string,
  extra: JsonObject = {},
): HttpResponse {
  return answered(restjavadBody(status, message, referer, extra), status);
}
