/** What an HTTP profile does to requests and answers, as HAProxy's rules. Pure. */
import type { Fallback, HttpSettings, VirtualPlan } from '../types.ts';
import type { FileSet } from './files.ts';
import { format, quote } from './quote.ts';
import { keyIn } from './render-persistence.ts';

/** HAProxy takes so many headers unless told otherwise. */
export const usualHeaders = 101;
/** From the first byte of a request to the end of its headers: clients that drip them hold a connection no longer. */
const longestHeadSeconds = 60;
const redirects = 'status 301:303 307 308';

/** In the order in which a request meets them; policies come between the limits and the rest. */
export interface HttpLines {
  readonly limits: readonly string[];
  /** Before anybody looks at cookies. */
  readonly opening: readonly string[];
  readonly request: readonly string[];
  readonly response: readonly string[];
  /** After everybody who adds cookies. */
  readonly sealing: readonly string[];
  readonly compression: readonly string[];
}

export function httpLines(
  virtual: VirtualPlan,
  acting: readonly string[],
  files: FileSet,
): HttpLines | undefined {
  const { http } = virtual;
  if (http === undefined) return undefined;
  const isOption = http.insertXForwardedFor && !looksAtForwarded(http, acting);
  return {
    limits: [
      `timeout http-keep-alive ${virtual.idleSeconds}s`,
      `timeout http-request ${Math.min(longestHeadSeconds, virtual.idleSeconds)}s`,
      // A client that reuses its connection at the moment of a reload gets its answer.
      'option idle-close-on-response',
      ...(isOption ? ['option forwardfor'] : []),
      ...limitLines(http),
    ],
    ...cookieLines(http, files),
    request: requestLines(http, http.insertXForwardedFor && !isOption),
    response: responseLines(virtual, http),
    compression: compressionLines(http),
  };
}

function cookieLines(
  { sealedCookies }: HttpSettings,
  files: FileSet,
): Pick<HttpLines, 'opening' | 'sealing'> {
  if (sealedCookies === undefined) return { opening: [], sealing: [] };
  const { names, key } = sealedCookies;
  const list = quote(names.join(' '));
  return {
    opening: [
      `http-request set-var(txn.cookie_key) ${keyIn(key, files)}`,
      `http-request lua.cookies_open ${list} if { req.cook_cnt gt 0 }`,
    ],
    sealing: [`http-response lua.cookies_seal ${list} if { res.fhdr_cnt(set-cookie) gt 0 }`],
  };
}

/**
 * Counting headers, and writing them out to see how long they are, costs more than all the rest of a request. HAProxy holds a
 * request as blocks: one for its first line, one for each header, one that ends them, then those of a body. It knows how many they are
 * and how large together (`req.len`), so it looks closer only where a request could be over a limit.
 */
function headerLimitLines(http: HttpSettings): readonly string[] {
  const { maximumHeaders: most, maximumHeaderBytes: bytes } = http;
  const lines: string[] = [];
  if (most !== undefined) {
    const canBeOver = `internal.htx.nbblks gt ${most + 2}`;
    lines.push(`http-request reject if { ${canBeOver} } { req.fhdr_cnt gt ${most} }`);
  }
  if (http.refusesHeaderBytes) {
    // Blocks hold names and values; `: ` and the ends of lines come on top. Where nothing limits headers, nothing limits these.
    const between = most === undefined ? bytes : most * ': \r\n'.length + '\r\n'.length;
    const canBeOver = `req.len gt ${Math.max(0, bytes - between)}`;
    lines.push(`http-request reject if { ${canBeOver} } { req.hdrs,length gt ${bytes} }`);
  }
  return lines;
}

function limitLines(http: HttpSettings): readonly string[] {
  const lines = [...headerLimitLines(http)];
  if (http.maximumRequests > 0) {
    const counted = 'sess.requests';
    lines.push(
      `http-request set-var(${counted}) int(0) if !{ var(${counted}) -m found }`,
      `http-request set-var(${counted}) var(${counted}),add(1)`,
      `http-after-response set-header Connection close if { var(${counted}) -m int ge ${http.maximumRequests} }`,
    );
  }
  if (http.onlyMethods !== undefined && http.onlyMethods.length > 0) {
    lines.push(`http-request reject unless { method ${http.onlyMethods.join(' ')} }`);
  }
  return lines;
}

/**
 * HAProxy's own option costs a third of a rule that adds the header, but does so when all rules have had their say: they
 * would not see it, nor take it away.
 */
