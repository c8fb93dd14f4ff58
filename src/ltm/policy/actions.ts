/**
 * Actions of a policy's rules, read. Pure. Source of the words: tmsh reference of `ltm policy`. What cannot be carried
 * out is refused: a policy that does half of what it says is worse than none.
 */
import { parseAddress } from '../../base/address.ts';
import type { Properties } from '../../catalogue/types.ts';
import { numberValue, textValue } from '../../config/property-values.ts';
import { quote } from '../haproxy/quote.ts';
import type { PolicyUser } from './conditions.ts';
import { policyLogAction, policyLogVariable, severities } from './log-action.ts';
import { type Read, type Refused, type Template, readText } from './tcl.ts';
import type { ActionPlan } from './types.ts';

type Side = ActionPlan['phase'];

/** What the rule asks of the way on. */
export interface RouteWords {
  readonly pool?: string;
  /** Of the pool, the only one: as the pool names it. */
  readonly member?: string;
  /** A server that need not be in any pool. */
  readonly node?: { readonly address: string; readonly port: number };
  /** Another virtual server, with all that it does. */
  readonly virtual?: string;
  readonly snat?: string;
  readonly snatpool?: string;
  readonly persist?: Properties;
  readonly isServerTlsOff?: true;
}

/** Plans of rules for HAProxy, wishes for the way on, or nothing that needs to be done. */
export type ActionRead = Read<{
  readonly plans: readonly ActionPlan[];
  readonly route: RouteWords;
}>;

/** Switching off what is never on. */
const alwaysOff = new Set([
  'asm',
  'avr',
  'bot-defense',
  'decompress',
  'l7dos',
  'pem',
  'request-adapt',
  'response-adapt',
  'wam',
]);
const redirectCodes = [301, 302, 303, 307, 308];
const usualRedirect = 302;

export function readAction(action: Properties, user: PolicyUser): ActionRead {
  const target = textValue(action, 'target') ?? '';
  const deed = textValue(action, 'deed') ?? '';
  const side: Side = textValue(action, 'event') === 'response' ? 'response' : 'request';
  if (alwaysOff.has(target) && deed === 'disable') return nothing();
  switch (target) {
    case 'forward':
      return forward(action, deed, side);
    case 'shutdown':
      return planned([final(side, rejection(side))]);
    case 'persist':
      return { ok: true, value: { plans: [], route: { persist: action } } };
    case 'log':
      return deed === 'write' ? logLine(action, side) : unknown(target, deed);
    case 'server-ssl':
      if (deed === 'enable') return nothing();
      return { ok: true, value: { plans: [], route: { isServerTlsOff: true } } };
    default:
      if (!user.isHttp) return refuse(`the action "${target} ${deed}" needs an http profile`);
      return httpAction(action, target, deed, side);
  }
}

/** In the device's log, by its severity. */
function logLine(action: Properties, side: Side): ActionRead {
  const text = textIn(action, 'message', side);
  if (!text.ok) return text;
  const severity = textValue(action, 'priority') ?? 'info';
  if (!severities.some((one) => one === severity))
    return refuse(`"${severity}" is no severity to log with`);
  return planned([
    plan(side, `set-var-fmt(${policyLogVariable}) ${written(text.value)}`, text.value),
    plan(side, `${policyLogAction} ${severity}`),
  ]);
}

function forward(action: Properties, deed: string, side: Side): ActionRead {
  if (deed === 'reset') return planned([final(side, rejection(side))]);
  if (side === 'response') return refuse('an answer cannot be forwarded');
  for (const other of ['clone-pool', 'vlan']) {
    if (textValue(action, other) !== undefined)
      return refuse(`"forward select ${other}" is not carried yet`);
  }
  const [pool, snat, snatpool, member, virtual, address] = [
    'pool',
    'snat',
    'snatpool',
    'member',
    'virtual',
    'node',
  ].map((name) => textValue(action, name));
  const port = numberValue(action, 'port', 0);
  if (address !== undefined && parseAddress(address) === undefined)
    return refuse(`"forward select node ${address}" names no address`);
  const route = {
    ...(pool !== undefined && { pool }),
    ...(member !== undefined && { member: port === 0 ? member : `${member}:${port}` }),
    ...(virtual !== undefined && { virtual }),
    ...(address !== undefined && { node: { address, port } }),
    ...(snat !== undefined && { snat }),
    ...(snatpool !== undefined && { snatpool }),
  };
  if (Object.keys(route).length === 0) return refuse(`"forward ${deed}" names nothing to go to`);
  return { ok: true, value: { plans: [], route } };
}

/** BIG-IP resets; HAProxy ends the connection without an answer. */
function rejection(side: Side): string {
  return side === 'request' ? 'reject' : 'deny deny_status 500';
}

function httpAction(action: Properties, target: string, deed: string, side: Side): ActionRead {
  switch (target) {
    case 'http-reply':
      return deed === 'redirect' ? redirect(action, side) : unknown(target, deed);
    case 'http-header':
      return field(action, deed, side, textValue(action, 'tm-name') ?? '');
    case 'http-referer':
      return field(action, deed, 'request', 'Referer');
    case 'http-host':
      return deed === 'replace' ? field(action, deed, 'request', 'Host') : unknown(target, deed);
    case 'http-uri':
      return deed === 'replace' ? replaceUri(action) : unknown(target, deed);
    case 'http-cookie':
      return cookie(action, deed);
    case 'http-set-cookie':
      return deed === 'insert' ? setCookie(action) : unknown(target, deed);
    case 'compress':
      // What a client does not say it takes is not compressed.
      if (deed === 'enable') return nothing();
      return planned([plan('request', 'del-header Accept-Encoding')]);
    case 'cache':
      if (deed === 'enable') return nothing();
      return planned([plan('request', `set-var(${cacheOff}) int(1)`)]);
    default:
      return unknown(target, deed);
  }
}

