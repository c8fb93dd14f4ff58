/** The one door to the device: iControl REST, as any client has it, with the session's cookie. */
import type { Json, JsonObject } from '../../../src/config/text/json.ts';

/** One thing that was wrong, and where: "monitor", "members /Common/10.0.0.1:80 ratio". */
export interface Place {
  readonly message: string;
  readonly path: string;
}

/** The device said no, in BIG-IP's words; or it could not be asked (status 0). */
export class RestError extends Error {
  override readonly name = 'RestError';
  readonly status: number;
  readonly places: readonly Place[];
  constructor(status: number, message: string, places: readonly Place[] = []) {
    super(message);
    this.status = status;
    this.places = places;
  }
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: JsonObject;
  /** Why, for the history. */
  readonly reason?: string;
  /** Queue it there instead of doing it. */
  readonly transaction?: string;
  /** Refuse unless the object is as it was read: its ETag. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly json: JsonObject;
  readonly etag: string | undefined;
  /** Names of properties that were set and are only kept. */
  readonly stored: readonly string[];
}

/** A device that says nothing for so long is not there. */
const limitMilliseconds = 60_000;

/** People are told of what takes longer. */
const slowMilliseconds = 3000;

let word = '';
const listeners = new Set<() => void>();
/** Questions that wait for longer than people like to. */
let slowCount = 0;
const slowListeners = new Set<() => void>();

function noteSlow(by: 1 | -1): void {
  slowCount += by;
  for (const listener of slowListeners) listener();
}

/** How many questions have waited for more than three seconds. */
export const slowAnswers = {
  subscribe(this: void, listener: () => void): () => void {
    slowListeners.add(listener);
    return () => void slowListeners.delete(listener);
  },
  count: (): number => slowCount,
};

/** While the work lasts it is slow once it took three seconds. */
async function timed<T>(work: Promise<T>): Promise<T> {
  let isSlow = false;
  const timer = window.setTimeout(() => {
    isSlow = true;
    noteSlow(1);
  }, slowMilliseconds);
  try {
    return await work;
  } finally {
    window.clearTimeout(timer);
    if (isSlow) noteSlow(-1);
  }
}

/** From the session: what writes need. */
export function setWord(given: string): void {
  word = given;
}

/** Called when the device does not know us any more. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Rejects with a RestError only. */
export function call(path: string, options: Call = {}): Promise<Answer> {
  return timed(send(path, options));
}

async function send(path: string, options: Call): Promise<Answer> {
  const { method = 'GET', signal } = options;
  const limit = AbortSignal.timeout(limitMilliseconds);
  const response = await fetch(path, {
    method,
    headers: headersOf(options),
    credentials: 'same-origin',
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  }).catch((error: unknown) => {
    throw unreached(error);
  });
  // Half an answer is none.
  const text = await response.text().catch((error: unknown) => {
    throw unreached(error);
  });
  const json = parsed(text);
  if (!response.ok) throw failure(response.status, json, path);
  return {
    json,
    etag: response.headers.get('etag') ?? undefined,
    stored: (response.headers.get('x-evenkeel-stored') ?? '').split(', ').filter(Boolean),
  };
}

function unreached(error: unknown): RestError {
  const why = error instanceof Error && error.name === 'TimeoutError' ? ': no answer in 60 s' : '';
  return new RestError(0, `The device cannot be reached${why}.`);
}

export async function get(path: string, signal?: AbortSignal): Promise<JsonObject> {
  return (await call(path, signal === undefined ? {} : { signal })).json;
}

function headersOf({ body, reason, transaction, ifMatch }: Call): Record<string, string> {
  return {
    'x-evenkeel-client': 'gui',
    ...(word !== '' && { 'x-evenkeel-csrf': word }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    // Headers are bytes; the device takes UTF-8 in this one.
    ...(reason !== undefined && reason !== '' && { 'x-evenkeel-reason': asBytes(reason) }),
    ...(transaction !== undefined && { 'x-f5-rest-coordination-id': transaction }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
  };
}

function asBytes(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text.replaceAll(/\s+/g, ' ')));
}

function parsed(text: string): JsonObject {
  if (text === '') return {};
  try {
    // REST's bodies are objects; what is none is nobody's that we ask.
    return JSON.parse(text) as JsonObject;
  } catch {
    return { message: 'The device answered with something that is no JSON.' };
  }
}

function failure(status: number, json: JsonObject, path: string): RestError {
  const message = typeof json['message'] === 'string' ? json['message'] : `HTTP status ${status}`;
  // A role's refusal is a 401 as well, on BIG-IP.
  const isRole = message.startsWith('Authorization failed: user=');
  if (status === 401 && !isRole && !path.endsWith('/session')) {
    for (const listener of listeners) listener();
  }
  return new RestError(status, isRole ? 'Your role does not allow this.' : message, placesOf(json));
}

function placesOf(json: JsonObject): readonly Place[] {
  const { faults } = json;
  return (Array.isArray(faults) ? (faults as readonly Json[]) : []).flatMap((fault) =>
    typeof fault === 'object' && fault !== null && 'message' in fault
      ? [{ message: String(fault['message']), path: String(fault['path'] ?? '') }]
      : [],
  );
}

/** What stands in `items`; none when there are none. */
export function itemsOf(json: JsonObject): readonly JsonObject[] {
  const { items } = json;
  // REST's collections hold objects.
  return Array.isArray(items) ? (items as readonly JsonObject[]) : [];
}
