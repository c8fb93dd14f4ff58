/** What is to be said of an endpoint that is made by hand; all of them are in `endpoints.ts`. */
import type { HttpRequest, HttpResponse } from '../platform/https-server.ts';
import type { Caller } from './access/accounts.ts';
import type { Services } from './context.ts';
import type { Need } from './access/roles.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Endpoint {
  /** `{name}` is one segment, `{name*}` one or more. */
  readonly path: string;
  readonly summary: string;
  /** What it answers; the handler says in BIG-IP's words that others are not supported. */
  readonly methods: readonly Method[];
  /** Who may GET; who may do anything else. */
  readonly read: Need;
  readonly write: Need;
  /** Its body is a file, of whatever type. */
  readonly takesBytes?: true;
  /** What the path names is a secret: logs have the pattern instead. */
  readonly isPathSecret?: true;
  /** Takes `?dryRun=true`; writes to the others are refused with it. */
  readonly dryRun?: true;
  handle(
    services: Services,
    request: HttpRequest,
    caller: Caller,
    path: string,
  ): HttpResponse | Promise<HttpResponse>;
}
