import type { Properties } from '../../catalogue/types.ts';
import type { StateRegistry } from '../../config/runtime-state.ts';
import type { CommitOrigin, ConfigStore, Operation } from '../../config/types.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { Random } from '../../platform/random.ts';
import type { Replacement } from './authority.ts';
import type { KeyStore } from './keys.ts';

export interface TrustOptions {
  readonly store: ConfigStore;
  readonly state: StateRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Folder for the device's private key (DevicePaths.secrets). */
  readonly secrets: string;
  readonly hostname: string;
  readonly managementAddress: string;
  /** Version that we speak: "16.1.0". */
  readonly software: string;
  /** 4353; peers listen there too. */
  readonly iqueryPort: number;
}

/** What the commands work with. */
export interface TrustContext {
  readonly options: TrustOptions;
  readonly keys: KeyStore;
  /** Leaves whatever domain there is: new key, new authority, alone. `former`: our lost `cm device`. */
  reset(origin: CommitOrigin, former?: Properties): Promise<void>;
  /** Members without a session at the moment. */
  absent(): readonly string[];
  /** A device that is alone takes another name, and is a new domain by it; among others it stays in theirs. */
  rename(origin: CommitOrigin, name: string): Promise<void>;
  /** A new authority, given to the other certificate authority devices first. */
  replaceAuthority(origin: CommitOrigin, how: Replacement): Promise<void>;
  /** Throws the faults of a commit that cannot be made. */
  commit(origin: CommitOrigin, operations: readonly Operation[]): void;
  /** One change of trust at a time. */
  alone<T>(task: () => Promise<T>): Promise<T>;
}
