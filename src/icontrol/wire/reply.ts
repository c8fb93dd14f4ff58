/** Answers as HTTP responses: bodies in the style of the worker that BIG-IP would answer with. Pure. */
import type { Fault } from '../../base/fault.ts';
import type { JsonObject } from '../../config/text/json.ts';
import type { HttpResponse } from '../../platform/https-server.ts';
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

/** `prefix` is "transaction failed:" for the commit of one, which also has its own apiError. */
export function failedWith(faults: readonly Fault[], prefix = ''): HttpResponse {
  const status = faults[0]?.status ?? 500;
  if (prefix === '') return answered(icrdBody(faults, status), status);
  const body = icrdBody(faults, 400);
  return answered({ ...body, message: `${prefix}${String(body['message'])}`, apiError: 2 }, 400);
}

export function workerFailure(
  status: number,
  message: string,
  referer: string,
  extra: JsonObject = {},
): HttpResponse {
  return answered(restjavadBody(status, message, referer, extra), status);
}
