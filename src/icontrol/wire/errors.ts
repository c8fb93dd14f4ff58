/** The faults that REST itself raises, in BIG-IP's words (icontrol.md 2.2), and their two bodies. Pure. */
import { type Fault, faultText } from '../../base/fault.ts';
import type { Component } from '../../catalogue/types.ts';
import type { JsonObject } from '../../config/text/json.ts';

/** Families of request errors that clients tell apart by `apiError`. */
const requestError = 26214401;

export function objectNotFound(component: Component, name: string): Fault {
  return {
    status: 404,
    code: '01020036',
    apiError: 3,
    message: `The requested ${component.noun} (${name}) was not found.`,
  };
}

export function itemNotFound(item: string): Fault {
  return { status: 404, apiError: 1, message: `Object not found - ${item}` };
}

export function uriNotRegistered(path: string): Fault {
  return {
    status: 404,
    message: `Public URI path not registered: ${path.replace(/^\/mgmt/, '')}`,
  };
}

export const nothingSpecified: Fault = {
  status: 400,
  apiError: requestError,
  message: 'one or more properties must be specified',
};

export const nameMissing: Fault = {
  status: 400,
  apiError: requestError,
  message: 'one or more configuration identifiers must be provided',
};

export const exampleIsReserved: Fault = {
  status: 400,
  apiError: requestError,
  message: 'example is a reserved keyword and must not be used as resource name',
};

export const tagLikeContent: Fault = {
  status: 400,
  apiError: requestError,
  message: 'HTML Tag-like Content in the Request URL/Body',
};

/**
 * A BIG-IP refuses such names and URLs, and some values (comments in rules) by a rule that is not known. Values are taken here:
 * rules and HTML that are good go through, and whoever shows them escapes them.
 */
export function isTagLike(text: string): boolean {
  return /(<|%3c)\s*[a-z/!]/i.test(text);
}

/** `reason`: why this device has none of the component, where the catalogue says so. */
export function operationNotSupported(path: string, reason?: string): Fault {
  const why = reason === undefined ? '' : `: ${reason}`;
  return {
    status: 400,
    apiError: requestError,
    message: `Operation is not supported on component ${path}${why}.`,
  };
}

export function malformedBody(reason: string): Fault {
  return { status: 400, apiError: requestError, message: `Found invalid JSON body: ${reason}` };
}

/** tm/* style. The first fault is the message; more of them, if any, are listed beside it. */
export function icrdBody(faults: readonly Fault[], status: number): JsonObject {
  const [first, ...others] = faults;
  const api = first?.apiError ?? (first?.code === undefined ? undefined : 3);
  return {
    code: status,
    message: first === undefined ? 'internal error' : faultText(first),
    errorStack: others.map(faultText),
    ...(api === undefined ? {} : { apiError: api }),
  };
}

/** shared/* style, authentication and unknown URIs. */
export function restjavadBody(
  status: number,
  message: string,
  referer: string,
  extra: JsonObject = {},
): JsonObject {
  return {
    code: status,
    message,
    ...extra,
    referer,
    restOperationId: 0,
    errorStack: [],
    kind: ':resterrorresponse',
  };
}
