/** What the profiles of a listener say about TLS: none, DNS over TLS, or over HTTPS. */
import type { Properties } from '../catalogue/types.ts';
import { certificatesOf, spokenBy } from '../config/tls/profile.ts';
import { itemsValue } from '../config/property-values.ts';
import type { ConfigView } from '../config/types.ts';
import type { ListenerTls, SecureDoor } from './protocol.ts';
import { textOf } from './values.ts';

const clientSsl = 'ltm profile client-ssl';

/** Do changes of such objects change doors? */
export function concernsDoors(component: string): boolean {
  return (
    component === clientSsl ||
    component.startsWith('ltm cipher ') ||
    component === 'sys file ssl-cert' ||
    component === 'sys file ssl-key'
  );
}

export function readSecureDoor(view: ConfigView, listener: Properties): SecureDoor | undefined {
  const names = itemsValue(listener, 'profiles').map(({ name }) => name);
  const secured = names.flatMap((name) => view.get(clientSsl, name) ?? []);
  const active = secured.filter(({ properties }) => textOf(properties, 'mode') !== 'disabled');
  const profile =
    active.find(({ properties }) => textOf(properties, 'sni-default') === 'true') ?? active[0];
  if (profile === undefined) return undefined;
  const isHttps = names.some((name) => view.get('ltm profile doh-server', name) !== undefined);
  const tls = readTls(view, profile.name, profile.properties, spokenBy(view, profile));
  const others = namesOf(
    view,
    active.filter((one) => one !== profile),
  );
  const whole = typeof tls === 'string' || others.length === 0 ? tls : { ...tls, names: others };
  return { kind: isHttps ? 'https' : 'tls', tls: whole };
}

/** Those without a name, or without a certificate, are never shown. */
function namesOf(
  view: ConfigView,
  profiles: readonly { readonly properties: Properties }[],
): NonNullable<ListenerTls['names']> {
  return profiles.flatMap(({ properties }) => {
    const name = textOf(properties, 'server-name', 'none').toLowerCase();
    const pems = certificatesOf(view, properties).map(({ pem }) => pem);
    return name === 'none' || name === '' || pems.length === 0 ? [] : [{ name, pems }];
  });
}

function readTls(
  view: ConfigView,
  name: string,
  properties: Properties,
  spoken: ReturnType<typeof spokenBy>,
): ListenerTls | string {
  if (typeof spoken === 'string') return spoken;
  const pems = certificatesOf(view, properties).map(({ pem }) => pem);
  if (pems.length === 0) return `${name} has no certificate with its key`;
  const { lowest, highest } = spoken.versions;
  return {
    pems,
    oldest: `TLSv${lowest}`,
    newest: `TLSv${highest}`,
    // BIG-IP's DEFAULT is OpenSSL's.
    ciphers: spoken.ciphers ?? null,
  };
}
