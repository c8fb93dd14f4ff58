/** What the dns process is to hold, handed over when something in it changed. */
import { createHmac } from 'node:crypto';
import { parsePrefix } from '../../base/address.ts';
import type { ZoneAccess } from '../../base/dns/zone-access.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { PoolPatch } from '../decision/snapshot-patch.ts';
import type { GtmSnapshot } from '../decision/snapshot-types.ts';
import { cookieSecretBytes } from '../dns/cookie.ts';
import { readListeners } from '../objects.ts';
import type { DnsHolding, ListenerSpec } from '../protocol.ts';
import { numberOf, textOf } from '../values.ts';
import { signedZones } from './dnssec-zones.ts';
import type { DnsLink } from './dns-link.ts';
import type { Computed } from './situation.ts';

export interface SenderOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
  zoneAccess(): ZoneAccess | undefined;
}

export interface Sender {
  /** All of it, when something in it is not as it was handed over last; says so to the tracker of applied commits. */
  send(computed: Computed): void;
  /** What is other in the snapshot that was handed over last; all of it, when that was another one. */
  patch(patches: readonly PoolPatch[], computed: () => Computed): void;
  pass(sequence: number): void;
}

export function createSender(link: DnsLink, options: SenderOptions): Sender {
  let last: { readonly rest: string; readonly snapshot: GtmSnapshot } | undefined;
  const send = ({ snapshot, view }: Computed): void => {
    const holding = holdingOf(options, view, snapshot);
    const rest = JSON.stringify({ ...holding, sequence: 0, snapshot: null });
    const isSame =
      last?.rest === rest && (last.snapshot === snapshot || isSaying(last.snapshot, snapshot));
    last = { rest, snapshot };
    if (isSame) link.pass(view.sequence, holding);
    else link.hold(holding);
  };
  return {
    send,
    patch(patches, computed) {
      if (last?.snapshot !== computed().snapshot) return send(computed());
      if (patches.length > 0) link.patch(patches);
    },
    pass: (sequence) => link.pass(sequence),
  };
}

/** The same, whatever configuration it is of; the first difference is enough. */
function isSaying(one: GtmSnapshot, other: GtmSnapshot): boolean {
  const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return (
    one.pools.length === other.pools.length &&
    one.wideIps.length === other.wideIps.length &&
    isEqual([one.settings, one.topology], [other.settings, other.topology]) &&
    one.wideIps.every((wideIp, at) => isEqual(wideIp, other.wideIps[at])) &&
    one.pools.every((pool, at) => isEqual(pool, other.pools[at]))
  );
}

function holdingOf(options: SenderOptions, view: ConfigView, snapshot: GtmSnapshot): DnsHolding {
  return {
    sequence: view.sequence,
    snapshot: { ...snapshot, sequence: view.sequence },
    listeners: readListeners(view).flatMap(({ enabled, spec }): ListenerSpec[] =>
      enabled ? [spec] : [],
    ),
    zones: options.zoneAccess() ?? null,
    explainClients: explainClients(view),
    cookieSecret: cookieSecret(options.store),
    responseRate: responseRate(view),
    signedZones: signedZones(view, Math.floor(options.clock.wallMilliseconds() / 1_000)),
    serverName: serverName(view),
  };
}

/** `sys db gtm.explainclients`: networks, with blanks or commas between them. */
function explainClients(view: ConfigView): readonly string[] {
  const value = textOf(view.get('sys db', explainVariable)?.properties ?? {}, 'value');
  return value.split(/[\s,]+/).filter((text) => parsePrefix(text) !== undefined);
}

const explainVariable = 'gtm.explainclients';
const rateVariable = 'gtm.responserate';
const nsidVariable = 'gtm.nsid';
/** Of `sys db`: what of it is in a holding. */
export const holdingVariables: readonly string[] = [explainVariable, nsidVariable, rateVariable];

function serverName(view: ConfigView): string {
  const { properties = {} } = view.get('sys db', nsidVariable) ?? {};
  return textOf(properties, 'value') === 'enable' ? view.deviceName : '';
}

function responseRate(view: ConfigView): number {
  return numberOf(view.get('sys db', rateVariable)?.properties ?? {}, 'value', 0);
}

/** All devices of the trust domain have the same master key, so that any of them knows a cookie. */
function cookieSecret(store: ConfigStore): string {
  const key = createHmac('sha256', store.secrets.masterKey()).update('evenkeel dns cookies');
  return key.digest('hex').slice(0, 2 * cookieSecretBytes);
}
