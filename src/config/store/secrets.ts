/** The store's secrets: its keys, and what sealing anew means for the view. */
import { present } from '../../base/assert.ts';
import type { Database } from '../../platform/sqlite.ts';
import type { Random } from '../../platform/random.ts';
import { boxOf, ringKey, withKey } from '../secrets/key-ring.ts';
import { isSealedText } from '../secrets/sealed-text.ts';
import type { SecretBox } from '../secrets/types.ts';
import { mapSecrets, resealing } from '../secrets/walk.ts';
import type { ConfigSecrets } from '../types.ts';
import { changeKey, type DatabaseSealing, firstOf, openSealing } from './sealing.ts';

export interface StoreSecrets extends ConfigSecrets {
  box(): SecretBox;
  /** Whoever holds sealed values replaces them when this is called. */
  onAdopted(listener: () => void): void;
}

export function openSecrets(database: Database, path: string, random: Random): StoreSecrets {
  let sealing: DatabaseSealing = openSealing(database, path, random);
  let adopted: () => void = () => undefined;
  return {
    box: () => sealing.box,
    onAdopted(listener) {
      adopted = listener;
    },
    hash: () => firstOf(sealing.ring).hash,
    previousHash: () => sealing.previousHash,
    masterKey: () => firstOf(sealing.ring).key,
    formerKey: (hash) => sealing.ring.find((one) => one.hash === hash)?.key,
    adopt(masterKey) {
      const key = ringKey(masterKey);
      if (key.hash === firstOf(sealing.ring).hash) return;
      sealing = changeKey(database, path, sealing, key);
      adopted();
    },
    addFormer(masterKey) {
      const [first, ...rest] = sealing.ring;
      const own = present(first, 'a master key');
      const former = ringKey(masterKey);
      if (former.hash === own.hash) return;
      const ring = withKey(withKey(rest, former), own);
      sealing = { ...sealing, ring, box: boxOf(ring) };
      adopted();
    },
    sealed: (object) => mapSecrets(object, resealing(sealing.box)),
    opened: (object) => mapSecrets(object, (value) => openedText(sealing.box, value)),
  };
}

function openedText(box: SecretBox, value: string): string {
  return isSealedText(value) ? (box.open(value) ?? value) : value;
}
