/** named's own secrets and ports, made at first start and kept: they outlive both processes. */
import { join } from 'node:path';
import { readTextIfPresent, writeFileDurably } from '../platform/files.ts';
import { findFreePort } from '../platform/free-port.ts';
import type { Random } from '../platform/random.ts';

export interface StoredIdentity {
  readonly port: number;
  readonly controlPort: number;
  readonly controlSecret: string;
  readonly viewSecret: string;
}

const secretBytes = 32;

export async function loadIdentity(folder: string, random: Random): Promise<StoredIdentity> {
  const path = join(folder, 'identity.json');
  const text = readTextIfPresent(path);
  // We wrote it ourselves, whole or not at all.
  if (text !== undefined) return JSON.parse(text) as StoredIdentity;
  const secret = (): string => Buffer.from(random.bytes(secretBytes)).toString('base64');
  const port = await findFreePort(random);
  const identity: StoredIdentity = {
    port,
    controlPort: await differentPort(port, random),
    controlSecret: secret(),
    viewSecret: secret(),
  };
  writeFileDurably(path, `${JSON.stringify(identity)}\n`);
  return identity;
}

async function differentPort(taken: number, random: Random): Promise<number> {
  const port = await findFreePort(random);
  return port === taken ? differentPort(taken, random) : port;
}
