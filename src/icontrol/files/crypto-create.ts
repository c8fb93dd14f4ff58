/**
 * `create sys crypto key|cert|csr`: keys, certificates that their key signs, and requests, made here and
 * kept as `sys file ssl-…`; and what `list sys crypto …` shows of these (tmsh reference, sys crypto key).
 */
import { X509Certificate, createPublicKey } from 'node:crypto';
import type { Outcome } from '../../base/fault.ts';
import { UserError } from '../../base/user-error.ts';
import type { Properties } from '../../catalogue/types.ts';
import { commitFor } from '../../config/action-commit.ts';
import { type ActionRequest, type StateRegistry, refuse } from '../../config/runtime-state.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { certificateFacts, keyFacts, remembering } from './certificate-facts.ts';
import { fileName } from './crypto-install.ts';
import {
  type Subject,
  newEcKey,
  newRsaKey,
  readRequest,
  requestFor,
  selfSignedBy,
} from './key-making.ts';

export interface CryptoOptions {
  readonly state: StateRegistry;
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly random: Random;
}

export function provideCryptoCreate(options: CryptoOptions): void {
  const { state, store } = options;
  const provide = (
    kind: string,
    make: (parameters: Properties) => Promise<readonly Operation[]>,
  ): void =>
    state.provideAction(`sys crypto ${kind}`, 'create', async (request) => {
      const made = await attempt(() => make(request.parameters));
      return made.ok ? committed(store, request, made.value) : made;
    });
  provide('key', (parameters) => keyOperations(options, parameters));
  provide('cert', async (parameters) => {
    const key = keptKey(store, parameters);
    return [await certificateOperation(options, parameters, key)];
  });
  provide('csr', async (parameters) => [
    await requestOperation(parameters, keptKey(store, parameters)),
  ]);
  provideCryptoFacts(state, store);
}

async function attempt<T>(make: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await make() };
  } catch (error) {
    if (error instanceof UserError) return refuse(error.message);
    throw error;
  }
}

function committed(
  store: ConfigStore,
  request: ActionRequest,
  operations: readonly Operation[],
): Outcome<Properties> {
  const outcome = commitFor(store, request, operations);
  return outcome.ok ? { ok: true, value: {} } : outcome;
}

async function keyOperations(
  options: CryptoOptions,
  parameters: Properties,
): Promise<readonly Operation[]> {
  const key =
    parameters['key-type'] === 'ec-private'
      ? await newEcKey(String(parameters['curve-name'] ?? 'prime256v1'))
      : await newRsaKey(Number(parameters['key-size'] ?? 2048));
  const made = creating('key', nameOf(parameters), key);
  switch (parameters['generate']) {
    case 'gen-certificate':
      return [made, await certificateOperation(options, parameters, key)];
    case 'gen-csr':
      return [made, await requestOperation(parameters, key)];
    default:
      return [made];
  }
}

function nameOf(parameters: Properties): string {
  return String(parameters['name']);
}

function creating(kind: string, name: string, content: string): Operation {
  return {
    kind: 'create',
    component: `sys file ssl-${kind}`,
    name: fileName(name.replace(/\.(crt|csr|key)$/, ''), kind),
    properties: { content },
  };
}

async function certificateOperation(
  { clock, random }: CryptoOptions,
  parameters: Properties,
  key: string,
): Promise<Operation> {
  const certificate = await selfSignedBy(key, {
    subject: subjectOf(parameters),
    alternativeName: textOf(parameters, 'subject-alternative-name'),
    days: Number(parameters['lifetime'] ?? 365),
    // Positive and without a leading zero, as DER wants it.
    serialNumber: `01${Buffer.from(random.bytes(15)).toString('hex')}`,
    nowMilliseconds: clock.wallMilliseconds(),
  });
  return creating('cert', nameOf(parameters), certificate);
}

async function requestOperation(parameters: Properties, key: string): Promise<Operation> {
  const names = textOf(parameters, 'subject-alternative-name');
  return creating('csr', nameOf(parameters), await requestFor(key, subjectOf(parameters), names));
}

function textOf(parameters: Properties, name: string): string | undefined {
  const value = parameters[name];
  return value === undefined ? undefined : String(value);
}

