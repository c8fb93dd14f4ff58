/** What a bare witness keeps: who it is, which domains it knows, for whom it votes. One file each, root only. */
import { join } from 'node:path';
import { readTextIfPresent, writeFileDurably } from '../../../platform/files.ts';
import type { WitnessDuty } from '../types.ts';

export interface WitnessIdentity {
  readonly device: string;
  /** Of the trust domain that the witness alone is. */
  readonly domain: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** A trust domain whose devices may ask for a vote. */
export interface WitnessDomain {
  readonly domain: string;
  readonly authorities: readonly string[];
  /** Fingerprints of its devices' keys by name, as it last told. */
  readonly devices: Readonly<Record<string, string>>;
  /** Where it was met: its first device is dialled there. */
  readonly address: string;
  /** Own address towards it; heartbeats arrive there. */
  readonly local: string;
}

export interface WitnessFiles {
  identity(): WitnessIdentity | undefined;
  saveIdentity(identity: WitnessIdentity): void;
  domains(): readonly WitnessDomain[];
  /** Replaces the one with the same guid. */
  saveDomain(domain: WitnessDomain): void;
  duties(): readonly WitnessDuty[];
  saveDuties(duties: readonly WitnessDuty[]): void;
}

export function openWitnessFiles(folder: string): WitnessFiles {
  const path = (name: string): string => join(folder, `${name}.json`);
  const read = <T>(name: string): T | undefined => {
    const text = readTextIfPresent(path(name));
    // Written whole by this file only; one that is damaged stops the witness with its name in the error.
    return text === undefined ? undefined : (JSON.parse(text) as T);
  };
  const save = (name: string, value: unknown): void =>
    writeFileDurably(path(name), JSON.stringify(value));
  const domains = (): readonly WitnessDomain[] => read('domains') ?? [];
  return {
    identity: () => read('identity'),
    saveIdentity: (identity) => save('identity', identity),
    domains,
    saveDomain(domain) {
      const others = domains().filter((one) => one.domain !== domain.domain);
      save('domains', [...others, domain]);
    },
    duties: () => read('duties') ?? [],
    saveDuties: (duties) => save('duties', duties),
  };
}
