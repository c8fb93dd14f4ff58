/** What a device writes into its empty configuration: its name and the password of `admin`. */
import { join } from 'node:path';
import { FaultError } from '../base/fault.ts';
import { hashPassword } from '../config/store/password.ts';
import type { ConfigStore } from '../config/types.ts';
import type { DeviceFile, DevicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent } from '../platform/files.ts';
import { systemRandom } from '../platform/random.ts';

/** Does nothing on a device that has been configured before. */
export async function configureFirstBoot(
  store: ConfigStore,
  device: DeviceFile,
  paths: DevicePaths,
): Promise<void> {
  const admin = store.view().get('auth user', 'admin');
  if (admin?.properties['encrypted-password'] !== undefined) return;
  const password =
    device.adminPassword ?? readTextIfPresent(join(paths.root, 'initial-password'))?.trim();
  if (password === undefined) throw new Error(`${paths.root} has no initial-password`);
  const hash = await hashPassword(password, systemRandom);
  const outcome = store.commit({
    origin: { user: 'system', source: 'system', reason: 'first boot' },
    operations: [
      {
        kind: 'modify',
        component: 'sys global-settings',
        name: '',
        properties: { hostname: device.hostname },
      },
      {
        kind: 'modify',
        component: 'auth user',
        name: 'admin',
        properties: { 'encrypted-password': hash },
      },
    ],
  });
  const fault = outcome.ok ? undefined : outcome.faults[0];
  if (fault !== undefined) throw new FaultError(fault);
}
