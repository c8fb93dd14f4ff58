/** How HAProxy finds the server that a client had. Pure. */
import type { BackendPlan, PersistencePlan } from '../types.ts';
import type { FileSet } from './files.ts';
import { quote } from './quote.ts';

const entries = '100k';
const cookieLength = 64;
/** SHA-1, written out. */
const hashLength = 40;
/** BIG-IP's rewrite method: the server sends a cookie of this name, to be filled. */
const blankCookie = 'BIGipCookie';

export type Persistences = Pick<BackendPlan, 'persistence' | 'fallbackPersistence'>;

/**
 * What its records are and how long they live, as HAProxy declares a table; undefined: it keeps none. Records of both
 * kinds stand in one table, written out.
 */
export function recordTable({
  persistence,
  fallbackPersistence,
}: Persistences): string | undefined {
  const first = tableOf(persistence);
  if (fallbackPersistence === undefined) return first;
  if (first === undefined) return tableOf(fallbackPersistence);
  return first.replace(/^type .* size /, `type string len ${cookieLength} size `);
}

function tableOf(plan: PersistencePlan): string | undefined {
  const table = (type: string, seconds: number): string =>
    `type ${type} size ${entries} expire ${seconds}s`;
  switch (plan.kind) {
    case 'none':
    case 'source-hash':
    case 'cookie':
      return undefined;
    case 'source-address':
    case 'destination-address':
      return table('ipv6', plan.timeoutSeconds);
    case 'host':
    case 'cookie-hash':
      return table(`string len ${cookieLength}`, plan.timeoutSeconds);
    case 'content-hash':
      return table(`string len ${hashLength}`, plan.timeoutSeconds);
    case 'tls-session':
      return table('binary len 32', plan.timeoutSeconds);
  }
}

/** `shared`: a table of another place that holds the records; else they are in the backend's own. */
export function persistenceLines(
  plans: Persistences,
  peers: string,
  files: FileSet,
  shared?: string,
): readonly string[] {
  const declared = recordTable(plans);
  const own =
    declared === undefined || shared !== undefined
      ? []
      : [`stick-table ${declared} peers ${peers}`];
  const table = shared === undefined ? '' : ` table ${shared}`;
  const { persistence, fallbackPersistence } = plans;
  const isText = fallbackPersistence !== undefined;
  return [
    ...own,
    ...stickLines(persistence, table, isText, files),
    // HAProxy keeps the first record that a connection makes in a table: this one only where there is no other.
    ...(isText ? stickLines(fallbackPersistence, table, isText, files) : []),
  ];
}

/** `isText`: the table's keys are written out. */
function stickLines(
  plan: PersistencePlan,
  table: string,
  isText: boolean,
  files: FileSet,
): readonly string[] {
  const masked = (fetch: string, length: number | undefined): string =>
    length === undefined ? fetch : `${fetch},ipmask(${length})`;
  switch (plan.kind) {
    case 'none':
    case 'source-hash':
      return [];
    case 'cookie':
      return cookieLines(plan, files);
    case 'source-address':
      return [`stick on ${masked('src', plan.maskLength)}${table}`];
    case 'destination-address':
      return [`stick on ${masked('dst', plan.maskLength)}${table}`];
    case 'host':
      return [`stick on req.hdr(host),lower${table}`];
    case 'tls-session':
      return [
        'tcp-request inspect-delay 5s',
        'tcp-request content accept if { req.ssl_hello_type 1 }',
        // Else HAProxy looks once, before the server has said anything, and keeps no session.
        'tcp-response inspect-delay 5s',
        'tcp-response content accept if { res.ssl_hello_type 2 }',
        // The session identifier, behind the fixed part of both greetings.
        `stick on req.payload_lv(43,1)${isText ? ',hex' : ''}${table} if { req.ssl_hello_type 1 }`,
        `stick store-response res.payload_lv(43,1)${isText ? ',hex' : ''}${table} if { res.ssl_hello_type 2 }`,
      ];
    case 'content-hash':
      return contentLines(plan, table);
    case 'cookie-hash': {
      const { name, offset, length } = plan;
      const part =
        offset === 0 && length === 0 ? '' : `,bytes(${offset}${length === 0 ? '' : `,${length}`})`;
      return [
        `stick on req.cook(${quote(name)})${part}${table}`,
        `stick store-response res.cook(${quote(name)})${part}${table}`,
      ];
    }
  }
}

