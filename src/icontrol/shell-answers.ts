/** What scripts ask a BIG-IP's shell about the device itself, answered without a shell. */
import { bigipVersion } from '../catalogue/version.ts';
import { readTextIfPresent } from '../platform/files.ts';

const versionFile = `Product: BIG-IP
Version: ${bigipVersion}
Build: 0.0.1
Sequence: ${bigipVersion}-0.0.1.0
BaseBuild: 0.0.1
Edition: Final
Date: Sat Nov 21 00:00:00 UTC 2026
Built: 261121000000
Changelist: 1
JobID: 1
`;

/** Undefined: not one of these. */
export function shellAnswer(command: string): string | undefined {
  const words = command.trim().replace(/\s+/g, ' ');
  if (words === 'cat /VERSION') return versionFile;
  if (words === 'cat /proc/uptime') return readTextIfPresent('/proc/uptime');
  // Up, with network: 6 would be "is rebooting".
  if (words === 'runlevel' || words === '/sbin/runlevel') return 'N 3\n';
  // "Is the provisioner running?" Nothing of that name ever does.
  if (/^ps aux \| grep '?\[\w\]\w+'?$/.test(words)) return '';
  return undefined;
}
