/** The shell's only way to a device: iControl REST, local by the Unix socket or remote by HTTPS. */
import type { JsonObject } from '../config/text/json.ts';
import type { HttpClient } from '../platform/https-client.ts';

export interface RestAnswer {
  readonly isOk: boolean;
  readonly status: number;
  readonly json: JsonObject;
  /** The device's own words when it refused. */
  readonly message: string;
}

export interface RestClient {
  request(
    method: string,
    path: string,
    body?: JsonObject,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RestAnswer>;
}

export type Credentials =
  | { readonly kind: 'local'; readonly token: string; readonly user: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string };

export function createRest(client: HttpClient, credentials: Credentials): RestClient {
  const authentication = headersOf(credentials);
  return {
    async request(method, path, body, headers) {
      const response = await client.send({
        method,
        path,
        headers: { ...authentication, 'x-evenkeel-client': 'tmsh', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const json = jsonOf(response.body);
      const isOk = response.status >= 200 && response.status < 300;
      const said = json['message'];
      const message = typeof said === 'string' ? said : `the device answered ${response.status}`;
      return { isOk, status: response.status, json, message: isOk ? '' : message };
    },
  };
}

function headersOf(credentials: Credentials): Record<string, string> {
  if (credentials.kind === 'local') {
    return {
      'x-evenkeel-local-token': credentials.token,
      'x-evenkeel-user': credentials.user,
    };
  }
  const pair = `${credentials.user}:${credentials.password}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function jsonOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject) // JSON.parse gives nothing else inside an object.
      : {};
  } catch {
    return {};
  }
}
