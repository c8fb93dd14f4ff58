/** The only door to a reboot of the machine. */
import { execFile } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';

/** Set to `yes` in the unit that starts the device, by who gave it the whole host. */
export const rebootVariable = 'EVENKEEL_REBOOTS_HOST';

/**
 * Orders a reboot of this host, if it is the device's own: the operator has said so, systemd runs it, and this
 * process is in its first network namespace, so no device of a lab. Undefined: ordered; else why not.
 */
export function rebootHost(): string | undefined {
  if (process.env[rebootVariable] !== 'yes') return `${rebootVariable}=yes is not set`;
  if (!existsSync('/run/systemd/system')) return 'no systemd';
  if (!isFirstNamespace()) return 'not in the first network namespace of the host';
  execFile('systemctl', ['reboot'], () => undefined);
  return undefined;
}

function isFirstNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') === readlinkSync('/proc/1/ns/net');
  } catch {
    return false;
  }
}
