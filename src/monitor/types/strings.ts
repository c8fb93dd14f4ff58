/**
 * Send and receive strings as BIG-IP means them. Send strings hold `\r\n` as four characters; receive
 * strings are case-insensitive regular expressions ("the associated operation is not case-sensitive",
 * tmsh reference of `ltm monitor http`), matched against the first 5,120 bytes of the answer. Pure.
 */
import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { inAnyCase } from './any-case.ts';
import type { Answer } from './type.ts';

/** K3451: BIG-IP looks no further into an answer. */
export const maximumAnswerBytes = 5120;

const escapes: Readonly<Record<string, string>> = {
  r: '\r',
  n: '\n',
  t: '\t',
  '0': '\0',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** Unknown escapes stay as they were written. */
export function unescapeSendString(text: string): string {
  return text.replaceAll(/\\(x[0-9a-fA-F]{2}|.)/g, (whole, code: string) =>
    code.length === 3
      ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
      : (escapes[code] ?? whole),
  );
}

/**
 * BIG-IP ends HTTP send strings with an empty line (K10655; bug 1026781 says so of `GET /` without a
 * version too, which many servers answer only then). A request that has its empty line may have a body:
 * left alone.
 */
export function completeHttpRequest(text: string): string {
  if (text.includes('\r\n\r\n')) return text;
  return text.endsWith('\r\n') ? `${text}\r\n` : `${text}\r\n\r\n`;
}

/** As BIG-IP: name and password make a header, unless the send string has one. */
export function withCredentials(request: string, credentials: string | undefined): string {
  if (credentials === undefined || /^authorization:/im.test(request)) return request;
  const end = request.indexOf('\r\n');
  const header = `\r\nAuthorization: Basic ${credentials}`;
  return `${request.slice(0, end)}${header}${request.slice(end)}`;
}

/** What an HTTP monitor sends. */
export const httpRequest = oncePerPlan((plan) => {
  const request = completeHttpRequest(unescapeSendString(plan.send));
  return bytesOf(withCredentials(request, basicCredentials(plan)));
});

/** Plans stay for many probes, thousands of them a second. */
export function oncePerPlan<T extends object>(
  make: (plan: InstancePlan) => T,
): (plan: InstancePlan) => T {
  const made = new WeakMap<InstancePlan, T>();
  return (plan) => {
    const known = made.get(plan);
    if (known !== undefined) return known;
    const fresh = make(plan);
    made.set(plan, fresh);
    return fresh;
  };
}

/** RFC 7617: base64 of name and password. */
export function basicCredentials({ options }: Pick<InstancePlan, 'options'>): string | undefined {
  const name = options?.['username'];
  if (name === undefined || name === '') return undefined;
  return btoa(String.fromCharCode(...bytesOf(`${name}:${options?.['password'] ?? ''}`)));
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes as characters 0–255, so that an answer in any encoding can be matched and quoted. */
export function textOf(bytes: Uint8Array): string {
  // In one go: character by character would leave a string for each behind. A typed array is array-like enough.
  const codes = bytes.subarray(0, maximumAnswerBytes) as unknown as number[];
  return String.fromCharCode.apply(undefined, codes);
}

const patterns = new Map<string, RegExp | undefined>();
const maximumPatterns = 10_000;

/**
 * POSIX extended syntax as far as JavaScript's covers it; `undefined` when it is no pattern at all, or one that
 * could take long. The process has to have called `boundPatterns`.
 */
export function receivePattern(text: string): RegExp | undefined {
  const known = patterns.get(text);
  if (known !== undefined || patterns.has(text)) return known;
  if (patterns.size >= maximumPatterns) patterns.clear();
  const pattern = compile(text);
  patterns.set(text, pattern);
  return pattern;
}

const posixClasses: Readonly<Record<string, string>> = {
  digit: '0-9',
  alpha: 'A-Za-z',
  alnum: '0-9A-Za-z',
  upper: 'A-Z',
  lower: 'a-z',
  space: String.raw`\s`,
  blank: String.raw` \t`,
  xdigit: '0-9A-Fa-f',
  punct: String.raw`!-\/:-@\[-` + '`{-~',
};

function compile(text: string): RegExp | undefined {
  const source = text.replaceAll(
    /\[:(\w+):\]/g,
    (whole, name: string) => posixClasses[name] ?? whole,
  );
  const folded = inAnyCase(source);
  if (isPattern(folded, 'ls')) return new RegExp(folded, 's');
  // What cannot be run in linear time (long counts, what is no POSIX) must not be able to take long.
  return isPattern(source, 'is') && isTame(source) ? new RegExp(source, 'is') : undefined;
}

function isPattern(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags).source !== '';
  } catch {
    return false;
  }
}

/** Ways through a pattern from one place of the answer; more and it could take longer than tens of milliseconds. */
const maximumWays = 2 * maximumAnswerBytes;

/** Little to choose from, and nothing repeated that has a choice. */
function isTame(source: string): boolean {
  const bare = source
    .replaceAll(/\\[\s\S]/g, '_')
    .replaceAll(/\[\^?\]?[^\]]*\]/g, '_')
    .replaceAll(/\(\?<?[:=!]/g, '(');
  if (/\)[*+{]/.test(bare) || /\\[1-9k]/.test(source)) return false;
  let ways = 1;
  for (const [one, least, most] of bare.matchAll(/[*+?|]|\{(\d+)(?:,(\d*))?\}/g)) {
    if (one === '?' || one === '|') ways *= 2;
    else if (least === undefined || most === '') ways *= maximumAnswerBytes;
    else ways *= Number(most ?? least) - Number(least) + 1;
  }
  return ways <= maximumWays;
}

/** Judges an answer by `recv`, `recv-disable` and `reverse`; without them any answer will do. */
export function judgeAnswer(plan: InstancePlan, answer: Answer): ProbeOutcome | undefined {
  const text = textOf(answer.bytes);
  if (plan.recv === '' && plan.recvDisable === '') {
    if (text !== '') return { ok: true, detail: `received ${quote(text)}` };
    return answer.isComplete
      ? { ok: false, detail: 'connection closed without an answer' }
      : undefined;
  }
  const wanted = plan.recv === '' ? undefined : receivePattern(plan.recv);
  if (plan.recv !== '' && wanted === undefined) {
    return {
      ok: false,
      detail: `receive string "${plan.recv}" is not a regular expression, or takes too long`,
    };
  }
  if (wanted?.test(text) === true) {
    const detail = `received ${quote(text)}`;
    return plan.reverse ? { ok: false, isFinal: true, detail } : { ok: true, detail };
  }
  if (plan.recvDisable !== '' && receivePattern(plan.recvDisable)?.test(text) === true) {
    return { ok: true, isDrained: true, detail: `received ${quote(text)}, matches recv-disable` };
  }
  if (!answer.isComplete) return undefined;
  if (text === '') return { ok: false, detail: 'connection closed without an answer' };
  if (plan.reverse) return { ok: true, detail: `received ${quote(text)}` };
  return { ok: false, detail: `received ${quote(text)}, which does not match "${plan.recv}"` };
}

const quotedCharacters = 80;

/** The first line of an answer, printable and bounded. */
export function quote(text: string): string {
  const end = text.search(/[\r\n]/);
  const line = end < 0 ? text : text.slice(0, end);
  const clean = line.slice(0, quotedCharacters).replaceAll(/[^ -~]/g, '.');
  const isCut = line.length > quotedCharacters;
  return `"${clean}${isCut ? '…' : ''}"`;
}
