/**
 * Sessions of browsers: the token of a log in, in a cookie that no script reads and no other site sends. Writes
 * need a word besides, which a script of our own page has and nobody else's: it is made from the token, so
 * that nothing has to be kept. Other clients of REST have nothing to do with any of this.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpRequest, HttpResponse } from '../../platform/https-server.ts';
import { workerFailure } from '../wire/reply.ts';

/** The prefix makes browsers insist on Secure, on `/` and on this host alone. */
const cookieName = '__Host-evenkeel';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const wordHeader = 'x-evenkeel-csrf';
const tokenHeader = 'x-f5-auth-token';

export function sessionCookie(token: string): string {
  return `${cookieName}=${token}; ${attributes}`;
}

export const endedCookie = `${cookieName}=; ${attributes}; Max-Age=0`;

/** What writes of a session carry. */
export function wordOf(token: string): string {
  return createHash('sha256').update(`evenkeel csrf ${token}`).digest('base64url');
}

function tokenOf(cookies: string | undefined): string | undefined {
  for (const part of (cookies ?? '').split(';')) {
    const [name, value = ''] = part.trim().split('=');
    if (name === cookieName && /^[A-Za-z0-9]{1,64}$/.test(value)) return value;
  }
  return undefined;
}

/**
 * The request as any client with a token would send it. Who brings credentials of his own is not in a session,
 * whatever cookie came along. A write without the word is refused.
 */
export function withSession(
  request: HttpRequest,
): { readonly request: HttpRequest } | { readonly refused: HttpResponse } {
  const { headers } = request;
  if (headers[tokenHeader] !== undefined || headers['authorization'] !== undefined) {
    return { request };
  }
  const token = tokenOf(headers['cookie']);
  if (token === undefined) return { request };
  if (request.method !== 'GET' && !isSame(headers[wordHeader] ?? '', wordOf(token))) {
    const message = `Forbidden: a session's ${request.method} needs the header ${wordHeader}`;
    return { refused: workerFailure(403, message, request.remoteAddress) };
  }
  return { request: { ...request, headers: { ...headers, [tokenHeader]: token } } };
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
