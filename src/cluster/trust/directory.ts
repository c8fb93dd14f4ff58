import { isKeyOf, parseCertificate, splitBundle } from '../../iquery/certificate.ts';
import type { TrustDirectory } from '../../iquery/admission.ts';
import type { ConfigView } from '../../config/types.ts';
import { readBundle } from './authority.ts';
import { devicePath, listsOf, members, revocations, rootName } from './domain.ts';
import type { KeyStore } from './keys.ts';

/** Whom iQuery admits, as the configuration has it. Undefined while no certificate there fits our key. */
export function readDirectory(view: ConfigView, keys: KeyStore): TrustDirectory | undefined {
  const device = view.deviceName;
  const root = view.get('cm trust-domain', rootName)?.properties;
  const authority = root?.['ca-cert'];
  const certificate = view.get('cm device', devicePath(device))?.properties.certificate;
  const key = certificate === undefined ? undefined : keys.keyFor(certificate);
  if (authority === undefined || certificate === undefined || key === undefined) return undefined;
  if (!isKeyOf(key, certificate) || parseCertificate(authority) === undefined) return undefined;
  const known = members(view).filter(
    (member) => parseCertificate(member.certificate) !== undefined,
  );
  return {
    identity: { device, certificate, key },
    domain: root?.guid ?? '',
    authority,
    chain: readBundle(view).chain,
    members: new Map(known.map((member) => [member.device, member.certificate])),
    certifiers: new Set(
      listsOf(view).certifiers.map((path) => path.slice(path.lastIndexOf('/') + 1)),
    ),
    removed: new Set(revocations(view).keys()),
    exchanged: view.list('cm iquery-trust').map(({ name, properties }) => ({
      domain: name.slice(name.lastIndexOf('/') + 1),
      authorities: splitBundle(properties['ca-certificate'] ?? '').filter(
        (pem) => pem !== authority,
      ),
      devices: new Map(
        (properties.devices ?? []).map((one) => [one.name, one['key-fingerprint'] ?? '']),
      ),
    })),
  };
}

/** Changes whenever the directory does. */
export function directoryText(directory: TrustDirectory): string {
  const { identity, exchanged, ...rest } = directory;
  return JSON.stringify([
    identity.certificate,
    identity.device,
    exchanged.map(({ domain, authorities, devices }) => [domain, authorities, [...devices]]),
    [rest.domain, rest.authority, rest.chain],
    [...rest.members],
    [...rest.certifiers],
    [...rest.removed],
  ]);
}

/** Addresses that members call from. */
export function memberAddresses(view: ConfigView): ReadonlySet<string> {
  const addresses = view
    .list('cm device')
    .flatMap(({ properties }) => [
      properties['configsync-ip'],
      properties['management-ip'],
      ...(properties['unicast-address'] ?? []).map(({ ip }) => ip),
    ]);
  return new Set(addresses.filter((address) => address !== undefined).map(String));
}
