/**
 * `generate ltm rule X checksum`, `… signature signing-key K`, and whether what a script says of itself still holds.
 * A checksum is the MD5 of the text, as BIG-IP makes it; a signature is made with SHA-256 (which one BIG-IP takes is not
 * known). Nothing is refused for a wrong one: scripts come from devices whose keys are not here.
 */
import { X509Certificate, createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { Outcome } from '../../base/fault.ts';
import { actionsOf } from '../../catalogue/move.ts';
import { generate } from '../../catalogue/signing.ts';
import type { Component, Properties } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { type SigningKind, joinSigned, splitSigned } from '../../config/model/signed-script.ts';
import { type ActionRequest, type StateRegistry, refuse } from '../../config/runtime-state.ts';
import { qualify } from '../../config/text/names.ts';
import { printObject } from '../../config/text/print.ts';
import type { ConfigStore, ConfigView, Operation } from '../../config/types.ts';
import { fileName } from './crypto-install.ts';

const body = 'api-anonymous';
const maximumVerifiers = 500;

export function provideScriptSigning(
  store: ConfigStore,
  state: StateRegistry,
  components: readonly Component[],
): void {
  const statusOf = rememberingStatus(store);
  for (const component of components.filter((one) => actionsOf(one).includes(generate))) {
    state.provideAction(component.id, 'generate', (request) =>
      Promise.resolve(generated(store, component, request)),
    );
    state.provideFields(component.id, undefined, (name) => statusOf(component, name));
  }
}

/** Where components keep both beside the text; without one the text itself ends with it. */
const places: readonly Readonly<Record<SigningKind, string>>[] = [
  { checksum: 'script-checksum', signature: 'script-signature' },
  { checksum: 'apl-checksum', signature: 'apl-signature' },
  { checksum: 'tmpl-checksum', signature: 'tmpl-signature' },
];

/** A template's scripts stand in what it can do, and count together, as they are printed. */
const parts = 'actions';

function textOf(component: Component, properties: Properties): string {
  const text = properties[body];
  if (text !== undefined) return String(text);
  const few = component.properties.filter(({ name }) => name === parts);
  return few.length === 0 ? '' : printObject({ ...component, properties: few }, '', properties);
}

function placesOf({ properties }: Component): Readonly<Record<SigningKind, string>> | undefined {
  return places.find(({ checksum }) => properties.some(({ name }) => name === checksum));
}

interface Claim {
  readonly script: string;
  readonly kind: SigningKind | undefined;
  readonly value: string;
}

function claimOf(component: Component, properties: Properties): Claim {
  const text = textOf(component, properties);
  const kept = placesOf(component);
  if (kept === undefined) {
    const { script, kind, value = '' } = splitSigned(text);
    return { script, kind, value };
  }
  const script = text.trim();
  for (const kind of ['checksum', 'signature'] as const) {
    const value = properties[kept[kind]];
    if (typeof value === 'string') return { script, kind, value };
  }
  return { script, kind: undefined, value: '' };
}

function generated(
  store: ConfigStore,
  component: Component,
  request: ActionRequest,
): Outcome<Properties> {
  const { parameters } = request;
  const name = qualify(String(parameters['name']), '/Common');
  const view = store.view();
  const held = view.stored(component.id, name);
  if (held === undefined) {
    return refuse(`The requested ${component.noun} (${name}) was not found.`, 404, '01020036');
  }
  const kind = parameters['kind'] === 'signature' ? 'signature' : 'checksum';
  const claim = claimOf(component, held.properties);
  if (claim.kind !== undefined && claim.kind !== kind) {
    return refuse(
      `${component.id} ${name} has a ${claim.kind}; a script has a checksum or a signature, not both`,
    );
  }
  const keyName = fileName(String(parameters['signing-key'] ?? ''), 'key');
  if (kind === 'signature' && parameters['signing-key'] === undefined) {
    return refuse('one or more properties must be specified: signing-key');
  }
  const value =
    kind === 'checksum' ? checksumOf(claim.script) : signed(view, keyName, claim.script);
  if (typeof value !== 'string') return value;
  const properties = withClaim(component, claim.script, kind, value, keyName);
  const operation: Operation = { kind: 'modify', component: component.id, name, properties };
  const outcome = commitFor(store, request, [operation]);
  return outcome.ok ? { ok: true, value: {} } : outcome;
}

function withClaim(
  component: Component,
  script: string,
  kind: SigningKind,
  value: string,
  key: string,
): Properties {
  const kept = placesOf(component);
  if (kept === undefined) return { [body]: joinSigned(script, kind, value) };
  return { [kept[kind]]: value, ...(kind === 'signature' && { 'signing-key': key }) };
}

function checksumOf(script: string): string {
  return createHash('md5').update(script).digest('hex');
}

/** In base64, or why not. */
function signed(view: ConfigView, key: string, script: string): string | Outcome<never> {
  const content = view.get('sys file ssl-key', key)?.properties['content'];
  if (typeof content !== 'string') {
    return refuse(`The requested key (${key}) was not found.`, 404, '01020036');
  }
  const pem = view.plain(content);
  if (/ENCRYPTED/.test(pem)) return refuse(`${key} is sealed with a passphrase`);
  return sign('sha256', Buffer.from(script), pem).toString('base64');
}

/** Looked at again only when something was committed. */
function rememberingStatus(store: ConfigStore): (component: Component, name: string) => Properties {
  const known = new WeakMap<object, { readonly sequence: number; readonly status: Properties }>();
  return (component, name) => {
    const view = store.view();
    const stored = view.stored(component.id, name);
    if (stored === undefined) return {};
    const before = known.get(stored);
    if (before?.sequence === view.sequence) return before.status;
    const status = statusOf(component, claimOf(component, stored.properties), view);
    known.set(stored, { sequence: view.sequence, status });
    return status;
  };
}

function statusOf(component: Component, claim: Claim, view: ConfigView): Properties {
  const isKept = placesOf(component) !== undefined;
  if (claim.kind === undefined) return isKept ? { 'verification-status': 'none' } : {};
  const isRight =
    claim.kind === 'checksum'
      ? checksumOf(claim.script) === claim.value
      : isSignedHere(claim, view);
  return {
    'verification-status': `${claim.kind}-${isRight ? 'verified' : 'unverified'}`,
    ...(isKept && {
      'total-signing-status': claim.kind === 'checksum' ? 'checksum' : 'one-cert-signed',
    }),
  };
}

/** By any certificate of this device, as an iRule does not say whose signature it has; or by the signer's own key. */
function isSignedHere({ script, value }: Claim, view: ConfigView): boolean {
  const text = Buffer.from(script);
  const signature = Buffer.from(value, 'base64');
  const contents = (kind: string): readonly string[] =>
    view
      .list(`sys file ssl-${kind}`)
      .slice(0, maximumVerifiers)
      .flatMap(({ properties: { content } }) =>
        typeof content === 'string' ? [view.plain(content)] : [],
      );
  const isBy = (read: () => Parameters<typeof verify>[2]): boolean => {
    try {
      return verify('sha256', text, read(), signature);
    } catch {
      // Not a certificate or key that can be read here; others are asked.
      return false;
    }
  };
  return (
    contents('cert').some((pem) => isBy(() => new X509Certificate(pem).publicKey)) ||
    contents('key').some((pem) => isBy(() => createPublicKey(pem)))
  );
}
