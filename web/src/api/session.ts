/** Who is signed in. */
import { call, setWord } from './rest.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';

const path = '/mgmt/shared/evenkeel/session';

export interface Session {
  /** Whose it is. */
  readonly device: string;
  readonly user: string;
  readonly roles: readonly { readonly partition: string; readonly role: string }[];
  readonly timeoutSeconds: number;
}

function sessionOf(json: JsonObject): Session {
  setWord(String(json['csrf'] ?? ''));
  // The device's own words (src/icontrol/gui/session-endpoint).
  return json as unknown as Session;
}

/** Rejects when there is none. */
export async function currentSession(): Promise<Session> {
  return sessionOf((await call(path)).json);
}

export async function signIn(username: string, password: string): Promise<Session> {
  return sessionOf((await call(path, { method: 'POST', body: { username, password } })).json);
}

export async function keepSession(): Promise<Session> {
  return sessionOf((await call(path, { method: 'PATCH', body: {} })).json);
}

export async function signOut(): Promise<void> {
  await call(path, { method: 'DELETE' });
  setWord('');
}
