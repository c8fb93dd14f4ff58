import { Agent, request } from 'node:https';

/** A plain iControl REST client, as any script on the management network would use. */
export interface Rest {
  readonly host: string;
  readonly password: string;
  /** Rejects unless the status is 2xx, with the answer's message. */
  get<T = RestObject>(path: string): Promise<T>;
  post<T = RestObject>(path: string, body: object): Promise<T>;
  patch<T = RestObject>(path: string, body: object): Promise<T>;
  delete(path: string): Promise<void>;
  /** Whatever the status is. */
  send(
    method: string,
    path: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<RestAnswer>;
  close(): void;
}

export interface RestObject {
  readonly [property: string]: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: RestObject;
}

const timeoutMilliseconds = 15_000;

export function connectRest(host: string, password: string, user = 'admin'): Rest {
  // The certificate is the device's own, made at its first boot.
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 8 });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  const send: Rest['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        {
          host,
          path,
          method,
          agent,
          timeout: timeoutMilliseconds,
          headers: {
            authorization,
            ...(payload === undefined
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': String(Buffer.byteLength(payload)),
                }),
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: answer.statusCode ?? 0, body: parse(text) });
          });
        },
      );
      outgoing.on('timeout', () =>
        outgoing.destroy(
          new Error(`${method} ${path} on ${host}: no answer in ${timeoutMilliseconds} ms`),
        ),
      );
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  const need = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(method, path, body);
    if (answer.status >= 200 && answer.status < 300) {
      // The caller names the shape of the resource it asked for.
      return answer.body as T;
    }
    const why = answer.body['message'] ?? JSON.stringify(answer.body);
    throw new Error(`${method} ${path} on ${host}: ${answer.status} ${String(why)}`);
  };
  return {
    host,
    password,
    send,
    get: (path) => need('GET', path),
    post: (path, body) => need('POST', path, body),
    patch: (path, body) => need('PATCH', path, body),
    delete: (path) => need('DELETE', path),
    close: () => agent.destroy(),
  };
}

function parse(text: string): RestObject {
  if (text === '') return {};
  try {
    // REST answers are objects; whatever else comes is shown as it is.
    return JSON.parse(text) as RestObject;
  } catch {
    return { message: text.slice(0, 500) };
  }
}

/** Runs the requests as one transaction: all of them or none. */
export async function transaction(
  rest: Rest,
  requests: readonly { readonly method: string; readonly path: string; readonly body: object }[],
): Promise<void> {
  const { transId } = await rest.post<{ transId: number }>('/mgmt/tm/transaction', {});
  for (const one of requests) {
    const answer = await rest.send(one.method, one.path, one.body, {
      'X-F5-REST-Coordination-Id': String(transId),
    });
    if (answer.status >= 300) {
      throw new Error(`${one.method} ${one.path} on ${rest.host}: ${JSON.stringify(answer.body)}`);
    }
  }
  await rest.patch(`/mgmt/tm/transaction/${transId}`, { state: 'VALIDATING' });
}
