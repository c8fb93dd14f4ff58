/** How clients keep their server. Pure. */
import { type Address, parseAddress } from '../base/address.ts';
import type { ComponentId, Properties } from '../catalogue/types.ts';
import { type RecordMirror, recordMirror } from '../config/mirror-addresses.ts';
import { type Item, itemsValue, numberValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { cookieKey } from './cookie-key.ts';
import { cookieLifeSeconds, cookieName, isCookieName } from './persistence.ts';
import type { BackendPlan, PersistencePlan } from './types.ts';

const components: readonly ComponentId[] = [
  'ltm persistence cookie',
  'ltm persistence source-addr',
  'ltm persistence dest-addr',
  'ltm persistence ssl',
  'ltm persistence host',
  'ltm persistence hash',
];
const longestSeconds = 2_147_483;
/** What HAProxy keeps of the beginning of a connection. */
const mostHashedBytes = 15_000;

export function persistProfile(
  view: ConfigView,
  virtual: EffectiveObject,
): EffectiveObject | undefined {
  const items: readonly Item[] = itemsValue(virtual.properties, 'persist');
  const chosen = items.find((item) => textValue(item.properties, 'default') !== 'no') ?? items[0];
  return chosen && profileNamed(view, chosen.name);
}

/** BIG-IP falls back on the address of the client, or on the one that it asked for. */
export function planPersistences(
  view: ConfigView,
  virtual: EffectiveObject,
  mode: 'tcp' | 'http',
  isTls: boolean,
  pool: string,
): Pick<BackendPlan, 'persistence' | 'fallbackPersistence'> {
  const persistence = planPersistence(view, persistProfile(view, virtual), mode, isTls, pool);
  const name = textValue(virtual.properties, 'fallback-persistence');
  const fallback = name === undefined ? undefined : profileNamed(view, name);
  const planned = planPersistence(view, fallback, mode, isTls, pool);
  const isOfAddress = planned.kind === 'source-address' || planned.kind === 'destination-address';
  if (!isOfAddress || persistence.kind === 'source-hash') return { persistence };
  // With nothing before it, it is what there is.
  if (persistence.kind === 'none') return { persistence: planned };
  return { persistence, fallbackPersistence: planned };
}

function profileNamed(view: ConfigView, name: string): EffectiveObject | undefined {
  for (const component of components) {
    const profile = view.get(component, name);
    if (profile !== undefined) return profile;
  }
  return undefined;
}

/** What needs a rule, or what the traffic does not show (cookies without HTTP), persists nothing. */
function planPersistence(
  view: ConfigView,
  profile: EffectiveObject | undefined,
  mode: 'tcp' | 'http',
  isTls: boolean,
  pool: string,
): PersistencePlan {
  if (profile === undefined) return { kind: 'none' };
  const { properties, component } = profile;
  const timeoutSeconds =
    Math.min(longestSeconds, numberValue(properties, 'timeout', longestSeconds)) || 180;
  const mask = parseAddress(textValue(properties, 'mask') ?? '');
  const maskLength = mask === undefined ? undefined : maskBits(mask.bytes);
  switch (component) {
    case 'ltm persistence source-addr':
      if (textValue(properties, 'hash-algorithm') === 'carp') return { kind: 'source-hash' };
      return { kind: 'source-address', timeoutSeconds, maskLength };
    case 'ltm persistence dest-addr':
      return { kind: 'destination-address', timeoutSeconds, maskLength };
    case 'ltm persistence ssl':
      // The session is seen only where TLS passes through.
      return mode === 'tcp' && !isTls ? { kind: 'tls-session', timeoutSeconds } : { kind: 'none' };
    case 'ltm persistence hash':
      return mode === 'tcp' ? planHash(properties, timeoutSeconds) : { kind: 'none' };
    case 'ltm persistence host':
      return mode === 'http' ? { kind: 'host', timeoutSeconds } : { kind: 'none' };
    default:
      return mode === 'http'
        ? planCookie(view, profile, pool, isTls, timeoutSeconds)
        : { kind: 'none' };
  }
}

/** Who else is to have the records of the virtual server, when its persistence profile says so. */
export function planRecordMirror(
  view: ConfigView,
  virtual: EffectiveObject,
): RecordMirror | undefined {
  const profile = persistProfile(view, virtual);
  const isMirrored = profile && textValue(profile.properties, 'mirror') === 'enabled';
  return isMirrored === true ? recordMirror(view) : undefined;
}

/**
 * Whose persistence records count, too (F5 article K5837): those of all virtual servers, of those of the same address,
 * or of the virtual server with other pools. A record leads to the same node where the pool has no such member.
 */
export function planSharing(
  view: ConfigView,
  virtual: EffectiveObject,
  address: Address,
): Pick<BackendPlan, 'sharedRecords'> {
  const profile = persistProfile(view, virtual);
  const isOn = (name: string): boolean =>
    profile !== undefined && textValue(profile.properties, name) === 'enabled';
  if (isOn('match-across-virtuals')) return { sharedRecords: 'virtuals' };
  if (isOn('match-across-services')) return { sharedRecords: `services ${address.text}` };
  return isOn('match-across-pools') ? { sharedRecords: `pools ${virtual.name}` } : {};
}

/** With neither a place nor patterns, only a rule could say what counts. */
function planHash(properties: Properties, timeoutSeconds: number): PersistencePlan {
  const [offset, length, limit] = ['hash-offset', 'hash-length', 'hash-buffer-limit'].map((name) =>
    Math.min(mostHashedBytes, numberValue(properties, name, 0)),
  );
  const [start, end] = ['hash-start-pattern', 'hash-end-pattern'].map((name) => {
    const text = textValue(properties, name) ?? '';
    return text === '' || text === 'none' ? undefined : text;
  });
  if (start === undefined && end === undefined && !length) return { kind: 'none' };
  return {
    kind: 'content-hash',
    start,
    end,
    offset: offset ?? 0,
    length: length ?? 0,
    limit: limit ?? 0,
    timeoutSeconds,
  };
}

function planCookie(
  view: ConfigView,
  { properties }: EffectiveObject,
  pool: string,
  isTls: boolean,
  timeoutSeconds: number,
): PersistencePlan {
  const named = textValue(properties, 'cookie-name');
  const isNamed = named !== undefined && named !== '' && named !== 'none';
  // RFC 6265: no client sends such a cookie back, and HAProxy would refuse its whole configuration.
  if (isNamed && !isCookieName(named)) return { kind: 'none' };
  const name = isNamed ? named : cookieName(pool);
  const method = textValue(properties, 'method');
  if (method === 'hash') {
    // The cookie is the application's own: without its name there is nothing to look at.
    if (!isNamed) return { kind: 'none' };
    return {
      kind: 'cookie-hash',
      name,
      offset: numberValue(properties, 'hash-offset', 0),
      length: numberValue(properties, 'hash-length', 0),
      timeoutSeconds,
    };
  }
  return {
    kind: 'cookie',
    method: method === 'rewrite' || method === 'passive' ? method : 'insert',
    name,
    httpOnly: textValue(properties, 'httponly') === 'enabled',
    secure: isTls && textValue(properties, 'secure') === 'enabled',
    lifeSeconds: cookieLifeSeconds(textValue(properties, 'expiration') ?? '0'),
    alwaysSend: textValue(properties, 'always-send') === 'enabled',
    ...sealing(view, properties),
  };
}

/** "preferred": a cookie that is not sealed counts, too. Without a passphrase nothing is sealed. */
function sealing(
  view: ConfigView,
  properties: Properties,
): Pick<Extract<PersistencePlan, { kind: 'cookie' }>, 'sealing'> {
  const how = textValue(properties, 'cookie-encryption');
  const passphrase = view.plain(textValue(properties, 'cookie-encryption-passphrase') ?? '');
  if ((how !== 'preferred' && how !== 'required') || passphrase === '') return {};
  return { sealing: { key: cookieKey(passphrase), isRequired: how === 'required' } };
}

export function maskBits(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}