/** Requests that have it are neither answered from the cache nor put into it. */
export const cacheOff = 'txn.cache_off';

function redirect(action: Properties, side: Side): ActionRead {
  const location = textIn(action, 'location', side);
  if (!location.ok) return location;
  const code = numberValue(action, 'code', 0) || numberValue(action, 'status', 0) || usualRedirect;
  if (!redirectCodes.includes(code)) return refuse(`a redirect cannot have the code ${code}`);
  return planned([
    final(side, `redirect location ${written(location.value)} code ${code}`, location.value),
  ]);
}

function field(action: Properties, deed: string, side: Side, name: string): ActionRead {
  if (!isToken(name)) return refuse(`"${name}" is no name of a header`);
  if (deed === 'remove') return planned([plan(side, `del-header ${quote(name)}`)]);
  const value = textIn(action, 'value', side);
  if (!value.ok) return value;
  switch (deed) {
    case 'insert':
      return planned([
        plan(side, `add-header ${quote(name)} ${written(value.value)}`, value.value),
      ]);
    case 'replace':
      return planned([
        plan(side, `set-header ${quote(name)} ${written(value.value)}`, value.value),
      ]);
    default:
      return unknown('http-header', deed);
  }
}

function replaceUri(action: Properties): ActionRead {
  const deeds = {
    value: 'set-uri',
    host: 'set-header Host',
    path: 'set-path',
    'query-string': 'set-query',
  };
  const plans: ActionPlan[] = [];
  for (const [property, deed] of Object.entries(deeds)) {
    if (textValue(action, property) === undefined) continue;
    const text = textIn(action, property, 'request');
    if (!text.ok) return text;
    plans.push(plan('request', `${deed} ${written(text.value)}`, text.value));
  }
  return plans.length === 0
    ? refuse('"http-uri replace" says nothing to put there')
    : planned(plans);
}

/** RFC 6265: the cookies of a request are one header. */
function cookie(action: Properties, deed: string): ActionRead {
  const name = textValue(action, 'tm-name') ?? '';
  if (!isToken(name)) return refuse(`"${name}" is no name of a cookie`);
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const without = [
    plan(
      'request',
      `replace-header Cookie ${quote(`^(.*; *)?${pattern}=[^;]*;? *(.*)$`)} ${quote(String.raw`\1\2`)}`,
    ),
    plan('request', `replace-header Cookie ${quote('^(.*[^; ])[; ]+$')} ${quote(String.raw`\1`)}`),
    { ...plan('request', 'del-header Cookie'), when: '{ req.fhdr(cookie) -m len 0 }' },
  ];
  if (deed === 'remove') return planned(without);
  const value = textIn(action, 'value', 'request');
  if (!value.ok) return value;
  const kept = `set-var(txn.cookies) ${quote(String.raw`req.fhdr(cookie),regsub("^(.+)$","\1; ")`)}`;
  const added = `set-header Cookie ${written({ ...value.value, format: `%[var(txn.cookies)]${name}=${value.value.format}` })}`;
  const isInsert = deed === 'insert';
  return planned([
    ...(isInsert ? [] : without),
    plan('request', kept),
    plan('request', added, value.value),
  ]);
}

function setCookie(action: Properties): ActionRead {
  const name = textValue(action, 'tm-name') ?? '';
  if (!isToken(name)) return refuse(`"${name}" is no name of a cookie`);
  const value = textIn(action, 'value', 'response');
  if (!value.ok) return value;
  const [domain, path] = ['domain', 'path'].map((part) => textValue(action, part));
  const expiry = numberValue(action, 'expiry-secs', 0);
  const attributes = [
    ...(domain === undefined ? [] : [`; Domain=${domain}`]),
    ...(path === undefined ? [] : [`; Path=${path}`]),
    ...(expiry === 0 ? [] : [`; Max-Age=${expiry}`]),
  ];
  const format = `${name}=${value.value.format}${attributes.join('').replaceAll('%', '%%')}`;
  const line = `add-header Set-Cookie ${written({ ...value.value, format })}`;
  return planned([plan('response', line, value.value)]);
}

function textIn(action: Properties, property: string, side: Side): Read<Template> {
  const text = textValue(action, property);
  return text === undefined ? refuse(`an action lacks its "${property}"`) : readText(text, side);
}

function written({ format }: Template): string {
  return quote(format);
}

function isToken(name: string): boolean {
  return /^[\w!#$&*+.^`|~-]+$/.test(name);
}

function plan(phase: Side, action: string, text?: Template): ActionPlan {
  return { phase, action, isFinal: false, captures: text?.captures ?? [] };
}

function final(phase: Side, action: string, text?: Template): ActionPlan {
  return { ...plan(phase, action, text), isFinal: true };
}

function planned(plans: readonly ActionPlan[]): ActionRead {
  return { ok: true, value: { plans, route: {} } };
}

function nothing(): ActionRead {
  return planned([]);
}

function unknown(target: string, deed: string): Refused {
  return refuse(`the action "${target} ${deed}" is not carried here`);
}

function refuse(reason: string): Refused {
  return { ok: false, reason };
}
