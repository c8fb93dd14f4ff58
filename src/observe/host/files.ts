/** Log files, disks and the software that runs, as BIG-IP shows them. */
import { join } from 'node:path';
import { bigipBuild, bigipVersion } from '../../catalogue/version.ts';
import type { StateRegistry, Statistics } from '../../config/runtime-state.ts';
import type { DevicePaths } from '../../platform/device-paths.ts';
import { diskRoom } from '../../platform/host-processes.ts';
import { readEndIfPresent } from '../../platform/log-end.ts';

/** So much of the end of a log is shown. */
const maximumLogBytes = 256 * 1024;

/** BIG-IP's names, and the file here that has those lines. */
const logs: Readonly<Record<string, readonly [file: string, help: string]>> = {
  daemon: ['daemon', 'Unix Daemon Logs'],
  failover: ['failover', 'Failover decisions'],
  gtm: ['gtm', 'Global Traffic Manager Logs'],
  ltm: ['ltm', 'Local Traffic Manager Logs'],
  tmm: ['haproxy.out', 'Traffic Manager Microkernel Logs'],
  audit: ['audit', 'Audits of configuration changes'],
};

export function provideFiles({
  state,
  paths,
}: {
  readonly state: StateRegistry;
  readonly paths: DevicePaths;
}): void {
  state.provideStatistics('sys log', undefined, (name) => logStatistics(paths, name));
  state.provideStatistics('sys disk directory', undefined, () => directories(paths));
  state.provideStatistics('sys raid disk', undefined, () => ({
    HD1: { arrayStatus: 'undefined', isArrayMember: 'no', tmName: 'HD1' },
  }));
  const software = {
    build: bigipBuild,
    product: 'BIG-IP',
    status: 'complete',
    version: bigipVersion,
  };
  state.provideStatistics('sys software status', undefined, () => ({
    'HD1.1': { active: 'yes', ...software, volume: 'HD1.1' },
  }));
  state.provideFields('sys software volume', undefined, (name) => ({
    active: 'active',
    basebuild: bigipBuild,
    media: [
      { name, 'default-boot-location': 'default-boot-location', media: 'hd', size: 'default' },
    ],
    ...software,
  }));
}

function logStatistics(paths: DevicePaths, name: string): Statistics | undefined {
  if (name === '') {
    const lines = Object.entries(logs).map(([key, [, help]]) => ` ${key.padEnd(13)}: ${help}\n`);
    return { apiAnonymous: `\nSys::Log\n${lines.join('')}` };
  }
  const [file] = (Object.hasOwn(logs, name) ? logs[name] : undefined) ?? [];
  if (file === undefined) return undefined;
  return { apiAnonymous: readEndIfPresent(join(paths.logs, file), maximumLogBytes) ?? '' };
}

/** Kilobytes, as `show sys disk directory`; no folder has a size of its own here. */
function directories(paths: DevicePaths): Statistics {
  const lines = [paths.root, paths.logs, paths.files].map((folder) => {
    const size = String(Math.round(diskRoom(paths.root).totalBytes / 1024));
    return `${folder.padEnd(32)}${size.padEnd(16)}-\n`;
  });
  const heads = ['Directory Name', 'Current Size', 'New Size'] as const;
  const row = (cells: readonly string[]): string =>
    `${(cells[0] ?? '').padEnd(32)}${(cells[1] ?? '').padEnd(16)}${cells[2] ?? ''}\n`;
  return {
    apiAnonymous: `\n${row(heads)}${row(heads.map((head) => '-'.repeat(head.length)))}${lines.join('')}\n`,
  };
}
