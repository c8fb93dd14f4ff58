import { join } from 'node:path';
import { readTextIfPresent, removeIfPresent, writeFileDurably } from '../../platform/files.ts';
import { isKeyOf } from '../../iquery/certificate.ts';
import { createKey } from './certificates.ts';

/**
 * The device's private key (BIG-IP's dtdi.key): a file that only root can read, never in the
 * configuration. A new one waits beside the old one until the certificate made for it is committed, so
 * that a crash between the two leaves a pair that fits.
 */
export interface KeyStore {
  /** The key of `certificate`, or any, or undefined at first boot. */
  keyFor(certificate: string | undefined): string | undefined;
  /** Written as the waiting one. */
  makeNew(): Promise<string>;
  /** The waiting key is the device's from now on. */
  confirm(key: string): void;
}

export function openKeyStore(folder: string): KeyStore {
  const present = join(folder, 'dtdi.key');
  const waiting = join(folder, 'dtdi.key.new');
  return {
    keyFor(certificate) {
      const keys = [present, waiting].map(readTextIfPresent);
      if (certificate === undefined) return keys[0];
      return keys.find((key) => key !== undefined && isKeyOf(key, certificate));
    },
    async makeNew() {
      const key = await createKey();
      writeFileDurably(waiting, key, 0o600);
      return key;
    },
    confirm(key) {
      writeFileDurably(present, key, 0o600);
      removeIfPresent(waiting);
    },
  };
}
