import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sliced } from '../base/slices.ts';
import { type RouteDumps, type RouteRow, routeDumps } from './ffi/route-dump.ts';
import { run, runChecked } from './process.ts';
import { finishInSlices } from './turn.ts';

/** Interfaces, addresses, routes and sysctls of this process's network namespace, by `ip` and /proc. */
export interface KernelNetwork {
  /**
   * `ip -json ARGS…`, parsed; [] when there is nothing. Rejects when the kernel does not know it. Addresses and
   * routes, which are looked at again and again, are read without `ip`: what rooms here read of them is there.
   */
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
    const known = routeDumps === undefined ? undefined : readInProcess(routeDumps, args);
    if (known !== undefined) return finishInSlices(known);
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

function readInProcess(
  dumps: RouteDumps,
  args: readonly string[],
): Sliced<readonly unknown[]> | undefined {
  const [first, second, third, fourth, protocol] = args;
  if (/^addr(ess)?$/.test(first ?? '') && second === 'show' && third === undefined) {
    return addressesShown(dumps);
  }
  const family = first === '-4' ? 4 : first === '-6' ? 6 : undefined;
  const isRoutes = second === 'route' && third === 'show' && fourth === 'proto';
  return isRoutes && family !== undefined ? routesShown(dumps, family, protocol) : undefined;
}

function* addressesShown(dumps: RouteDumps): Sliced<readonly unknown[]> {
  const links = yield* dumps.links();
  const addresses = Map.groupBy(yield* dumps.addresses(), ({ index }) => index);
  return links.map(({ index, name, mtu, isUp, type }) => ({
    ifname: name,
    mtu,
    link_type: type,
    flags: isUp ? ['UP'] : [],
    addr_info: (addresses.get(index) ?? []).map(({ address, length }) => ({
      local: address,
      prefixlen: length,
    })),
  }));
}

function* routesShown(
  dumps: RouteDumps,
  family: 4 | 6,
  protocol: string | undefined,
): Sliced<readonly unknown[]> {
  const links = yield* dumps.links();
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const shown = ({ destination, gateway, index, isBlackhole, mtu }: RouteRow): object => ({
    dst: destination,
    ...(gateway !== undefined && { gateway }),
    ...(index !== undefined && { dev: names.get(index) }),
    type: isBlackhole ? 'blackhole' : 'unicast',
    ...(mtu !== 0 && { metrics: [{ mtu }] }),
  });
  const routes = yield* dumps.routes(family);
  return routes.filter((route) => String(route.protocol) === protocol).map(shown);
}
