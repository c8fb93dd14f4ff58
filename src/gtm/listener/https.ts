/** DNS over HTTPS (RFC 8484): what a request asks, and what an answer says to HTTP. Pure. */
import {
  flag,
  headerBytes,
  decodeMessage,
  readUint16,
  readUint32,
} from '../../base/dns/message.ts';
import { recordType, responseCode, tcpLimit } from '../../base/dns/constants.ts';
import { padded } from '../dns/padding.ts';

export interface HttpsRequest {
  readonly method: string;
  readonly target: string;
  readonly contentType: string;
  readonly body: Uint8Array | 'too-large';
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export const largestQuestion = tcpLimit;
const path = '/dns-query';
const mediaType = 'application/dns-message';

/** The DNS message, or what is said to a request that has none. */
export function readQuestion(request: HttpsRequest): Uint8Array | HttpsAnswer {
  const [place = '', search = ''] = splitOnce(request.target, '?');
  if (place !== path) return refusal(404, `questions go to ${path}`);
  if (request.method === 'POST') return judged(postedQuestion(request));
  if (request.method === 'GET') return judged(writtenQuestion(search));
  return refusal(405, 'GET or POST', { allow: 'GET, POST' });
}

/** A transfer is more than one message, which one answer of HTTP does not hold. */
export const transferAnswer: HttpsAnswer = refusal(501, 'zone transfers are not done here');

function postedQuestion({ body, contentType }: HttpsRequest): Uint8Array | HttpsAnswer {
  const [type = ''] = splitOnce(contentType, ';');
  if (type.trim().toLowerCase() !== mediaType) return refusal(415, `${mediaType} is wanted`);
  return body === 'too-large' ? refusal(413, 'no question is so large') : body;
}

function writtenQuestion(search: string): Uint8Array | HttpsAnswer {
  const values = search.split('&').flatMap((part) => {
    const [name, value = ''] = splitOnce(part, '=');
    return name === 'dns' ? [value] : [];
  });
  const [value, ...more] = values;
  // Without padding (RFC 8484 §6); a lone character more than fours is half a byte.
  const isText = value !== undefined && /^[\w-]+$/.test(value) && value.length % 4 !== 1;
  if (!isText || more.length > 0) return refusal(400, 'one parameter dns in base64url is wanted');
  return Uint8Array.from(atob(value.replaceAll('-', '+').replaceAll('_', '/')), (byte) =>
    byte.charCodeAt(0),
  );
}

/** What is no question gets no answer in DNS; HTTP has words for that. */
function judged(question: Uint8Array | HttpsAnswer): Uint8Array | HttpsAnswer {
  if (!(question instanceof Uint8Array)) return question;
  const isQuestion =
    question.length >= headerBytes &&
    question.length <= largestQuestion &&
    (readUint16(question, 2) & flag.response) === 0;
  return isQuestion ? question : refusal(400, 'that is no question of DNS');
}

/**
 * An answer of a wide IP may be for this client alone, so that no shared cache may keep it; how long others may, is the
 * smallest TTL among the answers, or how long their absence holds (RFC 8484 §5.1, RFC 2308 §5).
 */
export function exchangeAnswer(question: Uint8Array, reply: Uint8Array): HttpsAnswer {
  const seconds = freshSeconds(reply);
  return {
    status: 200,
    headers: {
      'content-type': mediaType,
      'cache-control': seconds === undefined ? 'no-store' : `private, max-age=${seconds}`,
    },
    body: padded(question, reply),
  };
}

/** Undefined: an error, which is not to be kept. */
function freshSeconds(reply: Uint8Array): number | undefined {
  const message = decodeMessage(reply);
  if (message === undefined) return undefined;
  const code = message.flags & 0xf;
  if (code !== responseCode.noerror && code !== responseCode.nxdomain) return undefined;
  const ttls = message.answers.map(({ ttl }) => ttl);
  for (const { data, ttl, type } of message.authorities) {
    // The last number of a SOA is how long nothing holds.
    if (type === recordType.soa && data.length >= 4) {
      ttls.push(Math.min(ttl, readUint32(data, data.length - 4)));
    }
  }
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}

function refusal(
  status: number,
  words: string,
  headers: Readonly<Record<string, string>> = {},
): HttpsAnswer {
  return {
    status,
    headers: { ...headers, 'content-type': 'text/plain' },
    body: new TextEncoder().encode(`${words}\n`),
  };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