const subjectWords = [
  'city',
  'common-name',
  'country',
  'email-address',
  'organization',
  'ou',
  'state',
];

function subjectOf(parameters: Properties): Subject {
  if (parameters['common-name'] === undefined) throw new UserError('common-name is needed');
  const country = textOf(parameters, 'country');
  if (country !== undefined && !/^[A-Za-z]{2}$/.test(country)) {
    throw new UserError('country must be two letters');
  }
  return Object.fromEntries(
    subjectWords.flatMap((word) => {
      const value = textOf(parameters, word);
      return value === undefined || value === '' ? [] : [[word, value] as const];
    }),
  );
}

/** The named key, or a UserError that says what is in the way. */
function keptKey(store: ConfigStore, parameters: Properties): string {
  const name = fileName(String(parameters['key']), 'key');
  const view = store.view();
  const content = view.get('sys file ssl-key', name)?.properties.content;
  if (content === undefined) throw new UserError(`The requested key (${name}) was not found.`);
  const key = view.plain(content);
  if (/ENCRYPTED/.test(key)) throw new UserError(`${name} is sealed with a passphrase`);
  return key;
}

/** As OpenSSL writes subjects, line by line, to BIG-IP's words. */
const attributeWords: Readonly<Record<string, string>> = {
  C: 'country',
  CN: 'common-name',
  L: 'city',
  O: 'organization',
  OU: 'ou',
  ST: 'state',
  emailAddress: 'email-address',
};

/** One attribute a line, with special characters escaped; the first of each kind counts. */
function subjectFacts(pem: string): Properties {
  const facts: Record<string, string> = {};
  for (const line of new X509Certificate(pem).subject.split('\n')) {
    const [, attribute = '', value = ''] = /^(\w+)=(.*)$/s.exec(line) ?? [];
    const word = attributeWords[attribute];
    if (word !== undefined) facts[word] ??= value.replace(/\\(.)/gs, '$1');
  }
  return facts;
}

/** Of a certificate, as `sys crypto cert` has it. */
function shownCertificate(pem: string): Properties {
  const facts = certificateFacts(pem);
  if (facts['subject'] === undefined) return {};
  const picked: readonly (readonly [as: string, of: string])[] = [
    ['certificate-key-size', 'certificate-key-size'],
    ['expiration', 'expiration-string'],
    ['fingerprint', 'fingerprint'],
    ['issuer', 'issuer'],
    ['subject-alternative-name', 'subject-alternative-name'],
  ];
  const values = picked.flatMap(([as, of]) => {
    const value = facts[of];
    return value === undefined ? [] : [[as, String(value)] as const];
  });
  const keyType = facts['key-type'];
  return {
    ...Object.fromEntries(values),
    ...(keyType !== undefined && { 'public-key-type': publicKind(String(keyType)) }),
    ...subjectFacts(pem),
  };
}

function publicKind(keyType: string): string {
  return keyType.replace(/-.*/, '').toUpperCase();
}

function shownKey(pem: string): Properties {
  const { 'curve-name': curve, 'key-size': bits, ...others } = keyFacts(pem);
  return {
    ...others,
    ...(curve !== undefined && curve !== 'none' && { 'curve-name': curve }),
    ...(bits !== undefined && { 'key-size': String(bits) }),
  };
}

function shownRequest(pem: string): Properties {
  const request = readRequest(pem);
  if (request === undefined) return {};
  const key = createPublicKey({ key: request.publicKey, format: 'der', type: 'spki' });
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return {
    ...request.subject,
    'public-key-type': key.asymmetricKeyType?.toUpperCase() ?? '',
    ...(bits !== undefined && { 'key-size': String(bits) }),
  };
}

function provideCryptoFacts(state: StateRegistry, store: ConfigStore): void {
  const shown = { cert: shownCertificate, csr: shownRequest, key: shownKey };
  for (const [kind, read] of Object.entries(shown)) {
    const facts = remembering(read);
    state.provideFields(`sys crypto ${kind}`, undefined, (name) => {
      const view = store.view();
      const content = view.get(`sys file ssl-${kind}`, name)?.properties['content'];
      return typeof content === 'string' ? facts(view.plain(content)) : {};
    });
  }
}
