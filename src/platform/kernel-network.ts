import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runChecked } from './process.ts';

/** Interfaces, addresses, routes and sysctls of this process's network namespace, by `ip` and /proc. */
export interface KernelNetwork {
  /** `ip -json ARGS…`, parsed; [] when there is nothing. */
  read(args: readonly string[]): Promise<readonly unknown[]>;
  /** Lines of `ip -batch`, without the word ip; rejects with the first refusal. */
  batch(lines: readonly string[]): Promise<void>;
  /** One command; the result says why it was refused. */
  command(args: readonly string[]): Promise<string | undefined>;
  /** `net.ipv4.ip_forward`; undefined when the kernel has none of that name. */
  readSetting(name: string): string | undefined;
  /** False when the kernel does not take it. */
  writeSetting(name: string, value: string): boolean;
}

const limits = { timeoutMilliseconds: 10_000 };

export const kernelNetwork: KernelNetwork = {
  async read(args) {
    const text = await runChecked('ip', ['-json', ...args], limits);
    const parsed: unknown = text.trim() === '' ? [] : JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  },
  async batch(lines) {
    await runChecked('ip', ['-batch', '-'], { ...limits, input: `${lines.join('\n')}\n` });
  },
  async command(args) {
    const result = await run('ip', args, limits);
    return result.status === 0 ? undefined : result.stderr.trim() || `status ${result.status}`;
  },
  readSetting(name) {
    const path = settingPath(name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  },
  writeSetting(name, value) {
    try {
      writeFileSync(settingPath(name), value);
      return true;
    } catch {
      return false;
    }
  },
};

/** Parts are separated by `/` where a part (an interface like "1.1") has a dot itself. */
function settingPath(name: string): string {
  return join('/proc/sys', name.includes('/') ? name : name.replaceAll('.', '/'));
}
