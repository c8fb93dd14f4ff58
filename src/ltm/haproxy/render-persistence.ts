/** How HAProxy finds the server that a client had. Pure. */
import type { BackendPlan, PersistencePlan } from '../types.ts';
import { quote } from './quote.ts';

const entries = '100k';
const cookieLength = 64;
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
    case 'tls-session':
      return table('binary len 32', plan.timeoutSeconds);
  }
}

/** `shared`: a table of another place that holds the records; else they are in the backend's own. */
export function persistenceLines(
  plans: Persistences,
  peers: string,
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
    ...stickLines(persistence, table, isText),
    // HAProxy keeps the first record that a connection makes in a table: this one only where there is no other.
    ...(isText ? stickLines(fallbackPersistence, table, isText) : []),
  ];
}

/** `isText`: the table's keys are written out. */
function stickLines(plan: PersistencePlan, table: string, isText: boolean): readonly string[] {
  const masked = (fetch: string, length: number | undefined): string =>
    length === undefined ? fetch : `${fetch},ipmask(${length})`;
  switch (plan.kind) {
    case 'none':
    case 'source-hash':
      return [];
    case 'cookie':
      return cookieLines(plan);
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
        'tcp-response content accept if { res.ssl_hello_type 2 }',
        // The session identifier, behind the fixed part of both greetings.
        `stick on req.payload_lv(43,1)${isText ? ',hex' : ''}${table} if { req.ssl_hello_type 1 }`,
        `stick store-response res.payload_lv(43,1)${isText ? ',hex' : ''}${table} if { res.ssl_hello_type 2 }`,
      ];
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

/** Servers are named by the cookie's value. */
function cookieLines(plan: Extract<PersistencePlan, { kind: 'cookie' }>): readonly string[] {
  const { name, method, alwaysSend } = plan;
  const lines = [
    `http-request set-var(txn.persist) req.cook(${quote(name)})`,
    'use-server %[var(txn.persist)] if { var(txn.persist) -m found }',
  ];
  const literal = `${name.replaceAll('%', '%%')}=%[srv_name]`;
  switch (method) {
    case 'passive':
      return lines;
    case 'rewrite': {
      const value = quote(String.raw`${literal}\1`);
      return [
        ...lines,
        `http-response replace-header Set-Cookie ^${blankCookie}=[^;]*(.*)$ ${value}`,
      ];
    }
    case 'insert': {
      const suffix = [
        '; path=/',
        ...(plan.lifeSeconds === undefined ? [] : [`; Max-Age=${plan.lifeSeconds}`]),
        ...(plan.httpOnly ? ['; HttpOnly'] : []),
        ...(plan.secure ? ['; Secure'] : []),
      ].join('');
      const unless = alwaysSend ? '' : ' unless { srv_name,strcmp(txn.persist) eq 0 }';
      return [
        ...lines,
        `http-response add-header Set-Cookie ${quote(`${literal}${suffix}`)}${unless}`,
      ];
    }
  }
}
