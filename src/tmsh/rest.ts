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
  | { readonly kind: 'token'; readonly token: string; readonly user: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** To log in, which says who in its body. */
  | { readonly kind: 'none'; readonly user: string };

export function createRest(client: HttpClient, credentials: Credentials): RestClient {
  return {
    async request(method, path, body, headers) {
      const response = await client.send({
        method,
        path,
        headers: { ...headersOf(credentials), 'x-evenkeel-client': 'tmsh', ...headers },
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
  if (credentials.kind === 'password') {
    const pair = `${credentials.user}:${credentials.password}`;
    return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
  }
  return credentials.kind === 'token' ? { 'x-f5-auth-token': credentials.token } : {};
}

/** The device takes more at once; fewer leave room for others' requests. */
const pieceBytes = 1024 * 1024;

/** To /var/config/rest/downloads, in pieces. Resolves to the device's words when it refuses. */
export async function uploadFile(
  client: HttpClient,
  credentials: Credentials,
  name: string,
  bytes: Uint8Array,
): Promise<string | undefined> {
  for (let first = 0; first < bytes.length; first += pieceBytes) {
    const piece = bytes.subarray(first, first + pieceBytes);
    const { status, body } = await client.send({
      method: 'POST',
      path: `/mgmt/shared/file-transfer/uploads/${encodeURIComponent(name)}`,
      headers: {
        ...headersOf(credentials),
        'content-type': 'application/octet-stream',
        'content-range': `${first}-${first + piece.length - 1}/${bytes.length}`,
      },
      body: piece,
    });
    if (status >= 300) return String(jsonOf(body)['message'] ?? `the device answered ${status}`);
  }
  return undefined;
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
