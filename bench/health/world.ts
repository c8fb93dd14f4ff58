/** Fifty sites, each a local device with a thousand virtual servers; what all processes of the bench agree on. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority } from '../../src/cluster/trust/certificates.ts';
import type { Properties } from '../../src/catalogue/types.ts';
import type { Operation } from '../../src/config/types.ts';
import type { TrustDirectory } from '../../src/iquery/admission.ts';
import { directories } from '../../src/iquery/test-channel.ts';
import { type RunningIquery, startIquery } from '../../src/iquery/channel.ts';
import type { VirtualHealth } from '../../src/iquery/types.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { systemRandom } from '../../src/platform/random.ts';

export interface Size {
  readonly sites: number;
  readonly virtuals: number;
}

export const globalName = 'gtm.bench';

export function siteName(site: number): string {
  return `ltm${site}.bench`;
}

export function siteAddress(site: number): string {
  return `127.7.0.${site + 1}`;
}

export function virtualName(index: number): string {
  return `/Common/vs${index}`;
}

export function virtualAddress(site: number, index: number): string {
  return `10.${site + 1}.${index >> 8}.${index & 255}`;
}

/** The site that the name is answered from while all is well. */
export function homeOf(index: number, { sites }: Size): number {
  return index % sites;
}

export function healthOf(site: number, index: number, since: number, isUp: boolean): VirtualHealth {
  return {
    name: virtualName(index),
    address: virtualAddress(site, index),
    port: 443,
    protocol: 'tcp',
    availability: isUp ? 'available' : 'offline',
    enabled: 'enabled',
    reason: isUp ? 'The virtual server is available' : 'The children pool member(s) are down',
    sinceMilliseconds: since,
    owner: true,
    currentConnections: index,
    bitsPerSecond: index * 1_000,
    packetsPerSecond: index,
    membersUp: isUp ? 3 : 0,
    gtmScore: 0,
    deleted: false,
  };
}

/** One pool a name, with a member at each site; the home site stands first. */
export function configuration(size: Size, dnsPort: number): readonly Operation[] {
  const { sites, virtuals } = size;
  const all = Array.from({ length: sites }, (_, site) => site);
  const names = Array.from({ length: virtuals }, (_, index) => index);
  const create = (component: string, name: string, properties: Properties) =>
    ({ kind: 'create', component, name, properties }) as const;
  return [
    create('gtm datacenter', '/Common/dc', {}),
    ...all.map((site) =>
      create('gtm server', `/Common/site${site}`, {
        datacenter: '/Common/dc',
        product: 'bigip',
        devices: [{ name: siteName(site), addresses: [{ name: siteAddress(site) }] }],
        'virtual-servers': names.map((index) => ({
          name: virtualName(index),
          destination: `${virtualAddress(site, index)}:443`,
        })),
      }),
    ),
    ...names.flatMap((index) => [
      create('gtm pool a', `/Common/pool${index}`, {
        'load-balancing-mode': 'global-availability',
        members: all.map((step) => ({
          name: `/Common/site${(homeOf(index, size) + step) % sites}:${virtualName(index)}`,
          'member-order': step,
        })),
      }),
      create('gtm wideip a', `/Common/${domainOf(index)}`, {
        pools: [{ name: `/Common/pool${index}` }],
      }),
    ]),
    create('gtm listener', '/Common/dns', { address: '127.0.0.1', port: dnsPort }),
  ];
}

export function domainOf(index: number): string {
  return `n${index}.bench.example.com`;
}

/** One trust domain for all, kept in the folder for the other processes. */
export async function makeTrust(folder: string, { sites }: Size): Promise<void> {
  const authority = await createAuthority('bench', systemClock.wallMilliseconds());
  const names = [globalName, ...Array.from({ length: sites }, (_, site) => siteName(site))];
  for (const [device, directory] of await directories(authority, names)) {
    const members = [...directory.members];
    const certifiers = [...directory.certifiers];
    writeFileSync(fileOf(folder, device), JSON.stringify({ ...directory, members, certifiers }));
  }
}

export function startDeviceChannel(
  folder: string,
  device: string,
  address: string,
  port: number,
): Promise<RunningIquery> {
  const directory = readDirectory(folder, device);
  return startIquery({
    trust: { current: () => directory, onChange: () => () => undefined },
    clock: systemClock,
    random: systemRandom,
    log: { write: (level, text) => void (level === 'err' && process.stderr.write(`${text}\n`)) },
    port,
    addresses: [address],
    software: 'bench',
  });
}

export function readDirectory(folder: string, device: string): TrustDirectory {
  const kept = JSON.parse(readFileSync(fileOf(folder, device), 'utf8'));
  return {
    ...kept,
    members: new Map(kept.members),
    certifiers: new Set(kept.certifiers),
    removed: new Set(),
  };
}

function fileOf(folder: string, device: string): string {
  return join(folder, `${createHash('sha256').update(device).digest('hex').slice(0, 16)}.json`);
}

export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

export function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, two) => one - two);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) /
    10;
  return { p50: at(0.5), p99: at(0.99), worst: at(1) };
}