/** Patterns are texts. The content counts once it is there, or when nothing more comes for a while. */
function contentLines(
  plan: Extract<PersistencePlan, { kind: 'content-hash' }>,
  table: string,
): readonly string[] {
  const { start, end, offset, length, limit } = plan;
  const whole = 'req.payload(0,0)';
  // A pattern of regular expressions: each character that is not plain stands for itself.
  const literal = (text: string): string =>
    text.replaceAll(/[^A-Za-z0-9]/g, (char) => `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  const [from, to] = [start, end].map((text) => text && literal(text));
  const behind = from === undefined ? '' : `(?s)^.*?${from}`;
  const until = to === undefined ? '' : `(?s)${to}.*$`;
  const cut = [behind, until]
    .filter((pattern) => pattern !== '')
    .map((pattern) => `,regsub('"${pattern}"',)`);
  const part =
    offset === 0 && length === 0 ? '' : `,bytes(${offset}${length === 0 ? '' : `,${length}`})`;
  const isThere =
    from === undefined && to === undefined
      ? `{ req.len ge ${offset + length} }`
      : `{ ${whole} -m reg ${quote(`(?s)${from ?? ''}.*${to ?? ''}`)} }`;
  return [
    'tcp-request inspect-delay 5s',
    `tcp-request content accept if ${isThere}`,
    ...(limit > 0 ? [`tcp-request content accept if { req.len ge ${limit} }`] : []),
    `stick on ${whole}${cut.join('')}${part},sha1,hex${table} if ${isThere}`,
  ];
}

type CookiePlan = Extract<PersistencePlan, { kind: 'cookie' }>;

/** Servers are named by the cookie's value. */
function cookieLines(plan: CookiePlan, files: FileSet): readonly string[] {
  const { name, method, alwaysSend, sealing } = plan;
  const { opening, making, value } = sealingLines(plan, files);
  const lines = [
    `http-request set-var(txn.persist) req.cook(${quote(name)})`,
    ...opening,
    'use-server %[var(txn.persist)] if { var(txn.persist) -m found }',
  ];
  const literal = `${name.replaceAll('%', '%%')}=${value}`;
  switch (method) {
    case 'passive':
      return lines;
    case 'rewrite': {
      const filled = quote(String.raw`${literal}\1`);
      return [
        ...lines,
        ...making.map((line) => `${line} if { res.cook(${blankCookie}) -m found }`),
        `http-response replace-header Set-Cookie ^${blankCookie}=[^;]*(.*)$ ${filled}`,
      ];
    }
    case 'insert': {
      const suffix = [
        '; path=/',
        ...(plan.lifeSeconds === undefined ? [] : [`; Max-Age=${plan.lifeSeconds}`]),
        ...(plan.httpOnly ? ['; HttpOnly'] : []),
        ...(plan.secure ? ['; Secure'] : []),
      ].join('');
      const isKnown = '{ srv_name,strcmp(txn.persist) eq 0 }';
      // What came in the clear is sealed from then on.
      const isSealed = sealing === undefined ? '' : ' { var(txn.persist_sealed) -m found }';
      const unless = alwaysSend ? '' : ` unless ${isKnown}${isSealed}`;
      return [
        ...lines,
        ...making.map((line) => `${line}${unless}`),
        `http-response add-header Set-Cookie ${quote(`${literal}${suffix}`)}${unless}`,
      ];
    }
  }
}

/** `script-cookies.ts` reads and writes the variables. The key stands in a file, which nobody is shown. */
function sealingLines(
  { name, sealing }: CookiePlan,
  files: FileSet,
): { opening: readonly string[]; making: readonly string[]; value: string } {
  if (sealing === undefined) return { opening: [], making: [], value: '%[srv_name]' };
  const how = sealing.isRequired ? 'required' : 'preferred';
  return {
    opening: [
      `http-request set-var(txn.persist_key) ${keyIn(sealing.key, files)}`,
      `http-request lua.cookies_open_persist ${quote(name)} ${how} if { var(txn.persist) -m found }`,
    ],
    making: [
      'http-response set-var(txn.persist_new) srv_name',
      `http-response lua.cookies_seal_persist ${quote(name)}`,
    ],
    value: '%[var(txn.persist_new)]',
  };
}

/** HAProxy reads files while it may; what it is told in its configuration, everybody who may look at that would see. */
export function keyIn(key: string, files: FileSet): string {
  return `str(key),map(${files.add(`# sealed cookies\nkey ${key}\n`, 'list')})`;
}
