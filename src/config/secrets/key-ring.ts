/** The master key of the device, and the former ones: what was sealed with them can still be opened. */
import { printSealedText, parseSealedText } from './sealed-text.ts';
import type { SecretBox } from './types.ts';
import { readTextIfPresent, writeFileDurably } from '../../platform/files.ts';
import {
  createSealer,
  masterKeyBytes,
  masterKeyHash,
  type Sealer,
} from '../../platform/sealing.ts';

export interface RingKey {
  readonly key: Uint8Array;
  /** SHA-512, base64. */
  readonly hash: string;
  readonly sealer: Sealer;
}

/** Former keys kept in the file. */
const maximumFormer = 4;
const fileMode = 0o600;

export function ringKey(key: Uint8Array): RingKey {
  return { key, hash: masterKeyHash(key), sealer: createSealer(key) };
}

/** Newest first; none at first start. Throws when the file is damaged: nothing could be opened. */
export function readKeys(path: string): readonly RingKey[] {
  const text = readTextIfPresent(path);
  if (text === undefined) return [];
  const keys = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Buffer.from(line, 'base64'));
  if (keys.length === 0 || keys.some((key) => key.length !== masterKeyBytes)) {
    throw new Error(`${path} holds no master key: restore it from a copy`);
  }
  return keys.map((key) => ringKey(key));
}

/** Durable when it returns; readable by the owner only. */
export function writeKeys(path: string, keys: readonly RingKey[]): void {
  const lines = keys.map(({ key }) => `${Buffer.from(key).toString('base64')}\n`);
  writeFileDurably(path, lines.join(''), fileMode);
}

/** The ring after `key` became the master key. */
export function withKey(ring: readonly RingKey[], key: RingKey): readonly RingKey[] {
  const former = ring.filter(({ hash }) => hash !== key.hash);
  return [key, ...former.slice(0, maximumFormer)];
}

/** Seals with the first key, opens with any. */
export function boxOf(ring: readonly RingKey[]): SecretBox {
  const [first] = ring;
  if (first === undefined) throw new Error('a box needs a key');
  const mark = markOf(first.hash);
  return {
    seal(place, plain) {
      const body = Buffer.from(first.sealer.seal(place, plain)).toString('base64');
      return printSealedText({ mark, body });
    },
    open(sealed) {
      const parsed = parseSealedText(sealed);
      if (parsed === undefined) return undefined;
      const bytes = Buffer.from(parsed.body, 'base64');
      for (const { sealer, hash } of ring) {
        if (markOf(hash) !== parsed.mark) continue;
        const plain = sealer.open(bytes);
        if (plain !== undefined) return plain;
      }
      return undefined;
    },
  };
}

/** Two characters that tell keys apart most of the time; the tag does always. */
function markOf(hash: string): string {
  return hash.replace(/[+/=]/g, '').slice(0, 2);
}
