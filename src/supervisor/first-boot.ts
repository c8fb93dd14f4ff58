import { join } from 'node:path';
import type { DeviceFile, DevicePaths } from '../platform/device-paths.ts';
import { isPresent, writeFileDurably } from '../platform/files.ts';
import type { Random } from '../platform/random.ts';

/** Letters and digits without look-alikes; 20 of 56 are 116 bits. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const passwordLength = 20;
const byteValues = 256;

export function initialPasswordFile(paths: DevicePaths): string {
  return join(paths.root, 'initial-password');
}

/**
 * Before the first start: a password of `admin` in DIR/initial-password (mode 0600) unless device.json
 * brings one. Returns it when it was made just now, to be shown once.
 */
export function makeInitialPassword(
  paths: DevicePaths,
  device: DeviceFile,
  random: Random,
): string | undefined {
  const isFirstBoot = !isPresent(paths.database);
  const file = initialPasswordFile(paths);
  if (!isFirstBoot || device.adminPassword !== undefined) return undefined;
  if (isPresent(file)) return undefined;
  const password = generatePassword(random);
  writeFileDurably(file, `${password}\n`, 0o600);
  return password;
}

export function generatePassword(random: Random): string {
  const limit = byteValues - (byteValues % alphabet.length);
  let password = '';
  while (password.length < passwordLength) {
    for (const byte of random.bytes(passwordLength)) {
      // Bytes at the uneven end would make some letters likelier.
      if (byte < limit && password.length < passwordLength)
        password += alphabet[byte % alphabet.length];
    }
  }
  return password;
}
