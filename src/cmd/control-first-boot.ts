/** What a device writes into its empty configuration: its name and the password of `admin`. */
import { join } from 'node:path';
import { FaultError } from '../base/fault.ts';
import { hashPassword } from '../config/store/password.ts';
import type { ConfigStore, Operation } from '../config/types.ts';
import type { DeviceFile, DevicePaths } from '../platform/device-paths.ts';
import { readTextIfPresent } from '../platform/files.ts';
import type { ManagementNetwork } from '../platform/management-network.ts';
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

/**
 * What BIG-IP shows of its management interface, taken from the host that has it already; done once, so that who
 * deletes or changes it is left alone.
 */
export function seedManagement(
  store: ConfigStore,
  { managementAddress }: DeviceFile,
  network: ManagementNetwork | undefined,
): void {
  if (network === undefined || store.readState(seededKey) !== undefined) return;
  const { prefixLength, gateway } = network;
  const operations: Operation[] = [];
  if (store.view().count('sys management-ip') === 0) {
    const name = `${managementAddress}/${prefixLength}`;
    operations.push({ kind: 'create', component: 'sys management-ip', name, properties: {} });
  }
  if (gateway !== undefined && store.view().count('sys management-route') === 0) {
    const properties = { gateway, network: 'default' };
    const name = '/Common/default';
    operations.push({ kind: 'create', component: 'sys management-route', name, properties });
  }
  const origin = { user: 'system', source: 'system', reason: 'management interface' } as const;
  const outcome = store.commit({ origin, operations });
  const fault = outcome.ok ? undefined : outcome.faults[0];
  if (fault !== undefined) throw new FaultError(fault);
  store.writeState(seededKey, managementAddress);
}

const seededKey = 'management.seeded';
