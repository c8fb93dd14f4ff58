/**
 * A fault is an expected failure: what could not be done, the quoted value, why and, where known, the
 * cure. Pure code returns faults; only the edge throws. `code` is BIG-IP's eight-digit message code where
 * clients parse it ("01020036"), `status` and `apiError` are what iControl REST answers with.
 */
export interface Fault {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 415 | 500 | 503;
  /** BIG-IP message code without the severity, e.g. "01020036"; the text becomes "01020036:3: …". */
  readonly code?: string;
  readonly apiError?: number;
  readonly message: string;
  /** Where in the input: "ltm pool /Common/web members" for instance. */
  readonly path?: string;
}

/** The text as BIG-IP prints it: "01020036:3: The requested Pool (/Common/x) was not found." */
export function faultText(fault: Fault): string {
  return fault.code === undefined ? fault.message : `${fault.code}:3: ${fault.message}`;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

export function succeeded<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

export function failed(...faults: readonly Fault[]): Outcome<never> {
  return { ok: false, faults };
}

/** Thrown at the edges when a fault has to cross an async boundary. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;
  constructor(fault: Fault, options?: ErrorOptions) {
    super(faultText(fault), options);
    this.fault = fault;
  }
}
