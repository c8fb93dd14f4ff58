/**
 * Makes the generations of keys that signed zones want, and takes away what has had its time; one member of a
 * synchronisation group does it, the others get the commits. Private keys are kept sealed.
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Properties } from '../../catalogue/types.ts';
import type { ConfigStore, Operation } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { dnskeyData, dnssecAlgorithms, type DnssecAlgorithm } from '../dns/dnssec.ts';
import { numberOf } from '../values.ts';
import {
  algorithmOf,
  dnssecKey,
  expiredGenerations,
  generationsOf,
  isGenerationDue,
  keyTypeOf,
  termsOf,
  wantedKeys,
} from './dnssec-zones.ts';

export interface DnssecKeeper {
  /** Looks whether anything is due; what it takes is done in the background, once at a time. */
  look(): void;
  /** The next generation of the key, now; throws when it cannot be made. Undefined: there is no such key. */
  rollOver(name: string): Promise<number | undefined>;
}

/** After a failure, which is logged. */
const patienceMilliseconds = 60_000;

export function createDnssecKeeper(options: {
  readonly store: ConfigStore;
  readonly clock: Clock;
  readonly log: Log;
}): DnssecKeeper {
  const { clock, log, store } = options;
  let isBusy = false;
  let notBefore = 0;
  const run = async (): Promise<void> => {
    try {
      for (const name of wantedKeys(store.view())) {
        const operations = await dueFor(store, name, Math.floor(clock.wallMilliseconds() / 1_000));
        if (operations.length > 0) commit(store, operations);
      }
    } catch (error) {
      notBefore = clock.monotonicMilliseconds() + patienceMilliseconds;
      log.write('err', `DNSSEC keys cannot be renewed: ${String(error)}`);
    }
    isBusy = false;
  };
  return {
    look() {
      if (isBusy || clock.monotonicMilliseconds() < notBefore) return;
      const now = Math.floor(clock.wallMilliseconds() / 1_000);
      if (!wantedKeys(store.view()).some((name) => isDue(store, name, now))) return;
      isBusy = true;
      // Listeners are told one commit at a time.
      clock.after(0, () => void run());
    },
    async rollOver(name) {
      const properties = store.view().get(dnssecKey, name)?.properties;
      const algorithm = properties && algorithmOf(properties);
      if (properties === undefined || algorithm === undefined) return undefined;
      const now = Math.floor(clock.wallMilliseconds() / 1_000);
      const { number, operation } = await nextGeneration(name, properties, algorithm, now);
      commit(store, [operation]);
      return number;
    },
  };
}

interface NextGeneration {
  readonly number: number;
  readonly operation: Operation;
}

async function nextGeneration(
  name: string,
  properties: Properties,
  algorithm: DnssecAlgorithm,
  now: number,
): Promise<NextGeneration> {
  const bits = numberOf(properties, 'bit-width', 2_048);
  const pair = await makeKeys(algorithm, bits);
  const data = dnskeyData(
    keyTypeOf(properties),
    dnssecAlgorithms[algorithm],
    publicBytes(pair.publicKey),
  );
  const secret = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const number = (generationsOf(properties).at(-1)?.number ?? 0) + 1;
  const operation: Operation = {
    kind: 'create-item',
    component: dnssecKey,
    name,
    property: 'generations',
    item: String(number),
    properties: {
      created: now,
      dnskey: data.toBase64(),
      'private-key': secret.toString('base64'),
    },
  };
  return { number, operation };
}

function isDue(store: ConfigStore, name: string, now: number): boolean {
  const properties = store.view().get(dnssecKey, name)?.properties;
  if (properties === undefined || algorithmOf(properties) === undefined) return false;
  const generations = generationsOf(properties);
  const terms = termsOf(properties);
  return (
    isGenerationDue(generations, terms, now) ||
    expiredGenerations(generations, terms, now).length > 0
  );
}

async function dueFor(
  store: ConfigStore,
  name: string,
  now: number,
): Promise<readonly Operation[]> {
  const properties = store.view().get(dnssecKey, name)?.properties ?? {};
  const algorithm = algorithmOf(properties);
  if (algorithm === undefined) return [];
  const generations = generationsOf(properties);
  const terms = termsOf(properties);
  const at = { component: dnssecKey, name, property: 'generations' } as const;
  const operations: Operation[] = expiredGenerations(generations, terms, now).map((number) => ({
    kind: 'delete-item',
    ...at,
    item: String(number),
  }));
  if (isGenerationDue(generations, terms, now)) {
    operations.push((await nextGeneration(name, properties, algorithm, now)).operation);
  }
  return operations;
}

function commit(store: ConfigStore, operations: readonly Operation[]): void {
  const origin = { user: 'system', source: 'system', reason: 'DNSSEC key generations' } as const;
  const outcome = store.commit({ origin, operations });
  if (!outcome.ok) throw new Error(outcome.faults.map(({ message }) => message).join(' '));
}

const generate = promisify(generateKeyPair);

function makeKeys(
  algorithm: DnssecAlgorithm,
  bits: number,
): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  switch (algorithm) {
    case 'ecdsap256sha256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'ecdsap384sha384':
      return generate('ec', { namedCurve: 'P-384' });
    case 'rsasha256':
    case 'rsasha512':
      // Validators do without RSA keys below 1024 bits.
      return generate('rsa', { modulusLength: Math.max(1_024, bits) });
  }
}

/** RFC 6605 §4: the two numbers; RFC 3110 §2: the exponent with its length, the modulus. */
function publicBytes(key: KeyObject): Uint8Array {
  const { e = '', n = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string): Uint8Array =>
    Uint8Array.fromBase64(text, { alphabet: 'base64url' });
  if (n === '') return Uint8Array.of(...bytes(x), ...bytes(y));
  const exponent = bytes(e);
  return Uint8Array.of(exponent.length, ...exponent, ...bytes(n));
}
