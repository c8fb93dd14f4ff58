import { randomBytes, randomUUID } from 'node:crypto';

/** The only door to randomness; the simulator passes a seeded one. */
export interface Random {
  bytes(count: number): Uint8Array;
  uuid(): string;
  /** In [0, 1). For jitter, never for secrets. */
  fraction(): number;
}

export const systemRandom: Random = {
  bytes: (count) => randomBytes(count),
  uuid: () => randomUUID(),
  fraction: () => Math.random(),
};