function looksAtForwarded(http: HttpSettings, acting: readonly string[]): boolean {
  const changes = [http.headerErase, http.headerInsert, ...acting].join('\n');
  return http.requestLog !== undefined || /x-forwarded-for/i.test(changes);
}

function requestLines(http: HttpSettings, addsForwarded: boolean): readonly string[] {
  const lines: string[] = [];
  if (http.redirectRewrite === 'matching') {
    lines.push('http-request set-var(txn.asked) req.hdr(host),concat(,txn.path)');
    lines.unshift('http-request set-var(txn.path) path,regsub(/$,)');
  }
  if (addsForwarded) lines.push('http-request add-header X-Forwarded-For %[src]');
  if (http.http2Header !== undefined) {
    lines.push(`http-request set-header ${http.http2Header} 1 if { fc_http_major 2 }`);
  }
  if (http.headerErase !== undefined) {
    lines.push(`http-request del-header ${quote(http.headerErase)}`);
  }
  const inserted = http.headerInsert === undefined ? undefined : splitHeader(http.headerInsert);
  if (inserted !== undefined) {
    lines.push(`http-request add-header ${quote(inserted.name)} ${format(inserted.value)}`);
  }
  return [...lines, ...viaLines('request', http.viaRequest, http.viaHost)];
}

function responseLines(virtual: VirtualPlan, http: HttpSettings): readonly string[] {
  const lines: string[] = [];
  if (http.fallback !== undefined && http.fallback.statuses.length > 0) {
    const statuses = http.fallback.statuses.map((status) => status.replace('-', ':')).join(' ');
    const location = format(http.fallback.location);
    lines.push(`http-response redirect location ${location} code 302 if { status ${statuses} }`);
  }
  lines.push(...rewriteLines(virtual, http));
  lines.push(...viaLines('response', http.viaResponse, http.viaHost));
  if (http.strictTransport !== undefined) {
    const value = format(http.strictTransport);
    lines.push(`http-after-response set-header Strict-Transport-Security ${value}`);
  }
  return lines;
}

/** `nodes`: a redirect to the server's own address leads to the virtual server instead. */
function rewriteLines(virtual: VirtualPlan, http: HttpSettings): readonly string[] {
  const secure = String.raw`http-response replace-header Location ^http://(.*) https://\1 if { ${redirects} }`;
  switch (http.redirectRewrite) {
    case 'none':
      return [];
    case 'all':
      return [secure];
    case 'matching':
      return [
        `${secure} { res.hdr(location),regsub(^http://,),regsub(/$,),strcmp(txn.asked) eq 0 }`,
      ];
    case 'nodes': {
      const { address, port, tls } = virtual;
      const host = address.family === 6 ? `[${address.text}]` : address.text;
      const usual = tls === undefined ? 80 : 443;
      const place = `${host}${port === usual || port === 0 ? '' : `:${port}`}`;
      const target = `${tls === undefined ? 'http' : 'https'}://${place}`;
      return [
        'http-response set-var(txn.node) bc_dst,concat()',
        String.raw`http-response replace-header Location ^https?://[^/]+(.*) ${target}\1 if { ${redirects} } { res.hdr(location),field(3,/),regsub(:[0-9]+$,),strcmp(txn.node) eq 0 }`,
      ];
    }
  }
}

function viaLines(
  side: 'request' | 'response',
  how: HttpSettings['viaRequest'],
  host: string,
): readonly string[] {
  switch (how) {
    case 'preserve':
      return [];
    case 'remove':
      return [`http-${side} del-header Via`];
    case 'append':
      return [`http-${side} add-header Via ${format(`1.1 ${host}`)}`];
  }
}

function compressionLines(http: HttpSettings): readonly string[] {
  const { compression } = http;
  if (compression === undefined || compression.types.length === 0) return [];
  return [
    `compression algo ${compression.algorithm}`,
    `compression type ${compression.types.join(' ')}`,
    ...(compression.keepsAcceptEncoding ? [] : ['compression offload']),
  ];
}

function splitHeader(text: string): { name: string; value: string } | undefined {
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  return { name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}

/** What is answered when no server can be reached. */
export function fallbackAnswer(fallback: Fallback): string {
  const clean = (text: string): string => text.replaceAll(/[\r\n]/g, '');
  return [
    'HTTP/1.1 302 Found',
    `Location: ${clean(fallback.location)}`,
    `Server: ${clean(fallback.agent)}`,
    'Content-Length: 0',
    'Connection: close',
    '\r\n',
  ].join('\r\n');
}
