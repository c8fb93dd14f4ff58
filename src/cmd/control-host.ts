/** The host's own settings, where the device owns its host. */
import { type HostOptions, startHost } from '../network/host/start.ts';
import type { DeviceFile } from '../platform/device-paths.ts';
import { hostFiles } from '../platform/host-files.ts';
import type { Log } from '../platform/log.ts';
import { run } from '../platform/process.ts';
import { findProgram } from '../platform/processes.ts';

const wholeHost = '/';

export function startHostSettings(
  device: DeviceFile,
  common: Omit<HostOptions, 'files' | 'run' | 'log'>,
  log: Log,
): { close(): void } | undefined {
  if (device.ownsHost !== true) return undefined;
  const root = device.hostRoot ?? wholeHost;
  return startHost({
    ...common,
    log,
    files: hostFiles(root),
    async run([program = '', ...args]) {
      // The programs of an image are not those of this host.
      const path = root === wholeHost ? findProgram(program) : undefined;
      return path === undefined ? undefined : run(path, args);
    },
  });
}
