import { isKeyOf, parseCertificate } from '../../iquery/certificate.ts';
import type { ConfigStore, ConfigView } from '../../config/types.ts';
import type { IqueryBodies, IqueryChannel, IquerySession } from '../../iquery/types.ts';
import type { Log } from '../../platform/log.ts';
import { isCertifier, rootName, rootOperation } from './domain.ts';
import { heldAuthority, type AuthorityOptions } from './authority.ts';

/**
 * How the authority's key gets to the certificate authority devices, and to nobody else: who lacks it asks the
 * others, and who makes a new authority gives it to the others before it counts, so that it cannot be lost.
 */
export interface AuthorityKeys {
  connect(channel: IqueryChannel): void;
  /** Certificate and key (PEM) of an authority that is about to be; not for `leaving`. */
  offer(certificate: string, key: string, leaving: string | undefined): void;
  close(): void;
}

/** Authorities that are told of before the configuration names them. */
const maximumOffers = 8;

export interface AuthorityKeyOptions extends AuthorityOptions {
  readonly store: ConfigStore;
  readonly log: Log;
}

type Body = IqueryBodies['authorityKey'];

export function startAuthorityKeys(options: AuthorityKeyOptions): AuthorityKeys {
  const { store } = options;
  const offers = new Map<string, string>();
  let channel: IqueryChannel | undefined;
  const certifiers = (): readonly IquerySession[] =>
    (channel?.sessions() ?? []).filter((session) => isTrusted(store, session));
  const stop = store.onCommit((commit) => {
    if (!commit.changes.some(({ component }) => component === 'cm trust-domain')) return;
    if (isHeldInVain(store.view())) queueMicrotask(() => drop(options));
    const wanted = missing(options);
    const offered = wanted === undefined ? undefined : offers.get(wanted.fingerprint);
    if (wanted === undefined) return;
    // Not within the commit that tells of it.
    if (offered !== undefined) queueMicrotask(() => adopt(options, offered, 'another device'));
    else for (const session of certifiers()) ask(options, session);
  });
  return {
    connect(next) {
      channel = next;
      next.onSession((session, state) => {
        if (state === 'open' && isTrusted(store, session)) ask(options, session);
      });
      next.onMessage('authorityKey', (body, session) => {
        if (session.relation !== 'trust-domain' || body.domain !== domainOf(store)) return;
        if (!isTrusted(store, session)) return;
        if (body.asks) return answer(options, body, session);
        if (!isCertifier(store.view(), store.view().deviceName)) return;
        offers.set(body.fingerprint, body.key);
        for (const oldest of offers.keys()) {
          if (offers.size > maximumOffers) offers.delete(oldest);
        }
        if (missing(options)?.fingerprint === body.fingerprint) {
          adopt(options, body.key, session.device);
        }
      });
    },
    offer(certificate, key, leaving) {
      const fingerprint = fingerprintOf(certificate);
      const body = { domain: domainOf(store), fingerprint, asks: false, key };
      for (const session of certifiers()) {
        if (session.device !== leaving) session.send('control', 'authorityKey', body);
      }
    },
    close: stop,
  };
}

/** A member that may have the key. */
function isTrusted(store: ConfigStore, { relation, device }: IquerySession): boolean {
  return relation === 'trust-domain' && isCertifier(store.view(), device);
}

/** The authority whose key this device should have and has not. */
function missing(
  options: AuthorityKeyOptions,
): { readonly certificate: string; readonly fingerprint: string } | undefined {
  const view = options.store.view();
  if (!isCertifier(view, view.deviceName) || heldAuthority(options) !== undefined) return undefined;
  const certificate = view.get('cm trust-domain', rootName)?.properties['ca-cert'] ?? '';
  const fingerprint = fingerprintOf(certificate);
  return fingerprint === '' ? undefined : { certificate, fingerprint };
}

function ask(options: AuthorityKeyOptions, session: IquerySession): void {
  const wanted = missing(options);
  if (wanted === undefined) return;
  const { fingerprint } = wanted;
  const body = { domain: domainOf(options.store), fingerprint, asks: true, key: '' };
  session.send('control', 'authorityKey', body);
}

function answer(options: AuthorityKeyOptions, body: Body, session: IquerySession): void {
  const held = heldAuthority(options);
  if (held === undefined || fingerprintOf(held.certificate) !== body.fingerprint) return;
  session.send('control', 'authorityKey', { ...body, asks: false, key: held.key });
}

function adopt(options: AuthorityKeyOptions, key: string, from: string): void {
  const { store, log } = options;
  const wanted = missing(options);
  if (wanted === undefined || !isKeyOf(key, wanted.certificate)) return;
  const outcome = store.commit({
    origin: { user: 'system', source: 'system', reason: 'key of the trust authority' },
    operations: [rootOperation({ 'ca-key': key })],
  });
  if (outcome.ok) log.write('notice', `this device has the trust authority's key, from ${from}`);
  else log.write('err', `the trust authority's key was not kept: ${outcome.faults[0]?.message}`);
}

/** A device that may not sign any more keeps no key. */
function isHeldInVain(view: ConfigView): boolean {
  const key = view.get('cm trust-domain', rootName)?.properties['ca-key'];
  return key !== undefined && key !== '' && !isCertifier(view, view.deviceName);
}

function drop({ store, log }: AuthorityKeyOptions): void {
  if (!isHeldInVain(store.view())) return;
  const reason = 'this device is no certificate authority device any more';
  const origin = { user: 'system', source: 'system', reason } as const;
  const outcome = store.commit({ origin, operations: [rootOperation({ 'ca-key': null })] });
  if (!outcome.ok)
    log.write('err', `the authority's key was not dropped: ${outcome.faults[0]?.message}`);
}

function fingerprintOf(certificate: string): string {
  return parseCertificate(certificate)?.fingerprint256 ?? '';
}

function domainOf(store: ConfigStore): string {
  return store.view().get('cm trust-domain', rootName)?.properties.guid ?? '';
}
