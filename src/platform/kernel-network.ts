import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked } from './process.ts';

/** Interfaces, addresses, routes and sysctls of this process's network namespace, by `ip` and /proc. */
export interface KernelNetwork {
  /** `ip -json ARGS…`, parsed; [] when there is nothing. Rejects when the kernel does not know it. */
  read(args: readonly string[]): Promise<readonly unknown[]>;
  /** `ip ARGS…`; undefined when done, else why it was refused. Never rejects. */
  command(args: readonly string[]): Promise<string | undefined>;
  /** Name as a path under /proc/sys; undefined when the kernel has none of that name. */
  readSetting(path: string): string | undefined;
  /** False when the kernel does not take it. */
  writeSetting(path: string, value: string): boolean;
}

const limits = { timeoutMilliseconds: 10_000 };
const settings = '/proc/sys';

export const kernelNetwork: KernelNetwork = {
  async read(args) {
    const text = await runChecked('ip', ['-json', ...args], limits);
    const parsed: unknown = text.trim() === '' ? [] : JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  },
  async command(args) {
    try {
      const result = await run('ip', args, limits);
      return result.status === 0 ? undefined : result.stderr.trim() || `status ${result.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
  readSetting(path) {
    const file = join(settings, path);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  },
  writeSetting(path, value) {
    try {
      writeFileSync(join(settings, path), value);
      return true;
    } catch {
      return false;
    }
  },
};
