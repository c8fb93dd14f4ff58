/** Policies of one virtual server, and the ways of using pools that their rules need. Pure. */
import { parseAddress } from '../base/address.ts';
import type { Properties } from '../catalogue/types.ts';
import { itemsValue, lastPart, numberValue, textValue } from '../config/property-values.ts';
import type { ConfigView, EffectiveObject } from '../config/types.ts';
import { withWay } from './backend-way.ts';
import { cookieName, isCookieName } from './persistence.ts';
import { hopTo } from './plan-hop.ts';
import { floatingSources, snatAddresses } from './plan-source.ts';
import type { RouteWords } from './policy/actions.ts';
import { readPolicy } from './policy/read-policy.ts';
import type { Read } from './policy/tcl.ts';
import type { PolicyPlan } from './policy/types.ts';
import type { BackendKey } from './backend-key.ts';
import type { BackendPlan, PersistencePlan, SourcePlan } from './types.ts';

export interface PolicyPlace {
  readonly isHttp: boolean;
  readonly isTls: boolean;
  /** Of the virtual server itself. */
  readonly pool: string | undefined;
  readonly trafficGroup: string;
  /** The virtual server's way of using a pool. */
  readonly toPool: (pool: string) => Omit<BackendPlan, 'way'>;
}

export interface PlannedPolicies {
  readonly policies: readonly PolicyPlan[];
  readonly backends: readonly BackendPlan[];
}

/** A text says why they cannot be carried. */
export function planPolicies(
  view: ConfigView,
  virtual: EffectiveObject,
  place: PolicyPlace,
): PlannedPolicies | string {
  const backends = new Map<string, BackendPlan>();
  const routeOf = (wish: RouteWords): Read<BackendKey> => {
    const backend =
      wish.virtual === undefined
        ? backendFor(view, place, wish)
        : hopTo(view, virtual.name, wish.virtual, place);
    if (!backend.ok) return backend;
    const { pool, way } = backend.value;
    backends.set(`${pool} ${way}`, backend.value);
    return { ok: true, value: { pool, way } };
  };
  const policies: PolicyPlan[] = [];
  for (const { name } of itemsValue(virtual.properties, 'policies')) {
    const policy = view.get('ltm policy', name);
    if (policy === undefined) continue;
    const read = readPolicy(view, policy, { ...place, routeOf });
    if (!read.ok) return read.reason;
    policies.push(read.value);
  }
  return { policies, backends: [...backends.values()] };
}

function backendFor(view: ConfigView, place: PolicyPlace, wish: RouteWords): Read<BackendPlan> {
  const pool = wish.node === undefined ? (wish.pool ?? place.pool) : nodeName(wish.node);
  if (pool === undefined)
    return { ok: false, reason: 'it names no pool, and nor does the virtual server' };
  const member = wish.member === undefined ? undefined : memberNamed(view, pool, wish.member);
  if (wish.member !== undefined && member === undefined && pool !== '')
    return { ok: false, reason: `the pool ${pool} has no member ${wish.member}` };
  const address = wish.node && parseAddress(wish.node.address);
  const usual = {
    ...place.toPool(pool),
    ...(member !== undefined && { onlyMember: member }),
    ...(wish.node !== undefined &&
      address !== undefined && { node: { address, port: wish.node.port } }),
  };
  const source = sourceFor(view, place, wish) ?? usual.source;
  const asked = wish.persist && persistenceFor(wish.persist, pool, place.isHttp);
  if (typeof asked === 'string') return { ok: false, reason: asked };
  const serverTls = wish.isServerTlsOff === true ? undefined : usual.serverTls;
  const next = { ...usual, source, serverTls };
  if (asked === undefined) return { ok: true, value: withWay(next) };
  const { fallbackPersistence: _, ...withoutFallback } = next;
  return { ok: true, value: withWay({ ...withoutFallback, persistence: asked }) };
}

/** Not a name that a pool can have. */
function nodeName({ address, port }: { readonly address: string; readonly port: number }): string {
  return `//${address}:${port}`;
}

/** With or without its folder. */
function memberNamed(view: ConfigView, pool: string, wanted: string): string | undefined {
  const members = itemsValue(view.get('ltm pool', pool)?.properties ?? {}, 'members');
  return members.find(({ name }) => name === wanted || lastPart(name) === lastPart(wanted))?.name;
}

function sourceFor(
  view: ConfigView,
  { trafficGroup }: PolicyPlace,
  { snat, snatpool }: RouteWords,
): SourcePlan | undefined {
  if (snatpool !== undefined) return { kind: 'pool', addresses: snatAddresses(view, snatpool) };
  switch (snat) {
    case undefined:
      return undefined;
    case 'automap':
      return { kind: 'automap', floating: floatingSources(view, trafficGroup) };
    default:
      return { kind: 'client' };
  }
}

const usualSeconds = 180;
const longestSeconds = 2_147_483;

/** As an action says it; a text says why it cannot be. */
function persistenceFor(
  action: Properties,
  pool: string,
  isHttp: boolean,
): PersistencePlan | string {
  const deed = textValue(action, 'deed') ?? '';
  const asked = numberValue(action, 'timeout', 0) || usualSeconds;
  const timeoutSeconds = Math.min(longestSeconds, asked);
  switch (deed) {
    case 'disable':
      return { kind: 'none' };
    case 'source-address':
    case 'destination-address':
      return { kind: deed, timeoutSeconds, maskLength: undefined };
    case 'cookie-insert':
    case 'cookie-rewrite':
    case 'cookie-passive':
      return isHttp ? cookieFor(action, deed, pool) : 'persistence by cookie needs an http profile';
    default:
      return `"persist ${deed}" is not carried here`;
  }
}

function cookieFor(action: Properties, deed: string, pool: string): PersistencePlan | string {
  const name = textValue(action, 'tm-name') ?? cookieName(pool);
  if (!isCookieName(name)) return `"${name}" is no name of a cookie`;
  const expiry = numberValue(action, 'expiry-secs', 0);
  return {
    kind: 'cookie',
    method:
      deed === 'cookie-rewrite' ? 'rewrite' : deed === 'cookie-passive' ? 'passive' : 'insert',
    name,
    httpOnly: false,
    secure: false,
    lifeSeconds: expiry === 0 ? undefined : expiry,
    alwaysSend: false,
  };
}
