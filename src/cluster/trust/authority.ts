import {
  isKeyOf,
  isSignedBy,
  joinBundle,
  parseCertificate,
  splitBundle,
} from '../../iquery/certificate.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import { createAuthority, crossSign, type KeyMaterial, renewCertificate } from './certificates.ts';
import { members, type NextAuthority, rootName } from './domain.ts';

/** The authority of the trust domain as this device has it, and the next one. */

export interface AuthorityOptions {
  readonly store: ConfigStore;
  readonly clock: Clock;
}

/** Certificates of the bundle beside the authority's own, and certificates that lead to it: the latest count. */
const maximumBundle = 8;

/** How an authority is replaced. */
export interface Replacement {
  /** Device that goes with the same commit, its key never to be let in again. */
  readonly leaving?: string;
  readonly keepsFormer: boolean;
}

/** Undefined on a device that may not sign certificates, or that has not got the key yet. */
export function heldAuthority({ store }: AuthorityOptions): KeyMaterial | undefined {
  const view = store.view();
  const root = view.get('cm trust-domain', rootName)?.properties;
  const certificate = root?.['ca-cert'] ?? '';
  const key = view.plain(root?.['ca-key'] ?? '');
  return key !== '' && isKeyOf(key, certificate) ? { certificate, key } : undefined;
}

export interface Bundle {
  /** PEM: lead from the authority to former ones, nearest first; shown behind a device's certificate. */
  readonly chain: readonly string[];
  /** PEM: former authorities whose signatures still count. */
  readonly formers: readonly string[];
}

export function readBundle(view: ConfigView): Bundle {
  const root = view.get('cm trust-domain', rootName)?.properties;
  const present = parseCertificate(root?.['ca-cert'] ?? '');
  const chain: string[] = [];
  const formers: string[] = [];
  for (const pem of splitBundle(root?.['ca-cert-bundle'] ?? '')) {
    const certificate = parseCertificate(pem);
    if (certificate === undefined || certificate.fingerprint256 === present?.fingerprint256)
      continue;
    (isSignedBy(certificate, certificate) ? formers : chain).push(pem);
  }
  return { chain, formers };
}

/**
 * A new authority, and certificates by it for every member but `leaving`. The former one goes on to count
 * beside it when it is kept; else it counts no more at once.
 */
export async function makeNextAuthority(
  options: AuthorityOptions,
  { leaving, keepsFormer }: Replacement,
): Promise<NextAuthority> {
  const view = options.store.view();
  const now = options.clock.wallMilliseconds();
  const domain = view.get('cm trust-domain', rootName)?.properties.guid ?? '';
  const former = heldAuthority(options);
  const made = await createAuthority(`${view.deviceName} ${domain}`, now);
  const { chain, formers } = readBundle(view);
  const step = former === undefined ? [] : [await crossSign(former, made.certificate, now)];
  const kept = keepsFormer && former !== undefined ? [former.certificate, ...formers] : [];
  const bundle = [
    made.certificate,
    ...[...step, ...(former === undefined ? [] : chain)].slice(0, maximumBundle),
    ...kept.slice(0, maximumBundle),
  ];
  const staying = members(view)
    .map(({ device }) => device)
    .filter((device) => device !== leaving);
  const signed = await renewDevices(options, made, staying);
  return { ...made, bundle: joinBundle(bundle), signed };
}

/** New certificates (PEM) for the keys that the devices have. */
export async function renewDevices(
  { store, clock }: AuthorityOptions,
  authority: KeyMaterial,
  devices: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const view = store.view();
  const domain = view.get('cm trust-domain', rootName)?.properties.guid ?? '';
  const now = clock.wallMilliseconds();
  const signed = new Map<string, string>();
  for (const { device, certificate } of members(view)) {
    if (!devices.includes(device) || parseCertificate(certificate) === undefined) continue;
    signed.set(device, await renewCertificate(authority, certificate, { device, domain }, now));
  }
  return signed;
}
